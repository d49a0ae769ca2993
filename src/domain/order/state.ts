import { without } from '../values.ts';
import type { Announced } from './events.ts';
import type { HeldReasons, Escalation } from '../escalation/ladder.ts';
import type { RecordedFinding } from '../money/findings.ts';
import type { Hint } from './hints.ts';
import { noFacts, type Facts, type Kind, type Terms } from '../money/payment.ts';
import { delayAt, type Policy } from '../escalation/policy.ts';
import type { Status } from '../money/status.ts';
import { append, emptyTimeline, type Timeline } from './timeline.ts';
import { formatMoney } from '../money/money.ts';

/** The identity of an order, all derived from what a hook carries. */
export interface Identity {
  /** Workflow id, id in the API, logs and events. */
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly kind: Kind;
  /** The provider's id: Briqpay's session id, BridgerPay's order id. */
  readonly key: string;
}

/** The input of a run. The carry is the state that an earlier run of the same order left. */
export interface OrderStart {
  readonly identity: Identity;
  readonly policy: Policy;
  /** The version of the projection in which the start shows the order; by default the carry's, or none. */
  readonly projection?: number;
  /** When the order's first run began, epoch milliseconds; by default this run's start. */
  readonly openedAt?: number;
  readonly terms?: Terms;
  readonly carry?: OrderState;
  /** The last sequence of an earlier run that left no carry. */
  readonly sequence?: number;
  /** The run begins with a read. */
  readonly isReadWanted?: true;
}

/** A hint that is not settled yet. Times in epoch milliseconds. */
export interface PendingHint extends Hint {
  readonly receivedAt: number;
  /** A read has begun since it came in. */
  readonly hasReadBegun?: true;
  /** How many reads of the re-read ladder it has had. */
  readonly rung: number;
  readonly rereadAt?: number;
  /** A copy of it came in before and was not confirmed: one read decides. */
  readonly isRepeat?: true;
}

/** A claim that no read confirmed. It may still come true, so each read compares it again. */
export interface Dispute extends Hint {
  readonly at: number;
}

/** An accepted command by its update id, with the hash of its body: the same key with another body is refused. */
interface AnsweredCommand {
  readonly key: string;
  readonly hash: string;
}

/** The last decision about an escalation, shown to a person who comes too late. */
export interface LastDecision {
  readonly by: string;
  readonly what: 'acknowledged' | 'snoozed' | 'resolved' | 'reopened';
  readonly at: number;
}

/** A dispute with the shopper's bank; `subject` is the payment or the note that it is about. */
interface Chargeback {
  readonly subject: string;
  readonly at: number;
}

/** The ids of the other paid orders of one reference, in their order, and when they were first seen. */
interface PaidTwice {
  readonly ids: readonly string[];
  readonly at: number;
}

/** Everything an order knows, as plain JSON: it is carried over continue-as-new and from a closed run to the next. */
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
  /** The status before the last correction, to notice reads that flip back to it. */
  readonly correctedFrom?: Status;
  readonly findings: readonly RecordedFinding[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly sequence: number;
  readonly announced: Announced;
  /** How many reads have agreed since the status flipped back; absent where it did not. */
  readonly flapping?: number;
  readonly verified?: { readonly at: number; readonly attempts: number };
  readonly unverifiedSince?: number;
  readonly hints: readonly PendingHint[];
  /** The ids of the latest hints, to recognise copies. */
  readonly recentHintIds: readonly string[];
  readonly disputes: readonly Dispute[];
  readonly lastHintAt: number;
  /** When the last read began; 0 before the first. */
  readonly lastReadAt: number;
  /** How many reads have failed since the last success. */
  readonly failures: number;
  /** How many of these came before the planned retry and did not move it; absent is 0. */
  readonly extraFailures?: number;
  readonly isReadWanted: boolean;
  readonly recheckStep: number;
  readonly recheckAt?: number;
  /** When waiting for a payment began. */
  readonly waitingSince: number;
  /** When a hook said that the shopper's session was closed; it only shortens the wait. */
  readonly sessionClosedAt?: number;
  readonly heldReasons: HeldReasons;
  readonly escalation?: Escalation;
  readonly lastDecision?: LastDecision;
  /** Disputes with the shopper's bank, told by the provider or by a person, that nobody has resolved. */
  readonly chargebacks?: readonly Chargeback[];
  /** By attempt: the id by which the provider's API reads it alone, as a hook told it. */
  readonly ownIds?: Readonly<Record<string, string>>;
  /** The ids of refunds that were told, and that a person said are none. */
  readonly dismissedClaims?: readonly string[];
  /** Other orders of this reference that were paid too. */
  readonly paidTwice?: PaidTwice;
  readonly timeline: Timeline;
  readonly answeredCommands: readonly AnsweredCommand[];
}

/** The state at the start of a run: the carry with the policy of this start, or a new order. */
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
    recentHintIds: [],
    disputes: [],
    lastHintAt: 0,
    lastReadAt: 0,
    failures: 0,
    isReadWanted: isReadWanted ?? false,
    recheckStep: 0,
    waitingSince: now,
    heldReasons: [],
    timeline: emptyTimeline,
    answeredCommands: [],
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
  // The shop registers a session that was given up: wait for its payment again.
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
