import { isUnknownToProvider } from './agenda.ts';
import { amountsOf } from '../money/amounts.ts';
import { type EscalationChange } from '../escalation/ladder.ts';
import { escalate } from './escalate.ts';
import { announcementOf, eventFor, type MerchantEvent, type MerchantEventType } from './events.ts';
import { recordFindings, type Finding } from '../money/findings.ts';
import { finalCheckAfter, ladderFor, delayAt, type Delays } from '../escalation/policy.ts';
import { type OrderState } from './state.ts';
import { without } from '../values.ts';
import { graph, isAtEnd, statusOf, type Status } from '../money/status.ts';
import { append } from './timeline.ts';
import { methodOf } from './view.ts';

/** The order after an input, and the events for its merchant. */
export interface Transition {
  readonly state: OrderState;
  readonly events: readonly MerchantEvent[];
}

/** A transition that gives no event. */
export function unannounced(state: OrderState): Transition {
  return { state, events: [] };
}

/** Derives findings, status, the next recheck, escalation and events from what an input changed. */
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
  const state: OrderState = {
    ...(hasMoved ? without(changed, 'correctedFrom') : changed),
    findings,
    timeline: lines.reduce((timeline, line) => append(timeline, { at: now, ...line }), changed.timeline),
    ...(hasMoved && { status, statusSince: now }),
    ...(hasMoved && isCorrected && { correctedFrom: before.status }),
    ...((isFlip || (hasMoved && changed.flapping !== undefined)) && { flapping: 0 }),
  };
  return { state, isCorrected };
}

/** The findings of a move that is not on the graph: the provider wins, with a finding. */
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

/** While a session is open, a rejection ends one attempt, so the next attempt is no correction. */
function isNextAttempt(before: OrderState): boolean {
  return before.status === 'rejected' && before.facts.presence === 'open';
}

function schedule(before: OrderState, state: OrderState, now: number): OrderState {
  if (state.failures > 0) return state;
  const steps = recheckSteps(state);
  if (isAtEnd(state.status, state.facts) && state.flapping === undefined) return checkOnceMore(state);
  // A session known only from hooks is looked for by their re-reads alone.
  if (!state.verified && !state.terms) return without(state, 'recheckAt');
  const from = (recheckStep: number) => ({
    ...state,
    recheckStep,
    recheckAt: now + delayAt(steps, recheckStep),
  });
  if (recheckSteps(before) !== steps || state.recheckAt === undefined) return from(0);
  if (before.failures > 0) return from(state.recheckStep);
  return state.recheckAt > state.lastReadAt ? state : from(state.recheckStep + 1);
}

/** A final order is read once more a while after its end, since money may come back. */
function checkOnceMore(state: OrderState): OrderState {
  const at = state.statusSince + finalCheckAfter;
  const isDue = state.verified !== undefined && state.lastReadAt < at;
  return isDue ? { ...state, recheckAt: at } : without(state, 'recheckAt');
}

function recheckSteps(state: OrderState): Delays {
  // An order whose status flips is read again soon, even if final.
  const isWaiting = state.status === 'created' || state.status === 'pending' || state.flapping !== undefined;
  return isWaiting ? ladderFor(state.policy, methodOf(state)).recheck : state.policy.settled.recheck;
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
  // While reads alternate, merchants hear only of a status that two reads in a row agree on.
  const isCalm = state.flapping === undefined || state.flapping > 0;
  const type =
    isCalm && !isUnknownToProvider(state) ? eventFor(state.announced, announced, isCorrected) : undefined;
  if (type) tell(type);
  if (change) tell(`escalation.${change}`);
  const settled = isCalm ? without(state, 'flapping') : state;
  // `created` gives no event, but the status after it gives one, even if merchants had it before.
  const isAnew = state.status === 'created';
  const next = { ...settled, sequence, ...((type || isAnew) && { announced }) };
  return { state: { ...next, updatedAt: isSameButForReads(before, next) ? before.updatedAt : now }, events };
}

/** Whether nothing changed but the times of reads. */
function isSameButForReads(before: OrderState, state: OrderState): boolean {
  return (
    before.sequence === state.sequence &&
    before.status === state.status &&
    before.findings === state.findings &&
    before.terms === state.terms &&
    before.unverifiedSince === state.unverifiedSince &&
    JSON.stringify(before.escalation) === JSON.stringify(state.escalation) &&
    JSON.stringify(before.heldReasons) === JSON.stringify(state.heldReasons) &&
    JSON.stringify(before.facts) === JSON.stringify(state.facts)
  );
}
