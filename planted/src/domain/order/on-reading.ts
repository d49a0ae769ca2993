import { absorb } from '../money/absorb.ts';
import { abandonTime, readReasons, type ReadReason } from './agenda.ts';
import { check } from '../money/checks.ts';
import { derive, type Transition } from './derive.ts';
import { countNotified, leastValuable } from '../money/notified-refunds.ts';
import type { Finding } from '../money/findings.ts';
import { dispositionOf, isPassed, standingOf, type Disposition } from './hints.ts';
import type { Facts, ReadResult } from '../money/payment.ts';
import { ladderFor, delayAt, type Delays } from '../escalation/policy.ts';
import { without, type Dispute, type OrderState, type PendingHint } from './state.ts';
import { statusOf } from '../money/status.ts';
import { append, settle, type TimelineEntry } from './timeline.ts';
import { methodOf } from './view.ts';

const disputesKept = 8;
// As many as may wait at once: a ladder that ends loses none.
const provenKept = 64;

/** A read begins: it covers every hint that is here by now. */
export function markReadStarted(state: OrderState, now: number): OrderState {
  return {
    ...state,
    askedAt: now,
    isReadWanted: false,
    hints: state.hints.map((hint) => (hint.isAsked ? hint : { ...hint, isAsked: true })),
  };
}

/** A read succeeded: fold it, and compare every asked hint with what it told. */
export function applyReading(
  state: OrderState,
  result: ReadResult & { ok: true },
  why: ReadReason,
  now: number,
): Transition {
  const { facts: read, findings: found } = absorb(state.facts, result.reading);
  const facts = [...state.disputes, ...state.hints].reduce(
    (known, { proof }) => (proof ? countNotified(known, proof, state.terms) : known),
    read,
  );
  const attempts = state.failures + result.attempts;
  const learnt: OrderState = {
    ...without(state, 'extraFailures'),
    facts: isGivenUp(state, facts) ? { ...facts, lapsed: true } : facts,
    verified: { at: now, attempts },
    failures: 0,
    ...(state.flapping !== undefined && { flapping: state.flapping + 1 }),
  };
  const status = statusOf(learnt.facts, state.identity.kind);
  const told = append(state.timeline, {
    at: now,
    kind: 'read',
    summary: `${readSummary(why, attempts)}: ${status}`,
  });
  const judged = judge({ ...learnt, timeline: told }, now);
  return derive(
    state,
    coveredBy(judged.state),
    [...found, ...judged.found, ...check(facts, state.terms)],
    now,
  );
}

/** What came in while the read was under way, and was not confirmed by it, is yet to be verified. */
function coveredBy(state: OrderState): OrderState {
  const [uncovered] = state.hints.filter(({ isAsked }) => !isAsked);
  return {
    ...without(state, 'unverifiedSince'),
    ...(uncovered && { unverifiedSince: uncovered.receivedAt }),
  };
}

function readSummary(why: ReadReason, attempts: number): string {
  return attempts > 1 ? `read (${readReasons[why]}, attempt ${attempts})` : `read (${readReasons[why]})`;
}

function isGivenUp(state: OrderState, facts: Facts): boolean {
  return facts.outcome === undefined && !facts.unknown?.length && state.askedAt >= abandonTime(state);
}

/** Compares every asked hint with what the read told, and the old disputes too. */
function judge(state: OrderState, now: number): { state: OrderState; found: readonly Finding[] } {
  const found: Finding[] = [];
  let { timeline } = state;
  let disputes: readonly Dispute[] = state.disputes.filter(
    ({ claim }) => standingOf(claim, state.facts) === 'news',
  );
  let session: Pick<OrderState, 'sessionClosedAt'> = pickSession(state);
  const waiting: PendingHint[] = [];
  for (const hint of state.hints) {
    const disposition = judgeHint(hint, state.facts);
    const next = disposition ? undefined : climbLadder(hint, state.policy.reread, now);
    if (next) {
      waiting.push(next);
      continue;
    }
    timeline = settle(timeline, hint.id, disposition ?? 'contradicted');
    session = followSession(session, hint);
    if (disposition) continue;
    found.push({
      code: 'contradiction',
      detail: `hook says ${hint.event} ${hint.status}, the provider does not`,
    });
    disputes = keepDisputes(
      [...disputes.filter(({ id }) => id !== hint.id), disputeOf(hint, now)],
      state.facts,
    );
  }
  return {
    state: { ...without(state, 'sessionClosedAt'), ...session, hints: waiting, disputes, timeline },
    found,
  };
}

