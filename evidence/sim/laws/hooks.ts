import type { TimelineEntry } from '../../../src/domain/order/timeline.ts';
import type { SignalOutcome } from '../../kit/temporal/observation.ts';
import type { Observation } from '../observation.ts';
import { standingOf, type Claim } from '../../kit/oracle/claims.ts';
import { nothingTold, tell, toldBy, type Told } from '../../kit/oracle/told.ts';
import type { World } from '../world/world.ts';
import type { ReceivedHint } from './record.ts';
import { readTakesMs, type Checker, type Law } from './law.ts';

type Line = Pick<TimelineEntry, 'kind' | 'summary' | 'disposition' | 'times'> & {
  readonly at: string | number;
};

/** Every accepted hook brings a read or tells nothing new, and has one disposition in the end. */
export function hooks({ record, report, lostBetween, isFaultFree }: Checker): Law {
  /** Received, and covered by no read yet. */
  let uncovered: ReceivedHint[] = [];
  /** How many copies told nothing new, by their line of the timeline. */
  const duplicates = new Map<string, number>();
  /** That of the last signal, until its hook is answered. */
  let outcome: SignalOutcome | undefined;
  let counted = 0;
  let lines: readonly Line[] = [];
  let dropped = 0;

  return {
    observe(observation: Observation) {
      switch (observation.is) {
        case 'signalled':
          outcome = observation.outcome;
          if (observation.outcome === 'swallowed')
            report(
              'no hook is swallowed by a closed run',
              `${observation.hint?.event ?? 'a signal'} was acknowledged and dropped`,
            );
          break;
        case 'hook':
          if (observation.answer === '202' && (outcome === undefined || outcome === 'not_found'))
            report(
              'what is acknowledged is durable',
              `${observation.what} was acknowledged, and no run has it`,
            );
          outcome = undefined;
          break;
        case 'hint-taken':
          receive();
          break;
        case 'read-started':
          // A read covers the hints that came before it started.
          uncovered = uncovered.filter(({ at }) => at > observation.at);
          break;
        case 'read-ended': {
          const told = observation.end.ok ? record.told : undefined;
          if (told) uncovered = uncovered.filter(({ claim }) => standingOf(claim, told) !== 'holds');
          break;
        }
        case 'queried':
          ({ entries: lines, dropped } = observation.timeline);
          if (observation.isIdle) checkTimeline(observation.at, false);
          break;
        case 'closed':
          ({ entries: lines, dropped } = observation.result.carry.timeline);
          if (uncovered.length > 0)
            report('a hook brings a read', `closed with ${lineOf(uncovered[0]!)} uncovered`);
          checkTimeline(observation.at, false);
          break;
        case 'terminated':
          uncovered = [];
          break;
        default:
          break;
      }
      checkUncovered(observation.at);
    },
    end(at: number) {
      checkTimeline(at, true);
      checkDispositions();
    },
  };

  function receive(): void {
    counted += 1;
    const received = record.received.at(-1)!;
    if (received.isCopy && received.tellsNothingNew) {
      const line = lineOf(received);
      duplicates.set(line, (duplicates.get(line) ?? 0) + 1);
    }
    if (mustBeRead(received)) uncovered.push(received);
  }

  /** Whether it needs a read of its own: no copy does, no claim that some read has told, and not all of a flood. */
  function mustBeRead({ claim, hint, isCopy, at }: ReceivedHint): boolean {
    if (isCopy) return false;
    const isKnown = record.shown.some((told) => ['holds', 'overtaken'].includes(standingOf(claim, told)));
    const flood = record.received.filter((other) => other.at > at - 600_000).length;
    // After a flood a copy is not known as one any more, unless the first one still waits.
    const mayWait = record.received
      .slice(0, -1)
      .some((other) => other.hint.id === hint.id && !isLate(other, at, false));
    return !isKnown && !mayWait && flood < 50;
  }

  function checkUncovered(now: number): void {
    const [first] = uncovered;
    if (!first || now - first.at <= readTakesMs + lostBetween(first.at, now)) return;
    report(
      'a hook brings a read',
      `${lineOf(first)} was heard ${now - first.at} ms ago, and no read has begun since`,
    );
    uncovered = [];
  }

  function checkTimeline(now: number, isEnd: boolean): void {
    if (record.wasTerminated) return;
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

  /** Whether the re-read ladder is used up, and no fault hindered it. */
  function isLate({ at }: Pick<Line, 'at'>, now: number, isEnd: boolean): boolean {
    const since = new Date(at).getTime();
    const { reread } = record.policy;
    const ladderMs = reread.reduce((sum, step) => sum + step, 0) + (reread.length + 2) * readTakesMs;
    const isHindered = record.failingSince !== undefined || record.failedAt >= since;
    const isHopeless = record.failingSince !== undefined;
    return (isEnd ? !isHopeless : !isHindered) && now - since > ladderMs + lostBetween(since, now);
  }

  /** A claim that never held is not applied; without faults, one that held and stayed so is not contradicted. */
  function checkDispositions(): void {
    const truths = [...record.shown, ...momentsTold(record.world)];
    const byLine = new Map<string, ReceivedHint[]>();
    for (const received of record.received) {
      const line = lineOf(received);
      byLine.set(line, [...(byLine.get(line) ?? []), received]);
    }
    for (const [line, all] of byLine) {
      const found = new Set(
        lines
          .filter((entry) => entry.kind === 'hook' && entry.summary === line)
          .map(({ disposition }) => disposition),
      );
      if (
        all.every(({ claim, tellsRefund }) => !tellsRefund && wasNeverTrue(claim, truths)) &&
        found.has('applied')
      )
        report('what was invented is not applied', line);
      if (
        isFaultFree &&
        all.every((received) => staysTrue(received, record.world)) &&
        found.has('contradicted')
      )
        report('what is true is not contradicted', line);
    }
  }
}

/** Each moment as an order would show it that had seen all of them, one after the other. */
function momentsTold({ moments }: World): readonly Told[] {
  const all: Told[] = [];
  for (const { at, truth } of moments)
    all.push(tell(all.at(-1) ?? nothingTold, truth, { begun: at, ended: at, before: at }));
  return all;
}

function wasNeverTrue(claim: Claim, truths: readonly Told[]): boolean {
  return (
    claim.of !== 'nothing' &&
    claim.of !== 'session' &&
    truths.every((truth) => standingOf(claim, truth) !== 'holds')
  );
}

/** Whether the claim held when it came, and was never untrue after it. */
function staysTrue({ claim, at }: ReceivedHint, world: World): boolean {
  const all = momentsTold(world);
  const first = all.findIndex((told) => standingOf(claim, told) === 'holds');
  const from = world.moments[first]?.at ?? Infinity;
  // A read may miss what came before an entry vanished: then the last it knew of it stands.
  const isHalfSeen = claim.of === 'outcome' && hasVanishing(world);
  // Or before an entry lost its status: then each moment must show it by itself.
  const alone = world.moments.map(({ truth }) => toldBy(truth));
  const seen = [...all.slice(first), ...alone.slice(first)];
  return at >= from && !isHalfSeen && seen.every((told) => standingOf(claim, told) !== 'unproven');
}

function hasVanishing({ moments }: World): boolean {
  return moments.some(({ truth }, index) =>
    (moments[index - 1]?.truth.entries ?? []).some(
      ({ kind, id }) => !truth.entries.some((entry) => entry.kind === kind && entry.id === id),
    ),
  );
}

function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { times = 1 }) => sum + times, 0);
}

/** The summary of its line in the timeline. */
function lineOf({ hint: { event, status } }: ReceivedHint): string {
  return `${event} ${status}`.trim();
}
