import { isNobodys } from './agenda.ts';
import { amountsOf } from '../money/amounts.ts';
import { brokenSums } from '../money/checks.ts';
import {
  climb,
  trackConcerns,
  wakeSilenced,
  type EscalationChange,
  type Reason,
} from '../escalation/ladder.ts';
import { announcementOf, eventFor, type MerchantEvent, type MerchantEventType } from './events.ts';
import { recordFindings, type Finding } from '../money/findings.ts';
import { authorizationLife, ladderFor, delayAt, type Delays } from '../escalation/policy.ts';
import { without, type OrderState } from './state.ts';
import { graph, isFinal, statusOf, type Status } from '../money/status.ts';
import { append } from './timeline.ts';
import { methodOf } from './view.ts';

/** What an input makes of an order, and what its merchant is told. */
export interface Transition {
  readonly state: OrderState;
  readonly events: readonly MerchantEvent[];
}

/** A step that changes what is known, but nothing that anybody is told. */
export function unannounced(state: OrderState): Transition {
  return { state, events: [] };
}

/** Derives status, schedule, escalation and events from what a step changed. */
export function derive(
  before: OrderState,
  changed: OrderState,
  found: readonly Finding[],
  now: number,
): Transition {
  const moved = moveStatus(before, changed, found, now);
  const scheduled = schedule(before, moved.state, now);
  const escalated = escalate(scheduled, now);
  return announce(before, escalated.state, moved.isCorrected, escalated.change, now);
}

function moveStatus(before: OrderState, changed: OrderState, found: readonly Finding[], now: number) {
  const status = statusOf(changed.facts, changed.identity.kind);
  const hasMoved = status !== before.status;
  const surprises = changed.verified === before.verified ? [] : surprisesOf(before, status);
  const isFlip = surprises.some(({ code }) => code === 'flapping');
  const isCorrected = [...found, ...surprises].some(({ code }) => code === 'corrected');
  const findings = recordFindings(before.findings, [...found, ...surprises], now);
  const lines = [
    ...(hasMoved ? [{ kind: 'change' as const, summary: `${before.status} → ${status}` }] : []),
    ...findings
      .filter((finding) => !before.findings.includes(finding))
      .map(({ code, detail }) => ({ kind: 'finding' as const, summary: `${code}: ${detail}` })),
  ];
  const concerns = wakeSilenced(changed.concerns, now);
  const state: OrderState = {
    ...(hasMoved ? without(changed, 'correctedFrom') : changed),
    findings,
    timeline: lines.reduce((timeline, line) => append(timeline, { at: now, ...line }), changed.timeline),
    ...(hasMoved && { status, statusSince: now, concerns }),
    ...(hasMoved && isCorrected && { correctedFrom: before.status }),
    ...((isFlip || (hasMoved && changed.flapping !== undefined)) && { flapping: 0 }),
  };
  return { state, isCorrected };
}

/** What is odd about a read that leads to this status: the provider wins over the graph, but not in silence. */
function surprisesOf(before: OrderState, status: Status): readonly Finding[] {
  if (status === before.status) return [];
  const isOnGraph = graph[before.status].includes(status) || isNextAttempt(before);
  const isFlip = status === before.correctedFrom;
  return [
    ...(isOnGraph ? [] : [findingOf('corrected', `was ${before.status}, the provider says ${status}`)]),
    ...(isFlip ? [findingOf('flapping', `${status}, ${before.status}, ${status}`)] : []),
  ];
}

function findingOf(code: Finding['code'], detail: string): Finding {
  return { code, detail };
}

/** While a session stays open, a rejection ends an attempt: the next one is no correction. */
function isNextAttempt(before: OrderState): boolean {
  return before.status === 'rejected' && before.facts.presence === 'open';
}

function schedule(before: OrderState, state: OrderState, now: number): OrderState {
  if (state.failures > 0) return state;
  const steps = recheckSteps(state);
  // A hook-born session that was never seen is looked for by its hints alone.
  if (!steps || (!state.verified && !state.terms)) return without(state, 'recheckAt');
  const from = (recheckStep: number) => ({
    ...state,
    recheckStep,
    recheckAt: now + delayAt(steps, recheckStep),
  });
  if (recheckSteps(before) !== steps || state.recheckAt === undefined) return from(0);
  if (before.failures > 0) return from(state.recheckStep);
  return state.recheckAt > state.askedAt ? state : from(state.recheckStep + 1);
}

