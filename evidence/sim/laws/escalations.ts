import type { EscalationView } from '../../../src/domain/order/view.ts';
import type { Observation } from '../observation.ts';
import { minute } from '../../kit/time.ts';
import { readTakesMs, type Checker, type Law } from './law.ts';

/** A stuck order is escalated in time and rises in time. */
export function escalations({ record, report, lostBetween }: Checker): Law {
  let pendingSince: number | undefined;
  let before: EscalationView | null = null;
  let decided = 0;

  return {
    observe(observation: Observation) {
      if (observation.is === 'terminated') pendingSince = undefined;
      if (observation.is === 'started' || observation.is === 'published') {
        const isPending = record.order?.status === 'pending';
        pendingSince = isPending ? (pendingSince ?? observation.at) : undefined;
        checkOwner(record.order?.escalation ?? null);
      }
      // What a read has just told is shown in a moment.
      if (observation.is !== 'read-ended') check(observation.at);
    },
    end: check,
  };

  /** The owner of an escalation stays its owner while it rises. */
  function checkOwner(now: EscalationView | null): void {
    const isLeftAlone = decided === record.decidedAt.length;
    const isTaken = before?.state === 'acknowledged' && before.openedAt === now?.openedAt;
    if (isLeftAlone && isTaken && now && before?.owner !== now.owner)
      report('an owner stays the owner', `${before?.owner}, then ${now.owner}`);
    before = now;
    decided = record.decidedAt.length;
  }

  function checkSnooze(now: number): void {
    const { state, snoozedUntil } = record.order?.escalation ?? {};
    const until = Date.parse(snoozedUntil ?? '');
    if (state === 'snoozed' && now > until + readTakesMs + lostBetween(until, now))
      report('a snooze ends', `it should have at ${snoozedUntil}`);
  }

  function check(now: number): void {
    if (!record.isRunning) return;
    checkSnooze(now);
    checkLevel('unverified', isSought() ? undefined : record.failingSince, now);
    if (record.isReading || record.isUncertain) return;
    const reasons = record.reasonsAt(now);
    for (const code of ['pending', 'capture_pending', 'refund_pending', 'authorization_expiring']) {
      const own = reasons.filter((reason) => reason.code === code);
      const isOfNoAttempt = own.some(({ subject }) => subject === '');
      const since = isOfNoAttempt ? pendingSince : Math.min(...own.map((reason) => reason.since));
      checkLevel(code, own.length > 0 ? since : undefined, now);
    }
  }

  /** A session that only hooks know needs no person. */
  function isSought(): boolean {
    return record.terms === undefined && record.shown.length === 0;
  }

  function checkLevel(reason: string, since: number | undefined, now: number): void {
    // A decision of a person changes when an escalation rises.
    if (since === undefined || record.decidedAt.length > 0) return;
    const late = now - since - readTakesMs - lostBetween(since, now);
    const due = rungsOf(reason).filter((rung) => rung <= late).length;
    const { escalation } = record.order ?? {};
    if (due === 0) return;
    const listed: readonly string[] = escalation?.reasons ?? [];
    if (!escalation || !listed.includes(reason) || escalation.level < due)
      report(
        'who is stuck is listed in time',
        `${reason} since ${new Date(since).toISOString()}, ${Math.round((now - since) / minute)} minutes: ` +
          `level ${due} is due, listed is ${escalation ? `${escalation.level} ${listed.join(', ')}` : 'nothing'}`,
      );
  }

  /** The slowest ladder of a reason that may be in force. */
  function rungsOf(reason: string): readonly number[] {
    const { pending, methods, capturePending, refundPending } = record.policy;
    if (reason === 'capture_pending') return capturePending;
    if (reason === 'refund_pending') return refundPending;
    const ladders = [
      pending.escalate,
      ...Object.values(methods).flatMap(({ escalate }) => (escalate ? [escalate] : [])),
    ];
    const length = Math.min(...ladders.map((ladder) => ladder.length));
    const slowest = Array.from({ length }, (_, index) =>
      Math.max(...ladders.map((ladder) => ladder[index] ?? 0)),
    );
    // It is told at the first moment, and rises as others do.
    return reason === 'authorization_expiring' ? [0, ...slowest.slice(1)] : slowest;
  }
}
