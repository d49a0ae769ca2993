import { table } from '../kit/table.ts';
import { isMoreBetter, type Figure, type Target } from './figures.ts';
import type { Machine } from './machine.ts';
import type { Plot } from './plots.ts';
import type { CaseResult, Results } from './results.ts';

type Entry = readonly [name: string, result: CaseResult];

/** The report in markdown. `plots` are named in it, next to the report, by `<name>.svg`. */
export function reportOf({ cases }: Results, plots: readonly Plot[]): string {
  const entries = Object.entries(cases);
  if (entries.length === 0) return '# Speed\n\nNothing has been measured yet.\n';
  return [
    '# Speed, as measured',
    'Written by `npm run bench`; [what each figure means](../README.md). A value is the median over the rounds, with the least and the most of them; a ratio is taken within each round.',
    ...warnings(entries),
    '## Targets',
    targetTable(entries),
    '## What was missed',
    missedList(entries),
    '## Where another variant is ahead',
    behindList(entries),
    '## What got worse',
    worseList(entries),
    '## Machine',
    machineTable(entries),
    ...entries.flatMap((entry) => caseSection(entry, plots)),
  ]
    .join('\n\n')
    .concat('\n');
}

function warnings(entries: readonly Entry[]): string[] {
  const short = entries.filter(([, { isShort }]) => isShort).map(([name]) => name);
  const noisy = entries.filter(([, result]) => isNoisy(result)).map(([name]) => name);
  return [
    ...(short.length > 0
      ? [`> Short runs, of small sizes and one round, good for whether it runs at all: ${short.join(', ')}.`]
      : []),
    ...(noisy.length > 0
      ? [`> Noisy, the machine was busy with something else when these began: ${noisy.join(', ')}.`]
      : []),
  ];
}

/** Something else had a good part of a core. */
function isNoisy({ loadBefore, machine }: CaseResult): boolean {
  return loadBefore > machine.cores / 2;
}

function targetTable(entries: readonly Entry[]): string {
  const rows = entries.flatMap(([name, { figures }]) =>
    figures.flatMap((figure) =>
      figure.target
        ? [
            [
              name,
              figure.name,
              valueText(figure),
              spreadText(figure),
              targetText(figure.target),
              verdictText(figure),
            ],
          ]
        : [],
    ),
  );
  return rows.length === 0
    ? 'None of these cases has a target.'
    : table(['case', 'figure', 'value', 'spread', 'target', ''], rows);
}

function missedList(entries: readonly Entry[]): string {
  const missed = entries.flatMap(([name, { figures }]) =>
    figures
      .filter(({ ok }) => ok === false)
      .map((figure) => `- ${name}, ${figure.name}: ${valueText(figure)}, ${verdictText(figure)}`),
  );
  return missed.length === 0 ? 'No target was missed.' : missed.join('\n');
}

/** More than this is worth a line. */
const notable = 0.05;
const rivals = ['textbook', 'minimal'];

function behindList(entries: readonly Entry[]): string {
  const lines = entries.flatMap(([name, { figures }]) =>
    figures.flatMap((own) => {
      if (own.tags?.['variant'] !== 'product') return [];
      return figures
        .filter((other) => rivals.includes(`${other.tags?.['variant']}`) && isSameMeasure(own, other))
        .filter((other) => worsening(other, own.value) > notable)
        .map(
          (other) =>
            `- ${name}, ${own.name}: ${valueText(own)}, ${other.tags!['variant']} ${valueText(other)} (${percent(worsening(other, own.value))} better)`,
        );
    }),
  );
  return lines.length === 0 ? 'Nowhere, by more than 5 %.' : lines.join('\n');
}

function isSameMeasure(a: Figure, b: Figure): boolean {
  const key = ({ tags }: Figure) =>
    JSON.stringify(Object.entries({ ...tags, variant: '' }).toSorted(([a], [b]) => a.localeCompare(b)));
  return key(a) === key(b);
}

/** How much worse `value` is than the figure, as a share of the figure; below 0 where it is better. */
function worsening({ value: before, ...figure }: Figure, value: number): number {
  const isMore = isMoreBetter(figure);
  if (isMore === undefined || before === 0) return 0;
  return (isMore ? before - value : value - before) / Math.abs(before);
}

