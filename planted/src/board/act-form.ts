import { z } from 'zod';
import { plainText } from '../api/schemas.ts';
import { parseSelected, type Selected } from './selection.ts';
import { snoozeChoices, snoozeUntil, type SnoozeChoice } from './snooze.ts';

export const verbs = ['acknowledge', 'snooze', 'resolve', 'recheck'] as const;

export type Verb = (typeof verbs)[number];

export const mostPicks = 200;
const takenOn = 'on it';

/** What a person wants done to the orders that they chose. */
export interface Act {
  readonly verb: Verb;
  readonly picks: readonly Selected[];
  readonly reason: string;
  /** Of a snooze: epoch milliseconds. */
  readonly until: number | undefined;
  /** The same for a second click on the same button of the same page. */
  readonly key: string;
}

/** The fields as they were typed, to show them again. */
export interface Typed {
  readonly reason: string;
  readonly snoozeFor: SnoozeChoice;
  readonly until: string;
  /** Ids of the orders that were chosen. */
  readonly picked: ReadonlySet<string>;
}

export const nothingTyped: Typed = { reason: '', snoozeFor: '1h', until: '', picked: new Set() };

export type ParsedAct =
  | { readonly act: Act; readonly typed: Typed }
  | { readonly faults: readonly string[]; readonly typed: Typed };

/** Reads a form of the board: an act that can be tried, or what is wrong with it. */
export function parseAct(verb: Verb, body: unknown, now: number): ParsedAct {
  const sent = sentSchema.safeParse(body);
  if (!sent.success) return { faults: ['the form is not one of this page'], typed: nothingTyped };
  const { key, pick, reason, for: snoozeFor, until } = sent.data;
  const picks = pick.flatMap((text) => parseSelected(text) ?? []);
  const typed = { reason, snoozeFor, until, picked: new Set(picks.map(({ id }) => id)) };
  const said = reason === '' && verb === 'acknowledge' ? takenOn : reason;
  const snoozed = verb === 'snooze' ? snoozeUntil(snoozeFor, until, now) : undefined;
  const faults = [
    ...(picks.length === 0 ? ['choose at least one order'] : []),
    ...(picks.length > mostPicks ? [`choose at most ${mostPicks} orders`] : []),
    ...(picks.length < pick.length ? ['an order was chosen on another page; choose it again'] : []),
    ...(verb === 'recheck' ? [] : reasonFaults(said)),
    ...(verb === 'snooze' && snoozed === undefined
      ? ['give the end of the snooze as a time to come, in UTC']
      : []),
  ];
  if (faults.length > 0) return { faults, typed };
  return { act: { verb, picks, reason: said, until: snoozed, key }, typed };
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const sentSchema = z.object({
  key: z.uuid(),
  pick: oneOrMany.default([]),
  reason: z.string().trim().max(2_000).default(''),
  for: z.enum(snoozeChoices).default('1h'),
  until: z.string().trim().max(40).default(''),
});

const reasonSchema = plainText(200);

function reasonFaults(reason: string): string[] {
  if (reason === '') return ['give a reason'];
  const { error } = reasonSchema.safeParse(reason);
  return (error?.issues ?? []).map(({ message }) => `reason: ${message}`);
}
