import type { Evidence } from './judge/evidence.ts';
import type { Judgement } from './judge/law.ts';
import type { RunFigures } from './one-run.ts';

/** What a run came to, for people and for `--json`. */
export interface Verdict {
  readonly isGood: boolean;
  readonly judgements: readonly Judgement[];
  readonly figures: {
    readonly orders: number;
    readonly deliveries: number;
    readonly kills: Readonly<Record<string, number>>;
    readonly faults: Readonly<Record<string, number>>;
    /** Calls by kind and by status, or by what came instead of one. */
    readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly runs: number;
    readonly events: number;
    readonly signals: number;
    /** Tasks that were lost by kills. */
    readonly lateTasks: number;
    readonly failedTasks: number;
    readonly escalated: number;
  } & RunFigures;
}

export function verdictOf(
  evidence: Evidence,
  judgements: readonly Judgement[],
  figures: RunFigures,
): Verdict {
  const { plan, calls, incidents, runs, escalated } = evidence;
  const steps = runs.flatMap((run) => run.steps);
  const answers: Record<string, Record<string, number>> = {};
  for (const { kind, status, error } of calls) {
    const answer = String(status ?? error ?? 'unknown');
    const counts = (answers[kind] ??= {});
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  const killed = incidents.filter(({ what }) => what === 'signalled');
  return {
    isGood: judgements.every(({ violations }) => violations.length === 0),
    judgements,
    figures: {
      orders: plan.orders.length,
      deliveries: plan.deliveries.length,
      kills: countBy(killed, ({ whom, detail }) => `${whom} ${detail}`),
      faults: countBy(
        incidents.filter(({ what }) => what === 'faulted'),
        ({ whom, detail }) => `${whom} ${detail}`,
      ),
      answers,
      runs: runs.length,
      events: runs.reduce((sum, { events }) => sum + events, 0),
      signals: steps.filter(({ is }) => is === 'signal').length,
      lateTasks: steps.filter(({ is }) => is === 'task-late').length,
      failedTasks: steps.filter(({ is }) => is === 'task-failed').length,
      escalated: escalated.ids.length,
      ...figures,
    },
  };
}

const violationsShown = 5;

/** The verdict as a table, with the first offenders and their stories where there are any. */
export function describeVerdict(
  { judgements, figures, isGood }: Verdict,
  { plan, orderIds }: Evidence,
): string {
  const width = Math.max(...judgements.map(({ law }) => law.length));
  const rows = judgements.map(({ law, says, checked, violations }) =>
    [
      violations.length === 0 ? '✓' : '✗',
      law.padEnd(width),
      String(checked).padStart(7),
      String(violations.length || '').padStart(5),
      ` ${says}`,
    ].join('  '),
  );
  const violators = judgements
    .filter(({ violations }) => violations.length > 0)
    .flatMap(({ law, violations }) => [
      `\n${law}:`,
      ...violations.slice(0, violationsShown).map(({ order, what }) => {
        const planned = order === undefined ? undefined : plan.orders[order];
        const whose = planned ? `order ${order}, ${planned.scenario}, ${orderIds[planned.index]}: ` : '';
        return `  ${whose}${what}`;
      }),
      ...(violations.length > violationsShown ? [`  … and ${violations.length - violationsShown} more`] : []),
    ]);
  const { orders, deliveries, kills, faults, answers, runs, events, signals, unasked, tookMs } = figures;
  return [
    `   ${'law'.padEnd(width)}  checked  broken`,
    ...rows,
    ...violators,
    '',
    `orders ${orders}, deliveries ${deliveries} (given up ${figures.givenUp}), kills ${total(kills)}: ${list(kills)}`,
    `faults ${total(faults)}: ${list(faults)}`,
    ...Object.entries(answers).map(([kind, counts]) => `answers to ${kind}: ${list(counts)}`),
    `runs ${runs}, events ${events}, signals ${signals}, tasks lost by kills ${figures.lateTasks}, failed ${figures.failedTasks}, escalated in the end ${figures.escalated}`,
    `ended unasked: ${list(unasked)}; took ${Math.round(tookMs / 1000)} s`,
    isGood ? 'every law holds' : 'NOT every law holds',
  ].join('\n');
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}