function worseList(entries: readonly Entry[]): string {
  const compared = entries.filter(([, { before }]) => before);
  if (compared.length === 0) return 'There is no earlier run of these cases to compare with.';
  const lines = compared.flatMap(([name, { figures, before }]) =>
    figures.flatMap((now) => {
      const earlier = before!.figures.find((known) => known.name === now.name);
      if (!earlier || worsening(earlier, now.value) <= notable || isWithinSpread(earlier, now)) return [];
      return [
        `- ${name}, ${now.name}: ${valueText(now)}, was ${valueText(earlier)} at ${before!.commit} (${percent(worsening(earlier, now.value))} worse)`,
      ];
    }),
  );
  return lines.length === 0
    ? `Nothing, against the run before of ${compared.map(([name]) => name).join(', ')}.`
    : lines.join('\n');
}

function isWithinSpread(a: Figure, b: Figure): boolean {
  if (!a.spread || !b.spread) return false;
  return a.spread.min <= b.spread.max && b.spread.min <= a.spread.max;
}

function machineTable(entries: readonly Entry[]): string {
  const kinds = new Map<string, { machine: Machine; names: string[] }>();
  for (const [name, { machine }] of entries) {
    const key = JSON.stringify(machine);
    const kind = kinds.get(key) ?? { machine, names: [] };
    kind.names.push(name);
    kinds.set(key, kind);
  }
  return [...kinds.values()]
    .map(({ machine, names }) => {
      const rows = [
        ['processor', `${machine.cpu}, ${machine.cores} cores`],
        ['memory', `${machine.memoryGiB} GiB`],
        ['system', machine.system],
        ['Node', machine.node],
        ['Temporal SDK', machine.sdk],
        ['Temporal server', `${machine.server}, ${machine.isOnDisk ? 'in a file' : 'in memory'}`],
        ['its dynamic configuration', machine.dynamicConfig.map((item) => `\`${item}\``).join(' ')],
        ['product', `${machine.commit}${machine.isChanged ? ', with changes that are not committed' : ''}`],
      ];
      const cases = kinds.size > 1 ? `${names.join(', ')}:\n\n` : '';
      return `${cases}${table(['', ''], rows)}`;
    })
    .join('\n\n');
}

function caseSection([name, result]: Entry, plots: readonly Plot[]): string[] {
  const { title, figures, notes, at, seconds, isShort, loadBefore } = result;
  const rows = figures.map((figure) => [
    figure.name,
    valueText(figure),
    spreadText(figure),
    figure.target ? `${targetText(figure.target)}: ${verdictText(figure)}` : '',
  ]);
  const how = `${at.slice(0, 16).replace('T', ' ')} UTC, ${seconds} s${isShort ? ', short' : ''}; load before it ${loadBefore.toFixed(1)}.`;
  return [
    `## ${name}`,
    `${sentence(title)} ${how}`,
    ...plots
      .filter(({ caseName }) => caseName === name)
      .map(({ alt, name: file }) => `![${alt}](${file}.svg)`),
    table(['figure', 'value', 'spread', 'target'], rows),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function valueText({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const text = numberText(value);
  return unit === '' ? text : unit === '×' ? `${text} ×` : `${text} ${unit}`;
}

function spreadText({ spread, rounds }: Figure): string {
  return spread ? `${numberText(spread.min)} – ${numberText(spread.max)} (${rounds})` : '';
}

function targetText(target: Target): string {
  return 'atLeast' in target ? `≥ ${numberText(target.atLeast)}` : `≤ ${numberText(target.atMost)}`;
}

function verdictText({ ok, missedBy, target, unit }: Figure): string {
  if (ok !== false || missedBy === undefined || !target) return 'met';
  const wanted = 'atLeast' in target ? target.atLeast : target.atMost;
  const share = wanted === 0 ? '' : ` (${percent(missedBy / wanted)})`;
  return `missed by ${valueText({ value: missedBy, unit })}${share}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Three digits that mean something, and no more. */
function numberText(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}
