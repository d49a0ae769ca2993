import type { Sight } from '../seen.ts';
import { minute, type Court, type Law } from './law.ts';

/** Reads are few: each has its reason, and none comes sooner than its ladder says. */
export function reads({ ledger, report }: Court): Law {
  const lastBy = new Map<string, number>();
  const times: number[] = [];
  /** How many of what was heard were there when the last read began. */
  let covered = 0;
  let rereads = 0;
  let rechecks = 0;

  return {
    see(sight: Sight) {
      if (sight.is !== 'asked') return;
      const { at, why } = sight;
      checkReason(at, why);
      checkStorm(at);
      lastBy.set(why, at);
      covered = ledger.heard.length;
    },
  };

  function checkReason(at: number, why: string): void {
    const { heard, policy, commands } = ledger;
    switch (why) {
      case 'a hook came':
        if (heard.slice(covered).every(({ isFree }) => isFree) && !hasUncertain())
          report(
            'a hook that tells nothing new costs no read',
            `${heard.length - covered} hooks told what the last read did`,
          );
        break;
      case 'a hook claims more than the last read': {
        rereads += 1;
        const most = heard.filter(({ isFree }) => !isFree).length * policy.reread.length;
        if (rereads > most) report('reads are bounded', `${rereads} re-reads for ${heard.length} hooks`);
        break;
      }
      case 'asked to recheck':
        rechecks += 1;
        if (rechecks > commands) report('reads are bounded', `${rechecks} rechecks for ${commands} commands`);
        break;
      case 'recheck':
        checkGap(at, why, leastStep([policy.pending.recheck, policy.settled.recheck]));
        break;
      case 'the last read failed':
        checkGap(at, why, leastStep([policy.pending.recheck]));
        break;
      default:
        break;
    }
  }

  /** A hint that was heard before the last read began may still wait for one that begins now. */
  function hasUncertain(): boolean {
    return ledger.heard.length === covered && covered === 0;
  }

  function checkGap(at: number, why: string, leastMs: number): void {
    const last = lastBy.get(why);
    if (last !== undefined && at - last < leastMs)
      report(
        'no read comes before its time',
        `${why}: ${at - last} ms after the last one, the ladder says ${leastMs}`,
      );
  }

  function leastStep(ladders: readonly (readonly number[])[]): number {
    const own = Object.values(ledger.policy.methods).flatMap(({ recheck }) => recheck ?? []);
    return Math.min(...ladders.flat(), ...own);
  }

  /** Whatever the reasons are, so many at once are a storm. */
  function checkStorm(at: number): void {
    times.push(at);
    while (times[0]! < at - 10 * minute) times.shift();
    const recent = ledger.heard.filter((heard) => heard.at > at - 30 * minute && !heard.isFree).length;
    const most = 25 + recent * (ledger.policy.reread.length + 1) + ledger.commands * 2;
    if (times.length > most)
      report('no storm of reads', `${times.length} reads in ten minutes, ${recent} hooks`);
  }
}