function recheckSteps(state: OrderState): Delays | undefined {
  // A status that flips is looked at again soon, also a final one.
  const isWaiting = state.status === 'created' || state.status === 'pending' || state.flapping !== undefined;
  if (isFinal(state.status) && !isWaiting) return undefined;
  return isWaiting ? ladderFor(state.policy, methodOf(state)).recheck : state.policy.settled.recheck;
}

function escalate(state: OrderState, now: number): { state: OrderState; change?: EscalationChange } {
  const concerns = trackConcerns(state.concerns, holdingReasons(state, now), now);
  const steps = ladderFor(state.policy, methodOf(state)).escalate;
  const { escalation, change } = climb(state.escalation, { concerns, steps, now, askedAt: state.askedAt });
  const next = { ...without(state, 'escalation'), concerns, ...(escalation && { escalation }) };
  if (!change) return { state: next };
  const summary =
    change === 'resolved'
      ? 'resolved'
      : `${change}, level ${escalation!.level}: ${escalation!.reasons.join(', ')}`;
  return {
    state: { ...next, timeline: append(state.timeline, { at: now, kind: 'escalation', summary }) },
    change,
  };
}

/** The reasons that hold now and when each began. */
function holdingReasons(state: OrderState, now: number): { readonly [R in Reason]?: number } {
  const { status, statusSince, facts, terms, policy } = state;
  if (isNobodys(state)) return {};
  const sums = Object.fromEntries(brokenSums(facts, terms).map((code) => [code, now]));
  const has = (kind: 'capture' | 'refund') =>
    Object.values(facts.movements).some(
      (movement) => movement.kind === kind && movement.status === 'rejected',
    );
  const { authorized, captured } = amountsOf(facts);
  const isCapturedInFull =
    facts.captured === 'full' ||
    (captured !== undefined && authorized !== undefined && captured >= authorized);
  return {
    ...(status === 'pending' && { pending: statusSince }),
    ...(state.unverifiedSince !== undefined && !isSought(state) && { unverified: state.unverifiedSince }),
    ...(policy.requireRegistration && !terms && { unregistered: state.createdAt }),
    ...(state.disputes[0] && { contradiction: state.disputes[0].at }),
    ...(has('capture') && !isCapturedInFull && { capture_failed: now }),
    ...(has('refund') && status !== 'refunded' && { refund_failed: now }),
    ...(status === 'placed' && {
      authorization_expiring: facts.expiresAt ?? statusSince + authorizationLife,
    }),
    ...sums,
  };
}

/** A session that is still looked for may be nobody's: its ladder ends by itself and needs no person. */
function isSought({ facts, terms, failures }: OrderState): boolean {
  return facts.presence === 'unseen' && !terms && failures === 0;
}

function announce(
  before: OrderState,
  state: OrderState,
  isCorrected: boolean,
  change: EscalationChange | undefined,
  now: number,
): Transition {
  const events: MerchantEvent[] = [];
  let { sequence } = state;
  const tell = (type: MerchantEventType) => events.push({ type, sequence: (sequence += 1), at: now });

  const announced = announcementOf(state.status, amountsOf(state.facts));
  // While reads flip, only a status that two reads in a row agree on is news.
  const isCalm = state.flapping === undefined || state.flapping > 0;
  const type = isCalm && !isNobodys(state) ? eventFor(state.announced, announced, isCorrected) : undefined;
  if (type) tell(type);
  if (change) tell(`escalation.${change}`);
  const settled = isCalm ? without(state, 'flapping') : state;
  // An order that is waited for anew tells nothing, but what it tells next is news again.
  const isAnew = state.status === 'created';
  const next = { ...settled, sequence, ...((type || isAnew) && { announced }) };
  return { state: { ...next, updatedAt: isSameButForReads(before, next) ? before.updatedAt : now }, events };
}

/** Whether nothing changed but when the provider was last read and what is scheduled. */
function isSameButForReads(before: OrderState, state: OrderState): boolean {
  return (
    before.sequence === state.sequence &&
    before.status === state.status &&
    before.findings === state.findings &&
    before.terms === state.terms &&
    before.unverifiedSince === state.unverifiedSince &&
    JSON.stringify(before.escalation) === JSON.stringify(state.escalation) &&
    JSON.stringify(before.facts) === JSON.stringify(state.facts)
  );
}
