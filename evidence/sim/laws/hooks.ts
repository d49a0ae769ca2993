import type { TimelineEntry } from '../../../src/domain/order/timeline.ts';
import type { Fate, Sight } from '../seen.ts';
import { standing, type Moment, type Told, type Truth } from '../world/world.ts';
import type { Heard } from './ledger.ts';
import { readTakesMs, type Court, type Law } from './law.ts';

type Line = Pick<TimelineEntry, 'kind' | 'summary' | 'disposition' | 'times'> & {
  readonly at: string | number;
};

/** Every hook that was accepted brings a read or tells nothing new, and has one disposition in the end. */
export function hooks({ ledger, report, lostBetween, isCalm }: Court): Law {
  /** Heard, and not covered by a read yet. */
  let uncovered: Heard[] = [];
  /** By the line of the timeline: how many copies told nothing new. */
  const duplicates = new Map<string, number>();
  /** What became of the last signal, until its hook is answered. */
  let fate: Fate | undefined;
  let counted = 0;
  let lines: readonly Line[] = [];
  let dropped = 0;

  return {
    see(sight: Sight) {
      switch (sight.is) {
        case 'signalled':
          fate = sight.fate;
          if (sight.fate === 'swallowed')
            report(
              'no hook is swallowed by a closed run',
              `${sight.hint?.event ?? 'a signal'} was acknowledged and dropped`,
            );
          break;
        case 'hook':
          if (sight.fate === '202' && (fate === undefined || fate === 'not_found'))
            report('what is acknowledged is durable', `${sight.what} was acknowledged, and no run has it`);
          fate = undefined;
          break;
        case 'heard':
          hear();
          break;
        case 'asked':
          // A read covers what was heard before it began.
          uncovered = uncovered.filter(({ at }) => at > sight.at);
          break;
        case 'answered': {
          const truth = sight.end.ok ? ledger.lastTruth : undefined;
          if (truth) uncovered = uncovered.filter(({ told }) => standing(told, truth) !== 'so');
          break;
        }
        case 'queried':
          ({ entries: lines, dropped } = sight.timeline);
          if (sight.isIdle) checkTimeline(sight.at, false);
          break;
        case 'closed':
          ({ entries: lines, dropped } = sight.result.carry.timeline);
          if (uncovered.length > 0)
            report('a hook brings a read', `closed with ${nameOf(uncovered[0]!)} uncovered`);
          checkTimeline(sight.at, false);
          break;
        case 'terminated':
          uncovered = [];
          break;
        default:
          break;
      }
      checkUncovered(sight.at);
    },
    end(at: number) {
      checkTimeline(at, true);
      checkDispositions();
    },
  };

  function hear(): void {
    counted += 1;
    const heard = ledger.heard.at(-1)!;
    if (heard.isCopy && heard.isFree) {
      const line = lineOf(heard);
      duplicates.set(line, (duplicates.get(line) ?? 0) + 1);
    }
    if (mustBeRead(heard)) uncovered.push(heard);
  }

  /** One that says what some read has told costs none, and a copy may share one; of a flood only so many wait. */
  function mustBeRead({ told, hint, isCopy, at }: Heard): boolean {
    if (isCopy) return false;
    const isKnown = ledger.shown.some((truth) =>
      ['so', 'past'].includes(standing(told, ledger.withMoney(truth))),
    );
    const flood = ledger.heard.filter((other) => other.at > at - 600_000).length;
    // What was heard before a flood is not known for a copy any more, unless it still waits.
    const mayWait = ledger.heard
      .slice(0, -1)
      .some((other) => other.hint.id === hint.id && !isLate(other, at, false));
    return !isKnown && !mayWait && flood < 50;
  }

  function checkUncovered(now: number): void {
    const [first] = uncovered;
    if (!first || now - first.at <= readTakesMs + lostBetween(first.at, now)) return;
    report(
      'a hook brings a read',
      `${nameOf(first)} was heard ${now - first.at} ms ago, and no read has begun since`,
    );
    uncovered = [];
  }

  function checkTimeline(now: number, isEnd: boolean): void {
    if (ledger.wasTerminated) return;
    const hookLines = lines.filter(({ kind }) => kind === 'hook');
    const total = sumOf(hookLines);
    if (dropped === 0 ? total !== counted : total > counted)
      report('every accepted hook has a line', `${counted} hooks were heard, the timeline has ${total}`);
    if (dropped === 0) checkDuplicates(hookLines);
    for (const line of hookLines)
      if (!line.disposition && isLate(line, now, isEnd)) {
        report(
          'every hook has a disposition',
          `${line.summary} waits since ${new Date(line.at).toISOString()}`,
        );
        return;
      }
  }

  function checkDuplicates(hookLines: readonly Line[]): void {
    for (const [summary, least] of duplicates) {
      const found = sumOf(
        hookLines.filter((line) => line.summary === summary && line.disposition === 'duplicate'),
      );
      if (found < least)
        report(
          'a copy that tells nothing new is a duplicate',
          `${summary}: ${least} copies, ${found} duplicates`,
        );
    }
  }

  /** The re-read ladder is used up, and nothing hindered it. */
  function isLate({ at }: Pick<Line, 'at'>, now: number, isEnd: boolean): boolean {
    const since = new Date(at).getTime();
    const { reread } = ledger.policy;
    const ladderMs = reread.reduce((sum, step) => sum + step, 0) + (reread.length + 2) * readTakesMs;
    const isHindered = ledger.failingSince !== undefined || ledger.failedAt >= since;
    const isHopeless = ledger.failingSince !== undefined;
    return (isEnd ? !isHopeless : !isHindered) && now - since > ladderMs + lostBetween(since, now);
  }

  /** What never was true is not applied; what was true and stayed so is not contradicted, where reads told all of it. */
  function checkDispositions(): void {
    const truths = ledger.world.moments.map(({ truth }) => truth);
    const byLine = new Map<string, Heard[]>();
    for (const heard of ledger.heard) {
      const line = lineOf(heard);
      byLine.set(line, [...(byLine.get(line) ?? []), heard]);
    }
    for (const [line, all] of byLine) {
      const found = new Set(
        lines
          .filter((entry) => entry.kind === 'hook' && entry.summary === line)
          .map(({ disposition }) => disposition),
      );
      if (all.every(({ told, isMoney }) => !isMoney && isInvented(told, truths)) && found.has('applied'))
        report('what was invented is not applied', line);
      if (isCalm && all.every((heard) => staysTrue(heard, ledger.world.moments)) && found.has('contradicted'))
        report('what is true is not contradicted', line);
    }
  }
}

function isInvented(told: Told, truths: readonly Truth[]): boolean {
  return (
    told.of !== 'nothing' && told.of !== 'session' && truths.every((truth) => standing(told, truth) !== 'so')
  );
}

/** It was true when it was heard, and still is or was on the way. */
function staysTrue({ told, at }: Heard, moments: readonly Moment[]): boolean {
  const first = moments.findIndex(({ truth }) => standing(told, truth) === 'so');
  const from = moments[first]?.at ?? Infinity;
  return at >= from && moments.slice(first).every(({ truth }) => standing(told, truth) !== 'else');
}

function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { times = 1 }) => sum + times, 0);
}

/** As the timeline names it. */
function lineOf({ hint: { event, status } }: Heard): string {
  return `${event} ${status}`.trim();
}

function nameOf(heard: Heard): string {
  return lineOf(heard);
}
