import { z } from 'zod';
import type { SeenEscalation } from '../domain/order/commands.ts';
import { escalationStates } from '../domain/escalation/ladder.ts';
import type { Order } from '../domain/order/view.ts';

/** An order that a person chose, and its escalation as the page showed it. */
export interface Selected {
  readonly id: string;
  /** Null where the page showed none. */
  readonly seen: SeenEscalation | null;
}

/** A pick as a form carries it. Encoded, since forms change line ends in what they carry. */
export function selectionValue({ id, escalation }: Order): string {
  const seen = escalation && [Date.parse(escalation.openedAt), escalation.state, escalation.owner];
  return Buffer.from(JSON.stringify([id, seen])).toString('base64url');
}

/** The pick in a form's field; undefined for what no page of ours has written. */
export function parseSelected(text: string): Selected | undefined {
  const { success, data } = written.safeParse(text);
  if (!success) return undefined;
  const [id, seen] = data;
  return { id, seen: seen && { openedAt: seen[0], state: seen[1], owner: seen[2] } };
}

const seenSchema = z.tuple([z.number().int(), z.enum(escalationStates), z.string().nullable()]);
const written = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    try {
      return JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    } catch {
      context.addIssue('not written by a page of the board');
      return z.NEVER;
    }
  })
  .pipe(z.tuple([z.string().min(1).max(500), seenSchema.nullable()]));
