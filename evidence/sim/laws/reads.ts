import type { Observation } from '../observation.ts';
import { minute } from '../../kit/time.ts';
import type { Checker, Law } from './law.ts';

/** Each read has its reason, and none comes sooner than its ladder says. */
export function reads({ record, report }: Checker): Law {
  const lastBy = new Map<string, number>();
  const times: number[] = [];
  /** How many hints had come when the last read started. */
  let covered = 0;
  let rereads = 0;
  let rechecks = 0;

  return {
    observe(observation: Observation) {
      if (observation.is !== 'read-started') return;
      const { at, why } = observation;
      checkReason(at, why);
      checkStorm(at);
      lastBy.set(why, at);
      covered = record.received.length;
    },
  };

  function checkReason(at: number, why: string): void {
    const { received, policy, commands } = record;
    switch (why) {
      case 'a hook came':
        if (received.slice(covered).every(({ tellsNothingNew }) => tellsNothingNew) && !hasUncertain())
          report(
            'a hook that tells nothing new costs no read',
            `${received.length - covered} hooks told what the last read did`,
          );
        break;
      case 'a hook claims more than the last read': {
        rereads += 1;
        // A session that the provider could not be asked for is looked for once more an hour later.
        const most =
          received.filter(({ tellsNothingNew }) => !tellsNothingNew).length * (policy.reread.length + 1);
        if (rereads > most) report('reads are bounded', `${rereads} re-reads for ${received.length} hooks`);
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

  /** Whether the hint that brings this read may have come before all that was observed. */
  function hasUncertain(): boolean {
    return record.received.length === covered && covered === 0;
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
    const own = Object.values(record.policy.methods).flatMap(({ recheck }) => recheck ?? []);
    return Math.min(...ladders.flat(), ...own);
  }

  /** So many reads in a short time are a storm, whatever their reasons. */
  function checkStorm(at: number): void {
    times.push(at);
    while (times[0]! < at - 10 * minute) times.shift();
    const recent = record.received.filter(
      (received) => received.at > at - 30 * minute && !received.tellsNothingNew,
    ).length;
    const most = 25 + recent * (record.policy.reread.length + 1) + record.commands * 2;
    if (times.length > most)
      report('no storm of reads', `${times.length} reads in ten minutes, ${recent} hooks`);
  }
}
