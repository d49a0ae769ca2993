import type { Observation, ObservationOf } from '../observation.ts';
import { minute, second } from '../../kit/time.ts';
import type { Checker, Law } from './law.ts';

// The product may warn of junk that did not come through the API.
const allowed = [
  'a signal that is no hint was ignored',
  'a registration without terms was ignored',
  'a registration with other terms was ignored',
];
const longest = 1_500;
const grace = 10 * minute;

/** Runs stay short, wake up for a reason, and close only after a last read. */
export function running({ record, report }: Checker): Law {
  let idleWakes = 0;
  let wakes = 0;
  let hasTimerFired = false;
  let isReported = false;

  return {
    observe(observation: Observation) {
      switch (observation.is) {
        case 'timer-fired':
          hasTimerFired = true;
          break;
        case 'read-started':
          hasTimerFired = false;
          break;
        case 'task':
          countWake();
          checkLength(observation.events);
          break;
        case 'closed':
          hasTimerFired = false;
          checkLength(observation.events);
          checkClose(observation);
          break;
        case 'continued':
          hasTimerFired = false;
          checkLength(observation.events);
          break;
        case 'warned':
          if (!allowed.includes(observation.text)) report('a workflow warns of nothing', observation.text);
          break;
        default:
          break;
      }
    },
  };

  function countWake(): void {
    if (hasTimerFired) idleWakes += 1;
    hasTimerFired = false;
    wakes += 1;
    const most = 3 + record.reads.size + record.received.length + record.commands;
    if (idleWakes > most && !isReported) {
      isReported = true;
      report('no wake-up is for nothing', `${idleWakes} of ${wakes} tasks did nothing`);
    }
  }

  function checkLength(events: number): void {
    if (events >= longest) report('a history stays short', `${events} events`);
  }

  function checkClose({ at }: ObservationOf<'closed'>): void {
    const lastHeard = record.received.at(-1)?.at ?? 0;
    if (at - lastHeard < grace)
      report('no run closes soon after a hook', `closed ${at - lastHeard} ms after its last hook`);
    const last = [...record.reads.values()].at(-1);
    const isNobodys = record.terms === undefined && record.shown.length === 0;
    if (!isNobodys && (!last?.end?.ok || last.at < at - grace - 5 * second))
      report(
        'no run closes without a last look',
        last ? `the last read began ${at - last.at} ms before` : 'it was never read',
      );
  }
}
