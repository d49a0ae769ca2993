import { delayAt, ladderFor, lapseGrace, lastTryAfter, type Delays } from '../escalation/policy.ts';
import { absorb } from '../money/absorb.ts';
import { check, checkUnfamiliar } from '../money/checks.ts';
import type { Finding } from '../money/findings.ts';
import { formatMoney } from '../money/money.ts';
import { amountsOf } from '../money/amounts.ts';
import { outcomeOf } from '../money/attempts.ts';
import { withAbandoned, withLapses } from '../money/expiry.ts';
import type { Facts, ReadFailure, ReadResult } from '../money/payment.ts';
import { countRefund } from '../money/refunds.ts';
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
  const absorbed = absorb(state.facts, result.reading, { now, before: state.verified?.at ?? now });
  const counted = countTold(state, absorbed.facts, now);
  const ended = endOld(state, counted, now);
  const attempts = state.failures + result.attempts;
  const read: OrderState = {
    ...without(state, 'extraFailures'),
    facts: isGivenUp(state, ended.facts) ? { ...ended.facts, lapsed: true } : ended.facts,
    verified: { at: now, attempts },
    failures: 0,
    ...(state.flapping !== undefined && { flapping: state.flapping + 1 }),
  };
  const status = statusOf(read.facts, state.identity.kind);
  const settled = settleHints(withReadEntry(read, `${readSummary(why, attempts)}: ${status}`, now), now);
  return derive(
    state,
    withLapseEntry(state, markVerified(withChargebacks(settled.state, now)), now),
    [
      ...absorbed.findings,
      ...ended.findings,
      ...settled.findings,
      ...check(read.facts, state.terms),
      ...checkUnfamiliar(read.facts),
    ],
    now,
  );
}

/** Each read tries again to count refunds that only notifications report. */
function countTold({ disputes, hints, terms, policy }: OrderState, facts: Facts, now: number): Facts {
  const counting = { terms, isTrusting: policy.refunds === 'count' };
  return [...disputes, ...hints].reduce(
    (known, { proof }) => (proof ? countRefund(known, proof, now, counting) : known),
    facts,
  );
}

/** Gives up attempts that no read lists any more, and releases what is left of authorizations that have expired. */
function endOld(
  state: OrderState,
  facts: Facts,
  now: number,
): { facts: Facts; findings: readonly Finding[] } {
  const { identity, lastReadAt, policy } = state;
  const abandoned = withAbandoned(facts, lastReadAt, policy.abandonAfter);
  const findings = Object.entries(abandoned.movements)
    .filter(([key, { isAbandoned }]) => isAbandoned && !facts.movements[key]?.isAbandoned)
    .map(([, { id }]): Finding => ({
      code: 'attempt_lapsed',
      subject: id,
      detail: `pending, and no longer listed: ${id}`,
    }));
  return {
    facts: withLapses(abandoned, identity.kind, lastReadAt, lapseGrace),
    findings: [...findings, ...lateCapture(state, abandoned, now)],
  };
}

/** A capture after the rest had lapsed: the provider wins, with a finding. */
function lateCapture(state: OrderState, facts: Facts, now: number): readonly Finding[] {
  const hadLapsed = Object.values(state.facts.movements).some(({ lapsedAt }) => lapsedAt !== undefined);
  const isNew = ({ kind, status, since }: Facts['movements'][string]) =>
    kind === 'capture' && status === 'approved' && since === now;
  const late = hadLapsed ? Object.values(facts.movements).find(isNew) : undefined;
  return late
    ? [{ code: 'corrected', subject: late.id, detail: `captured after the rest had lapsed: ${late.id}` }]
    : [];
}

function withLapseEntry(before: OrderState, state: OrderState, at: number): OrderState {
  const lapsed = Object.entries(state.facts.movements).filter(
    ([key, { lapsedAt }]) => lapsedAt !== undefined && before.facts.movements[key]?.lapsedAt === undefined,
  );
  if (lapsed.length === 0) return state;
  const { cancelled, currency } = amountsOf(state.facts, state.terms);
  const sum =
    cancelled === undefined || currency === undefined
      ? ''
      : `: ${formatMoney({ amount: cancelled, currency })}`;
  const summary = `the authorization has lapsed, what was not captured is released${sum}`;
  return { ...state, timeline: append(state.timeline, { at, kind: 'change', summary }) };
}

/** A chargeback that the provider has told stays until a person resolves it. */
function withChargebacks(state: OrderState, at: number): OrderState {
  const { facts, heldReasons, chargebacks = [] } = state;
  const isKnown = (subject: string) =>
    chargebacks.some((known) => known.subject === subject) ||
    heldReasons.some((held) => held.code === 'chargeback' && held.subject === subject && held.resolved);
  const told = (facts.flags ?? [])
    .filter(({ code, subject = '' }) => code === 'chargeback' && !isKnown(subject))
    .map(({ subject = '' }) => ({ subject, at }));
  return told.length > 0 ? { ...state, chargebacks: [...chargebacks, ...told] } : state;
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
  return outcomeOf(facts) === undefined && !facts.unknown?.length && state.lastReadAt >= abandonTime(state);
}

/** A read failed: the facts stay, and the order says since when they are unverified. */
export function applyReadFailure(
  state: OrderState,
  { failure, detail, attempts }: ReadResult & { ok: false },
  why: ReadReason,
  now: number,
): Transition {
  const read = withReadEntry(state, `${readSummary(why, attempts)} failed: ${failure}`, now);
  if (!state.terms && state.facts.presence === 'unseen') return lookForSession(state, read, failure, now);
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

/**
 * Looks for a session known only from hooks along the re-read ladder, and where the provider could not be asked once
 * more an hour later; then the order ends as one that the provider does not know.
 */
function lookForSession(before: OrderState, read: OrderState, failure: ReadFailure, now: number): Transition {
  const isAnswer = failure === 'unknown_session' || failure === 'foreign_session';
  const { reread } = read.policy;
  const rungs: Delays = isAnswer ? reread : [...reread, lastTryAfter(reread)];
  let { timeline } = read;
  const waiting: PendingHint[] = [];
  for (const hint of read.hints) {
    // A copy of a hook is as good a reason to look as the first.
    const next = withNextReread(without(hint, 'isRepeat'), rungs, now);
    if (next) waiting.push(next);
    else timeline = settle(timeline, hint.id, 'unmatched');
  }
  const looking = { ...without(read, 'recheckAt', 'extraFailures'), failures: 0, hints: waiting, timeline };
  if (waiting.length > 0) return derive(before, looking, [], now);
  const lapsed = { ...without(looking, 'unverifiedSince'), facts: { ...read.facts, lapsed: true as const } };
  const detail = isAnswer ? 'the provider does not know this session' : 'no read could find this session';
  return derive(before, lapsed, [{ code: 'foreign_session', detail }], now);
}
