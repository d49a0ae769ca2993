import type { EscalationView } from '../../../src/domain/order/view.ts';
import type { Sight } from '../seen.ts';
import { minute, readTakesMs, type Court, type Law } from './law.ts';

/** Who is stuck is listed in time and rises in time; who is not is not listed for ever. */
export function escalations({ ledger, report, lostBetween }: Court): Law {
  let pendingSince: number | undefined;
  let before: EscalationView | null = null;
  let decided = 0;

  return {
    see(sight: Sight) {
      if (sight.is === 'terminated') pendingSince = undefined;
      if (sight.is === 'started' || sight.is === 'shown') {
        const isPending = ledger.order?.status === 'pending';
        pendingSince = isPending ? (pendingSince ?? sight.at) : undefined;
        checkOwner(ledger.order?.escalation ?? null);
      }
      check(sight.at);
    },
    end: check,
  };

  /** Who has taken it on stays its owner, however it rises. */
  function checkOwner(now: EscalationView | null): void {
    const isLeftAlone = decided === ledger.decidedAt.length;
    const isTaken = before?.state === 'acknowledged' && before.openedAt === now?.openedAt;
    if (isLeftAlone && isTaken && now && before?.owner !== now.owner)
      report('an owner stays the owner', `${before?.owner}, then ${now.owner}`);
    before = now;
    decided = ledger.decidedAt.length;
  }

  function checkSnooze(now: number): void {
    const { state, snoozedUntil } = ledger.order?.escalation ?? {};
    const until = Date.parse(snoozedUntil ?? '');
    if (state === 'snoozed' && now > until + readTakesMs + lostBetween(until, now))
      report('a snooze ends', `it should have at ${snoozedUntil}`);
  }

  function check(now: number): void {
    if (!ledger.isRunning) return;
    checkSnooze(now);
    checkLevel('pending', pendingSince, now);
    checkLevel('unverified', isSought() ? undefined : ledger.failingSince, now);
  }

  /** A hook-born session that the provider has never known needs nobody. */
  function isSought(): boolean {
    return ledger.terms === undefined && ledger.shown.length === 0;
  }

  function checkLevel(reason: 'pending' | 'unverified', since: number | undefined, now: number): void {
    // Once a person has decided something, what rises when is another matter.
    if (since === undefined || ledger.decidedAt.length > 0) return;
    const late = now - since - readTakesMs - lostBetween(since, now);
    const due = rungs().filter((rung) => rung <= late).length;
    const { escalation } = ledger.order ?? {};
    if (due === 0) return;
    if (!escalation?.reasons.includes(reason) || escalation.level < due)
      report(
        'who is stuck is listed in time',
        `${reason} since ${new Date(since).toISOString()}, ${Math.round((now - since) / minute)} minutes: ` +
          `level ${due} is due, listed is ${escalation ? `${escalation.level} ${escalation.reasons.join(', ')}` : 'nothing'}`,
      );
  }

  /** The most patient ladder that may be in force. */
  function rungs(): readonly number[] {
    const { pending, methods } = ledger.policy;
    const ladders = [
      pending.escalate,
      ...Object.values(methods).flatMap(({ escalate }) => (escalate ? [escalate] : [])),
    ];
    const length = Math.min(...ladders.map((ladder) => ladder.length));
    return Array.from({ length }, (_, index) => Math.max(...ladders.map((ladder) => ladder[index] ?? 0)));
  }
}
