import { nextRung } from '../escalation/ladder.ts';
import { closeGrace, hintGrace, ladderFor } from '../escalation/policy.ts';
import { isFinal, type Status } from '../money/status.ts';
import type { OrderState } from './state.ts';
import { methodOf } from './view.ts';

/** Why the provider is read, in the words of the timeline and the Temporal UI. */
export const readReasons = {
  command: 'asked to recheck',
  hook: 'a hook came',
  reread: 'a hook claims more than the last read',
  retry: 'the last read failed',
  recheck: 'recheck',
  escalation: 'before escalating',
  expiry: 'before expiring',
  closing: 'before closing',
} as const;

export type ReadReason = keyof typeof readReasons;

/** What a wait is for, beside its timer in the Temporal UI. */
const waits = {
  command: 'recheck',
  hook: 'read',
  reread: 'another look for what a hook claims',
  retry: 'another try to read',
  recheck: 'recheck',
  escalation: 'next escalation',
  expiry: 'giving up',
  closing: 'close',
} as const satisfies Record<ReadReason, string>;

/**
 * Whether the next read is tried in the order's own task first. A provider that fails is asked through its queue, which
 * has the patience. In a flood too: while a task is held up the server keeps no more than a hundred signals for it.
 */
export function readsAtOnce({ failures, hints }: OrderState): boolean {
  return failures === 0 && hints.length <= calm;
}

const calm = 8;

/** What an order does next: read the provider, close, or wait until a time or for whatever comes in. */
export type Agenda =
  | { readonly do: 'read'; readonly why: ReadReason }
  | { readonly do: 'close' }
  | { readonly do: 'wait'; readonly until?: number; readonly why: string };

interface Moment {
  readonly at: number;
  readonly do: 'read' | 'close';
  readonly why: ReadReason;
}

/** Derives the next thing to do from the state: nothing is scheduled anywhere else, so nothing can be forgotten. */
export function agendaOf(state: OrderState, now: number): Agenda {
  const next = nextMoment(state, now);
  if (!next) return { do: 'wait', why: 'for a hook' };
  if (next.at > now) return { do: 'wait', until: next.at, why: waits[next.why] };
  return next.do === 'close' ? { do: 'close' } : { do: 'read', why: next.why };
}

function nextMoment(state: OrderState, now: number): Moment | undefined {
  return momentsOf(state, now).reduce<Moment | undefined>(
    (earliest, moment) => (earliest && earliest.at <= moment.at ? earliest : moment),
    undefined,
  );
}

function momentsOf(state: OrderState, now: number): readonly Moment[] {
  const read = (at: number | undefined, why: ReadReason): Moment[] =>
    at === undefined ? [] : [{ at, do: 'read', why }];
  const steps = ladderFor(state.policy, methodOf(state)).escalate;
  const closeAt = closingTime(state);
  return [
    ...read(state.isReadWanted ? 0 : undefined, 'command'),
    ...read(state.hints.some(({ isAsked }) => !isAsked) ? 0 : undefined, 'hook'),
    ...read(rereadAt(state), 'reread'),
    ...read(state.recheckAt, state.failures > 0 ? 'retry' : 'recheck'),
    ...read(nextRung(state.escalation, { ...state, steps }), 'escalation'),
    ...read(abandonAt(state), 'expiry'),
    // One last look, unless one was just taken.
    ...(closeAt === undefined
      ? []
      : state.askedAt < Math.max(closeAt, now) - hintGrace
        ? read(closeAt, 'closing')
        : [{ at: closeAt, do: 'close' as const, why: 'closing' as const }]),
  ];
}

function rereadAt({ hints, failures }: OrderState): number | undefined {
  // While reads fail the retry decides when to read again.
  const times = failures > 0 ? [] : hints.flatMap((hint) => hint.rereadAt ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function abandonAt(state: OrderState): number | undefined {
  if (state.status !== 'created') return undefined;
  const at = abandonTime(state);
  // Once it has passed, the retries of a failing read go on by their own clock.
  return state.askedAt < at ? at : undefined;
}

/** When a session that nobody completed is given up. */
export function abandonTime({ waitingSince, sessionClosedAt, facts, policy }: OrderState): number {
  const giveUpAt = waitingSince + policy.abandonAfter;
  // Where the provider has something to read, a hook about the session shortens nothing.
  const isUnread = facts.presence === 'absent' || facts.presence === 'unseen';
  return sessionClosedAt !== undefined && isUnread
    ? Math.min(giveUpAt, sessionClosedAt + closeGrace)
    : giveUpAt;
}

/** When the run may end, or undefined while something is open. */
export function closingTime(state: OrderState): number | undefined {
  const window = windowOf(state);
  if (window === undefined || isUnfinished(state)) return undefined;
  return Math.max(state.statusSince + window, state.lastHintAt + hintGrace);
}

/** Something is open: a person has to hear of it, or a read has to tell. */
function isUnfinished({ escalation, concerns, hints, failures }: OrderState): boolean {
  const isConcerned = Object.values(concerns).some(({ silenced }) => !silenced);
  return escalation !== undefined || isConcerned || hints.length > 0 || failures > 0;
}

function windowOf(state: OrderState): number | undefined {
  const { status, policy } = state;
  if (isNobodys(state)) return 0;
  if (isFinal(status)) return policy.closeAfter;
  return (['captured', 'partially_refunded'] as readonly Status[]).includes(status)
    ? policy.refundWindow
    : undefined;
}

/** A hook-born order whose session the provider has never known: forged, or of another merchant. */
export function isNobodys({ facts, terms }: OrderState): boolean {
  return facts.lapsed === true && facts.presence === 'unseen' && terms === undefined;
}
