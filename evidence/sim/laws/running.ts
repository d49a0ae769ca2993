import type { Sight, SightOf } from '../seen.ts';
import { minute, second, type Court, type Law } from './law.ts';

// What the product may warn of: junk that somebody sent to the workflow past the API.
const allowed = [
  'a signal that is no hint was ignored',
  'a registration without terms was ignored',
  'a registration with other terms was ignored',
];
const longest = 1_500;
const grace = 10 * minute;

/** Runs stay short, wake for a reason, and end only after a last look. */
export function running({ ledger, report }: Court): Law {
  let idleWakes = 0;
  let wakes = 0;
  let isRung = false;
  let isAnnounced = false;

  return {
    see(sight: Sight) {
      switch (sight.is) {
        case 'rang':
          isRung = true;
          break;
        case 'asked':
          isRung = false;
          break;
        case 'task':
          countWake();
          checkLength(sight.events);
          break;
        case 'closed':
          isRung = false;
          checkLength(sight.events);
          checkClose(sight);
          break;
        case 'continued':
          isRung = false;
          checkLength(sight.events);
          break;
        case 'warned':
          if (!allowed.includes(sight.text)) report('a workflow warns of nothing', sight.text);
          break;
        default:
          break;
      }
    },
  };

  function countWake(): void {
    if (isRung) idleWakes += 1;
    isRung = false;
    wakes += 1;
    const most = 3 + ledger.reads.size + ledger.heard.length + ledger.commands;
    if (idleWakes > most && !isAnnounced) {
      isAnnounced = true;
      report('no wake-up is for nothing', `${idleWakes} of ${wakes} tasks did nothing`);
    }
  }

  function checkLength(events: number): void {
    if (events >= longest) report('a history stays short', `${events} events`);
  }

  function checkClose({ at }: SightOf<'closed'>): void {
    const lastHeard = ledger.heard.at(-1)?.at ?? 0;
    if (at - lastHeard < grace)
      report('no run closes soon after a hook', `closed ${at - lastHeard} ms after its last hook`);
    const last = [...ledger.reads.values()].at(-1);
    const isNobodys = ledger.terms === undefined && ledger.shown.length === 0;
    if (!isNobodys && (!last?.end?.ok || last.at < at - grace - 5 * second))
      report(
        'no run closes without a last look',
        last ? `the last read began ${at - last.at} ms before` : 'it was never read',
      );
  }
}
