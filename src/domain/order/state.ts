import type { Announced } from './events.ts';
import type { Concerns, Escalation } from '../escalation/ladder.ts';
import type { RecordedFinding } from '../money/findings.ts';
import type { Hint } from './hints.ts';
import { noFacts, type Facts, type Kind, type Terms } from '../money/payment.ts';
import { delayAt, type Policy } from '../escalation/policy.ts';
import type { Status } from '../money/status.ts';
import { append, emptyTimeline, type Timeline } from './timeline.ts';
import { formatMoney } from '../money/money.ts';

/** Which order this is: everything a hook carries that leads to it. */
export interface Identity {
  /** Workflow id, id in the API, logs and events. */
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly kind: Kind;
  /** What the provider calls it: Briqpay's session id, BridgerPay's order id. */
  readonly key: string;
}

/** How a run begins. A carry comes from an earlier run of the same order. */
export interface OrderStart {
  readonly identity: Identity;
  readonly policy: Policy;
  /** The version of the projection that the start shows the order by; by default that of the carry, else none is shown. */
  readonly projection?: number;
  /** When the order was first heard of, which dates it in every run; by default the run's own start. */
  readonly openedAt?: number;
  readonly terms?: Terms;
  readonly carry?: OrderState;
  /** Where the numbering of merchant events goes on, when an earlier run left no carry. */
  readonly sequence?: number;
  /** The run is opened to read the provider at once. */
  readonly isReadWanted?: true;
}

/** A hint whose claim is not decided yet. */
export interface PendingHint extends Hint {
  readonly receivedAt: number;
  /** A read has been asked for since it came. */
  readonly isAsked?: true;
  /** How many reads of the re-read ladder it has had. */
  readonly rung: number;
  readonly rereadAt?: number;
  /** Heard before and not confirmed then: one read decides. */
  readonly isRepeat?: true;
}

/** A claim that the reads did not confirm; it may still come true, and with its proof each read tries it again. */
export interface Dispute extends Hint {
  readonly at: number;
}

/** What an accepted command was, by its update id: the same key with another body is refused. */
export interface Answered {
  readonly key: string;
  readonly hash: string;
}

/** What a person last decided about an escalation, for whoever comes too late. */
export interface Decided {
  readonly by: string;
  readonly what: 'acknowledged' | 'snoozed' | 'resolved';
  readonly at: number;
}

/** Everything an order knows. Plain JSON: it is carried over continue-as-new and from a closed run to the next. */
export interface OrderState {
  readonly v: 1;
  /** The version of the projection by which memo and search attributes last showed the order. */
  readonly projection: number;
  readonly identity: Identity;
  readonly policy: Policy;
  readonly terms?: Terms;
  readonly facts: Facts;
  readonly status: Status;
  readonly statusSince: number;
  /** The status that the last move corrected, to notice reads that flip back to it. */
  readonly correctedFrom?: Status;
  readonly findings: readonly RecordedFinding[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly sequence: number;
  readonly announced: Announced;
  /** Reads that agreed since the status flipped back and forth; absent while it does not. */
  readonly flapping?: number;
  readonly verified?: { readonly at: number; readonly attempts: number };
  readonly unverifiedSince?: number;
  readonly hints: readonly PendingHint[];
  /** The ids of the hints that were last heard, to tell copies. */
  readonly heard: readonly string[];
  readonly disputes: readonly Dispute[];
  readonly lastHintAt: number;
  /** When the last read began; 0 before the first. */
  readonly askedAt: number;
  /** Reads that failed since one succeeded. */
  readonly failures: number;
  /** How many of these were made while a retry was planned, and left that where it was; absent is none. */
  readonly extraFailures?: number;
  readonly isReadWanted: boolean;
  readonly recheckStep: number;
  readonly recheckAt?: number;
  /** When waiting for a payment began. */
  readonly waitingSince: number;
  /** When a hook told that the shopper's session was closed; it shortens the wait and decides nothing. */
  readonly sessionClosedAt?: number;
  readonly concerns: Concerns;
  readonly escalation?: Escalation;
  readonly decided?: Decided;
  /** When a person last resolved; findings up to then need no attention. */
  readonly reviewedAt: number;
  readonly timeline: Timeline;
  readonly answered: readonly Answered[];
}

/** The state at the start of a run: that of the carry under today's policy, or a new order. */
export function openOrder(start: OrderStart, now: number): OrderState {
  const { policy, terms, carry, isReadWanted } = start;
  if (!carry) return newOrder(start, now);
  const projection = start.projection ?? carry.projection;
  const carried = { ...carry, policy, projection, isReadWanted: carry.isReadWanted || isReadWanted === true };
  return terms ? adoptTerms(carried, terms, now) : carried;
}

function newOrder(
  { identity, policy, projection = 0, openedAt, terms, sequence = 0, isReadWanted }: OrderStart,
  now: number,
): OrderState {
  const fresh: OrderState = {
    v: 1,
    projection,
    identity,
    policy,
    facts: noFacts,
    status: 'created',
    statusSince: now,
    findings: [],
    createdAt: openedAt ?? now,
    updatedAt: openedAt ?? now,
    sequence,
    announced: { status: 'created' },
    hints: [],
    heard: [],
    disputes: [],
    lastHintAt: 0,
    askedAt: 0,
    failures: 0,
    isReadWanted: isReadWanted ?? false,
    recheckStep: 0,
    waitingSince: now,
    concerns: {},
    reviewedAt: 0,
    timeline: emptyTimeline,
    answered: [],
  };
  if (!terms) return fresh;
  return { ...withTerms(fresh, terms, now), recheckAt: now + delayAt(policy.pending.recheck, 0) };
}

/** Sets the terms that the merchant registered, and says so in the timeline. */
function withTerms(state: OrderState, terms: Terms, at: number): OrderState {
  const reference = terms.reference === undefined ? '' : `, reference ${terms.reference}`;
  const summary = `registered: expects ${formatMoney(terms.expected)}${reference}`;
  return { ...state, terms, timeline: append(state.timeline, { at, kind: 'command', summary }) };
}

/** Registers an order that a hook has begun; the first terms stay. */
export function adoptTerms(state: OrderState, terms: Terms, now: number): OrderState {
  if (state.terms) return state;
  // The shop vouches for a session that was given up: it is waited for anew.
  const isRevived = state.facts.lapsed === true;
  const revived = isRevived ? { ...state, facts: without(state.facts, 'lapsed'), waitingSince: now } : state;
  return { ...withTerms(revived, terms, now), isReadWanted: state.isReadWanted || isRevived };
}

/** Whether two registrations mean the same. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return (
    a.expected.amount === b.expected.amount &&
    a.expected.currency === b.expected.currency &&
    a.reference === b.reference &&
    a.method === b.method
  );
}

/** A copy without the named fields: absent and undefined are not the same here. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}
