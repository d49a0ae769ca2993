import { z } from 'zod';
import type { SeenEscalation } from '../domain/order/commands.ts';
import { escalationStates } from '../domain/escalation/ladder.ts';
import type { Order } from '../domain/order/view.ts';

/** An order that a person selected, with its escalation as the page showed it. */
export interface Selected {
  readonly id: string;
  /** Null where the page showed no escalation. */
  readonly seen: SeenEscalation | null;
}

/** The value of an order's form field. Encoded, since browsers change line ends in form values. */
export function selectionValue({ id, escalation }: Order): string {
  const seen = escalation && [Date.parse(escalation.openedAt), escalation.state, escalation.owner];
  return Buffer.from(JSON.stringify([id, seen])).toString('base64url');
}

/** Parses the value of a form field; undefined for text that no page of the board has written. */
export function parseSelected(text: string): Selected | undefined {
  const { success, data } = selectionSchema.safeParse(text);
  if (!success) return undefined;
  const [id, seen] = data;
  return { id, seen: seen && { openedAt: seen[0], state: seen[1], owner: seen[2] } };
}

const seenSchema = z.tuple([z.number().int(), z.enum(escalationStates), z.string().nullable()]);
const selectionSchema = z
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