function disputeOf({ id, event, status, claim, proof }: PendingHint, at: number): Dispute {
  return { id, event, status, claim, ...(proof && { proof }), at };
}

/** Drops the one that is too many: what only a notification tells of is not pushed out by claims that reads can tell of. */
function keepDisputes(disputes: readonly Dispute[], facts: Facts): readonly Dispute[] {
  const bare = disputes.filter(({ proof }) => !proof);
  const proven = disputes.filter(({ proof }) => proof);
  const surplus =
    bare.length > disputesKept
      ? bare[0]
      : proven.length > provenKept
        ? leastValuable(proven, facts)
        : undefined;
  return disputes.filter((dispute) => dispute !== surplus);
}

/** A hint that came in while the read was under way is not covered by it, but may be confirmed by it. */
function judgeHint({ claim, isAsked }: PendingHint, facts: Facts): Disposition | undefined {
  const standing = standingOf(claim, facts);
  if (!isAsked) return standing === 'holds' ? 'applied' : undefined;
  const disposition = dispositionOf(claim, standing);
  return disposition === undefined && isPassed(claim, facts) ? 'stale' : disposition;
}

function pickSession({ sessionClosedAt }: OrderState): Pick<OrderState, 'sessionClosedAt'> {
  return sessionClosedAt === undefined ? {} : { sessionClosedAt };
}

/** A closed session may be followed by another one for the same order. */
function followSession(before: Pick<OrderState, 'sessionClosedAt'>, { claim, receivedAt }: PendingHint) {
  if (claim.of !== 'session' || claim.status === 'completed') return before;
  return claim.status === 'closed' ? { sessionClosedAt: receivedAt } : {};
}

/** The hint with its next re-read, or undefined when the ladder is used up and the read stands. */
function climbLadder(hint: PendingHint, reread: Delays, now: number): PendingHint | undefined {
  if (!hint.isAsked) return hint;
  if (hint.rereadAt !== undefined && now < hint.rereadAt) return hint;
  if (hint.isRepeat || hint.rung >= reread.length) return undefined;
  return { ...hint, rung: hint.rung + 1, rereadAt: now + delayAt(reread, hint.rung) };
}

/** A read failed: what is known stays, and since when it is unverified is said. */
export function applyReadFailure(
  state: OrderState,
  result: ReadResult & { ok: false },
  why: ReadReason,
  now: number,
): Transition {
  const { failure, detail, attempts } = result;
  const entry: TimelineEntry = {
    at: now,
    kind: 'read',
    summary: `${readSummary(why, attempts)} failed: ${failure}`,
  };
  const told = { ...state, timeline: append(state.timeline, entry) };
  if (failure === 'unknown_session' && !state.terms && state.facts.presence === 'unseen')
    return seekSession(state, told, now);
  const found: Finding[] = failure === 'foreign_session' ? [{ code: 'foreign_session', detail }] : [];
  return derive(state, failed(told, now), found, now);
}

function failed(state: OrderState, now: number): OrderState {
  const { failures, extraFailures = 0, recheckAt = 0 } = state;
  const missed = { ...state, unverifiedSince: state.unverifiedSince ?? now, failures: failures + 1 };
  // A retry that is planned is not put off by what a hook, a person or a rung asks for before: else a few put it days away.
  if (failures > 0 && recheckAt > now) return { ...missed, extraFailures: extraFailures + 1 };
  const { recheck } = ladderFor(state.policy, methodOf(state));
  return { ...missed, recheckAt: now + delayAt(recheck, failures - extraFailures) };
}

/** A hook for a session that the provider does not know: looked for along the re-read ladder, then nobody's. */
function seekSession(before: OrderState, told: OrderState, now: number): Transition {
  let { timeline } = told;
  const waiting: PendingHint[] = [];
  for (const hint of told.hints) {
    const next = climbLadder(hint, told.policy.reread, now);
    if (next) waiting.push(next);
    else timeline = settle(timeline, hint.id, 'unmatched');
  }
  if (waiting.length > 0) {
    const seeking = {
      ...without(told, 'recheckAt', 'extraFailures'),
      failures: 0,
      hints: waiting,
      timeline,
    };
    return derive(before, seeking, [], now);
  }
  const lapsed = {
    ...without(told, 'unverifiedSince', 'recheckAt', 'extraFailures'),
    failures: 0,
    hints: [],
    facts: { ...told.facts, lapsed: true as const },
    timeline,
  };
  const finding: Finding = { code: 'foreign_session', detail: 'the provider does not know this session' };
  return derive(before, lapsed, [finding], now);
}
