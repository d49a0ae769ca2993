import type { Observation } from '../observation.ts';
import { atOnce, type OracleReason } from '../../kit/oracle/reasons.ts';
import { hour } from '../../kit/time.ts';
import { readTakesMs, type Checker, type Law } from './law.ts';

// Those that hooks, failing reads and the account's policy give.
const givenByOthers = ['contradiction', 'unregistered', 'unverified', 'refund_claimed'];

/** Whatever needs a person has reached one, nothing else does, and what a person resolved silences nothing but itself. */
export function attention({ record, report, settledFrom }: Checker): Law {
  return {
    observe(observation: Observation) {
      // By then all that the last read changed has been shown.
      if (observation.is === 'read-started' || (observation.is === 'queried' && observation.isIdle))
        checkAtOnce(observation.at);
      if (observation.is === 'closed') {
        checkAtOnce(observation.at);
        checkNothingOpen(observation.at);
      }
    },
    end(at: number) {
      checkAtOnce(at);
      if (record.moment === record.world.moments.length - 1) checkLadders(at);
      checkNoOther(at);
    },
  };

  function isJudgeable(): boolean {
    const { isReading, isTaskMixed, isUncertain, areClaimsUncertain, isSilenceUncertain } = record;
    return !(isReading || isTaskMixed || isUncertain || areClaimsUncertain || isSilenceUncertain);
  }

  /** What waits for a person: it holds, and nobody resolved exactly this. */
  function waiting(at: number): readonly OracleReason[] {
    return record.reasonsAt(at).filter((reason) => !record.isSilenced(reason));
  }

  function checkAtOnce(at: number): void {
    const { order, failingSince } = record;
    if (!order || !isJudgeable() || isSnoozed() || failingSince !== undefined) return;
    for (const reason of waiting(at))
      if (atOnce.includes(reason.code) && !isListed(reason))
        report('what needs a person reaches one with the read that shows it', nameOf(reason));
  }

  function isListed({ code }: OracleReason): boolean {
    const { escalation } = record.order ?? {};
    const listed: readonly string[] = escalation?.reasons ?? [];
    return escalation?.state !== 'resolved' && listed.includes(code);
  }

  function isSnoozed(): boolean {
    return record.order?.escalation?.state === 'snoozed';
  }

  /** No run closes with money in flight, or while something waits for a person. */
  function checkNothingOpen(at: number): void {
    if (!isJudgeable()) return;
    for (const { kind, id, status } of record.inFlight)
      report('no run closes with money in flight', `${kind} ${id} is ${status}`);
    for (const reason of waiting(at))
      if (reason.since <= at) report('no run closes while a person is needed', nameOf(reason));
  }

  /** Every reason that holds for long is listed in the end, and so is every claim that nobody confirms. */
  function checkLadders(at: number): void {
    const { policy, order } = record;
    if (!order || !isJudgeable() || isSnoozed() || record.failingSince !== undefined || !record.isRunning)
      return;
    for (const reason of waiting(at)) {
      const begun = Math.max(reason.since, settledFrom());
      if (!isListed(reason) && at - begun > rungOf(reason.code) + 6 * hour)
        report('a reason for a person is listed', nameOf(reason));
    }
    const ladderMs = policy.reread.reduce((sum, step) => sum + step, 0) + 10 * readTakesMs;
    const [claim] = record.uncountedClaims(at, ladderMs + 6 * hour);
    const mayBeDropped = record.received.length > 60 || record.decidedAt.length > 0 || record.wasTerminated;
    if (claim && !mayBeDropped && !isListed({ code: 'refund_claimed', subject: '', since: 0 }))
      report('a reason for a person is listed', `nobody hears of the refund ${claim.entry.id}`);
  }

  function rungOf(code: string): number {
    const { pending, methods, capturePending, refundPending } = record.policy;
    if (code === 'capture_pending') return capturePending[0];
    if (code === 'refund_pending') return refundPending[0];
    return Math.max(pending.escalate[0], ...Object.values(methods).map(({ escalate }) => escalate?.[0] ?? 0));
  }

  /** Nothing is listed that is not so. */
  function checkNoOther(at: number): void {
    if (!isJudgeable() || isSnoozed() || record.moment !== record.world.moments.length - 1) return;
    const given = new Set(record.reasonsAt(at).map(({ code }) => code));
    for (const reason of record.order?.escalation?.reasons ?? [])
      if (!given.has(reason) && !givenByOthers.includes(reason))
        report('an escalation ends with its last reason', `${reason} is listed, and is not so`);
  }
}

function nameOf({ code, subject }: OracleReason): string {
  return `${code} ${subject} is so, and is not listed`;
}
