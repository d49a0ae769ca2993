import type { Reason } from '../escalation/reasons.ts';
import { nextRung, unresolved } from '../escalation/ladder.ts';
import { closeGrace, hintGrace, lapseGrace, stepsFor } from '../escalation/policy.ts';
import { inFlight, pendingAttempts } from '../money/attempts.ts';
import { expiringAuthorizations, expiryOf } from '../money/expiry.ts';
import { isAtEnd, type Status } from '../money/status.ts';
import type { OrderState } from './state.ts';
import { methodOf } from './view.ts';

/** Why the provider is read, as the timeline and the Temporal UI say it. */
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

/** What a timer waits for, as the Temporal UI shows it. */
const waits = {
  command: 'recheck',
  hook: 'read',
  reread: 'another read for what a hook claims',
  retry: 'another try to read',
  recheck: 'recheck',
  escalation: 'next escalation',
  expiry: 'giving up',
  closing: 'close',
} as const satisfies Record<ReadReason, string>;

/**
 * Whether the next read is first tried within the order's own task. Not after a failure, since the queue retries; not
 * in a flood of hints, since the server buffers at most a hundred signals during a task.
 */
export function readsAtOnce({ failures, hints }: OrderState): boolean {
  return failures === 0 && hints.length <= calm;
}

const calm = 8;

/** The provider's own ids of the pending attempts that reads of the order no longer list: each is read by its id. */
export function attemptsToRead({ facts, ownIds = {} }: OrderState): readonly string[] {
  return pendingAttempts(facts).flatMap(({ id, lastListedAt }) =>
    lastListedAt === undefined ? [] : (ownIds[id] ?? []),
  );
}

/** What an order does next: read the provider, close, or wait for a time or any input. */
export type Agenda =
  | { readonly do: 'read'; readonly why: ReadReason }
  | { readonly do: 'close' }
  | { readonly do: 'wait'; readonly until?: number; readonly why: string };

interface AgendaMoment {
  readonly at: number;
  readonly do: 'read' | 'close';
  readonly why: ReadReason;
}

/** Derives what to do next from the state alone, so that no timer can be forgotten. */
export function agendaOf(state: OrderState, now: number): Agenda {
  const next = nextMoment(state, now);
  if (!next) return { do: 'wait', why: 'for a hook' };
  if (next.at > now) return { do: 'wait', until: next.at, why: waits[next.why] };
  return next.do === 'close' ? { do: 'close' } : { do: 'read', why: next.why };
}

function nextMoment(state: OrderState, now: number): AgendaMoment | undefined {
  return momentsOf(state, now).reduce<AgendaMoment | undefined>(
    (earliest, moment) => (earliest && earliest.at <= moment.at ? earliest : moment),
    undefined,
  );
}

function momentsOf(state: OrderState, now: number): readonly AgendaMoment[] {
  const read = (at: number | undefined, why: ReadReason): AgendaMoment[] =>
    at === undefined ? [] : [{ at, do: 'read', why }];
  const stepsOf = (code: Reason) => stepsFor(state.policy, methodOf(state), code);
  const closeAt = closingTime(state);
  return [
    ...read(state.isReadWanted ? 0 : undefined, 'command'),
    ...read(state.hints.some(({ hasReadBegun }) => !hasReadBegun) ? 0 : undefined, 'hook'),
    ...read(rereadAt(state), 'reread'),
    ...read(state.recheckAt, state.failures > 0 ? 'retry' : 'recheck'),
    ...read(
      nextRung(state.escalation, { held: state.heldReasons, stepsOf, lastReadAt: state.lastReadAt }),
      'escalation',
    ),
    ...read(abandonAt(state), 'expiry'),
    ...lapseTimes(state).flatMap((at) => read(at, 'expiry')),
    // One last read before closing, unless the last one is recent.
    ...(closeAt === undefined
      ? []
      : state.lastReadAt < Math.max(closeAt, now) - hintGrace
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
  // After this time a failing read is retried by its own ladder.
  return state.lastReadAt < at ? at : undefined;
}

/** When one more read decides that an attempt was given up, or that the rest of an authorization has lapsed. */
function lapseTimes({ identity, facts, policy, lastReadAt, failures }: OrderState): readonly number[] {
  // While reads fail the retry decides when to read again.
  if (failures > 0) return [];
  const attempts = pendingAttempts(facts).flatMap(({ lastListedAt }) =>
    lastListedAt === undefined ? [] : [lastListedAt + policy.abandonAfter],
  );
  const rests = expiringAuthorizations(facts, identity.kind).map((held) => expiryOf(held) + lapseGrace);
  return [...attempts, ...rests].filter((at) => at > lastReadAt);
}

/** When an order is given up because no shopper completed its session. */
export function abandonTime({ waitingSince, sessionClosedAt, facts, policy }: OrderState): number {
  const giveUpAt = waitingSince + policy.abandonAfter;
  // A hook that says the session was closed counts only while the provider has nothing to read.
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

/** Whether a reason, a hint, a failed read or money in flight keeps the order open. */
function isUnfinished(state: OrderState): boolean {
  const { identity, escalation, heldReasons, hints, failures, facts } = state;
  const isEscalated = escalation !== undefined && escalation.state !== 'resolved';
  const hasReason = unresolved(heldReasons, Infinity).length > 0;
  const isMoneyOpen = inFlight(facts).length > 0 || expiringAuthorizations(facts, identity.kind).length > 0;
  return isEscalated || hasReason || hints.length > 0 || failures > 0 || isMoneyOpen;
}

function windowOf(state: OrderState): number | undefined {
  const { status, policy, facts } = state;
  if (isUnknownToProvider(state)) return 0;
  if (isAtEnd(status, facts)) return policy.closeAfter;
  return (['captured', 'partially_refunded'] as readonly Status[]).includes(status)
    ? policy.refundWindow
    : undefined;
}

/** Whether a hook opened an order that the provider never knew: the hook was forged, or is another merchant's. */
export function isUnknownToProvider({ facts, terms }: OrderState): boolean {
  return facts.lapsed === true && facts.presence === 'unseen' && terms === undefined;
}
