import { delayAt, ladderFor } from '../escalation/policy.ts';
import { absorb } from '../money/absorb.ts';
import { check } from '../money/checks.ts';
import type { Finding } from '../money/findings.ts';
import { countNotified } from '../money/notified-refunds.ts';
import type { Facts, ReadResult } from '../money/payment.ts';
import { statusOf } from '../money/status.ts';
import { without } from '../values.ts';
import { abandonTime, readReasons, type ReadReason } from './agenda.ts';
import { derive, type Transition } from './derive.ts';
import { settleHints, withNextReread } from './settle-hints.ts';
import type { OrderState, PendingHint } from './state.ts';
import { append, settle } from './timeline.ts';
import { methodOf } from './view.ts';

/** A read begins: it answers every hint that has come in by now. */
export function markReadStarted(state: OrderState, now: number): OrderState {
  return {
    ...state,
    lastReadAt: now,
    isReadWanted: false,
    hints: state.hints.map((hint) => (hint.hasReadBegun ? hint : { ...hint, hasReadBegun: true })),
  };
}

/** A read succeeded: folds it into the facts and compares the hints with them. */
export function applyReading(
  state: OrderState,
  result: ReadResult & { ok: true },
  why: ReadReason,
  now: number,
): Transition {
  const absorbed = absorb(state.facts, result.reading);
  // Each read tries again to count refunds that only notifications report.
  const facts = [...state.disputes, ...state.hints].reduce(
    (known, { proof }) => (proof ? countNotified(known, proof, state.terms) : known),
    absorbed.facts,
  );
  const attempts = state.failures + result.attempts;
  const read: OrderState = {
    ...without(state, 'extraFailures'),
    facts: isGivenUp(state, facts) ? { ...facts, lapsed: true } : facts,
    verified: { at: now, attempts },
    failures: 0,
    ...(state.flapping !== undefined && { flapping: state.flapping + 1 }),
  };
  const status = statusOf(read.facts, state.identity.kind);
  const settled = settleHints(withReadEntry(read, `${readSummary(why, attempts)}: ${status}`, now), now);
  return derive(
    state,
    markVerified(settled.state),
    [...absorbed.findings, ...settled.findings, ...check(facts, state.terms)],
    now,
  );
}

/** A hint that came in during the read, and was not confirmed by it, is still unverified. */
function markVerified(state: OrderState): OrderState {
  const [uncovered] = state.hints.filter(({ hasReadBegun }) => !hasReadBegun);
  return {
    ...without(state, 'unverifiedSince'),
    ...(uncovered && { unverifiedSince: uncovered.receivedAt }),
  };
}

function isGivenUp(state: OrderState, facts: Facts): boolean {
  return facts.outcome === undefined && !facts.unknown?.length && state.lastReadAt >= abandonTime(state);
}

/** A read failed: the facts stay, and the order says since when they are unverified. */
export function applyReadFailure(
  state: OrderState,
  { failure, detail, attempts }: ReadResult & { ok: false },
  why: ReadReason,
  now: number,
): Transition {
  const read = withReadEntry(state, `${readSummary(why, attempts)} failed: ${failure}`, now);
  if (failure === 'unknown_session' && !state.terms && state.facts.presence === 'unseen')
    return lookForSession(state, read, now);
  const findings: Finding[] = failure === 'foreign_session' ? [{ code: 'foreign_session', detail }] : [];
  return derive(state, withRetry(read, now), findings, now);
}

function withReadEntry(state: OrderState, summary: string, now: number): OrderState {
  return { ...state, timeline: append(state.timeline, { at: now, kind: 'read', summary }) };
}

function readSummary(why: ReadReason, attempts: number): string {
  return attempts > 1 ? `read (${readReasons[why]}, attempt ${attempts})` : `read (${readReasons[why]})`;
}

function withRetry(state: OrderState, now: number): OrderState {
  const { failures, extraFailures = 0, recheckAt = 0 } = state;
  const failed = { ...state, unverifiedSince: state.unverifiedSince ?? now, failures: failures + 1 };
  // Extra reads, for hooks, people or rungs, do not postpone the planned retry: a few would delay it by days.
  if (failures > 0 && recheckAt > now) return { ...failed, extraFailures: extraFailures + 1 };
  const { recheck } = ladderFor(state.policy, methodOf(state));
  return { ...failed, recheckAt: now + delayAt(recheck, failures - extraFailures) };
}

/** Looks for a session known only from hooks along the re-read ladder; then the order ends as unknown to the provider. */
function lookForSession(before: OrderState, read: OrderState, now: number): Transition {
  let { timeline } = read;
  const waiting: PendingHint[] = [];
  for (const hint of read.hints) {
    const next = withNextReread(hint, read.policy.reread, now);
    if (next) waiting.push(next);
    else timeline = settle(timeline, hint.id, 'unmatched');
  }
  const looking = { ...without(read, 'recheckAt', 'extraFailures'), failures: 0, hints: waiting, timeline };
  if (waiting.length > 0) return derive(before, looking, [], now);
  const lapsed = { ...without(looking, 'unverifiedSince'), facts: { ...read.facts, lapsed: true as const } };
  const finding: Finding = { code: 'foreign_session', detail: 'the provider does not know this session' };
  return derive(before, lapsed, [finding], now);
}
