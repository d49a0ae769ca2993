import { figure, type Figure } from '../../../evidence/bench/figures.ts';
import { plotsOf } from '../../../evidence/bench/plots.ts';
import { reportOf } from '../../../evidence/bench/report.ts';
import type { CaseResult } from '../../../evidence/bench/results.ts';

const machine = {
  cpu: 'A processor',
  cores: 2,
  memoryGiB: 8,
  system: 'Linux 6',
  node: 'v22.0.0',
  sdk: '1.0.0',
  server: 'temporal version 1',
  dynamicConfig: ['history.transferProcessorMaxPollRPS=200'],
  commit: 'abc1234',
  isChanged: false,
};

function caseOf(figures: readonly Figure[], more: Partial<CaseResult> = {}): CaseResult {
  return {
    title: 'what it measures',
    figures,
    rounds: [],
    notes: ['what a reader must know'],
    isShort: false,
    at: '2026-11-24T10:00:00.000Z',
    seconds: 12,
    loadBefore: 0.2,
    machine,
    ...more,
  };
}

function report(result: CaseResult): string {
  return reportOf({ cases: { ack: result } }, plotsOf(result.figures));
}

/** The text below a heading, up to the next. */
function section(text: string, heading: string): string {
  return text.split(`## ${heading}\n`)[1]?.split('\n## ')[0]?.trim() ?? '';
}

const rates = (product: number[], textbook: number[]) => [
  figure({ name: 'rate: product', unit: '1/s', tags: { measure: 'rate', variant: 'product' } }, product),
  figure({ name: 'rate: textbook', unit: '1/s', tags: { measure: 'rate', variant: 'textbook' } }, textbook),
];

test('a target that is missed says by how much, in its unit and of the target', () => {
  const slow = figure({ name: 'start', unit: 'ms', target: { atMost: 1_500 } }, [1_800, 1_650, 1_700]);
  const text = report(caseOf([slow]));
  expect(section(text, 'Targets')).toContain(
    '| ack | start | 1,700 ms | 1,650 – 1,800 (3) | ≤ 1,500 | missed by 200 ms (13 %) |',
  );
  expect(section(text, 'What was missed')).toBe('- ack, start: 1,700 ms, missed by 200 ms (13 %)');
});

test('targets that are met leave nothing to say', () => {
  const text = report(caseOf([figure({ name: 'start', unit: 'ms', target: { atMost: 1_500 } }, [900])]));
  expect(section(text, 'Targets')).toContain('| met |');
  expect(section(text, 'What was missed')).toBe('No target was missed.');
});

test('a target of nothing at all is missed without a share', () => {
  const lost = figure({ name: 'lost', unit: '', target: { atMost: 0 } }, [3]);
  expect(section(report(caseOf([lost])), 'What was missed')).toBe('- ack, lost: 3, missed by 3');
});

test('where another variant is ahead is said, and where it is behind or level is not', () => {
  expect(section(report(caseOf(rates([100], [120]))), 'Where another variant is ahead')).toBe(
    '- ack, rate: product: 100 1/s, textbook 120 1/s (17 % better)',
  );
  for (const textbook of [80, 102])
    expect(section(report(caseOf(rates([100], [textbook]))), 'Where another variant is ahead')).toBe(
      'Nowhere, by more than 5 %.',
    );
});

describe('what got worse', () => {
  const against = (before: readonly Figure[], now: readonly Figure[]) =>
    section(
      report(caseOf(now, { before: { commit: 'old1234', at: '2026-11-01T10:00:00.000Z', figures: before } })),
      'What got worse',
    );

  test('is what lies beyond the spread of both runs', () => {
    expect(against(rates([100, 98, 102], [50]), rates([80, 81, 82], [50]))).toBe(
      '- ack, rate: product: 81 1/s, was 100 1/s at old1234 (19 % worse)',
    );
  });

  test('is nothing where the spreads overlap, or where it got better', () => {
    const nothing = 'Nothing, against the run before of ack.';
    expect(against(rates([100, 70, 102], [50]), rates([80, 81, 82], [50]))).toBe(nothing);
    expect(against(rates([100, 98, 102], [50]), rates([130, 131, 132], [50]))).toBe(nothing);
  });

  test('is not known without an earlier run', () => {
    expect(section(report(caseOf([])), 'What got worse')).toContain('no earlier run');
  });
});

test('figures of a busy machine, and of a short run, are called that', () => {
  const quiet = report(caseOf([]));
  expect(quiet).not.toContain('> ');
  expect(report(caseOf([], { loadBefore: 3 }))).toContain('> Noisy');
  expect(report(caseOf([], { isShort: true }))).toContain('> Short runs');
});

test('the machine, the dynamic configuration and changes that are not committed are told', () => {
  const text = section(report(caseOf([], { machine: { ...machine, isChanged: true } })), 'Machine');
  for (const part of ['A processor, 2 cores', 'transferProcessorMaxPollRPS=200', 'abc1234, with changes'])
    expect(text).toContain(part);
});

test.each([
  [undefined, 'in memory'],
  [false, 'in memory'],
  [true, 'in a file'],
])('where the server kept its state is told: on disk %s is %s', (isOnDisk, told) => {
  const on = isOnDisk === undefined ? machine : { ...machine, isOnDisk };
  expect(section(report(caseOf([], { machine: on })), 'Machine')).toContain(`, ${told} |`);
});

test('nothing measured is nothing claimed', () => {
  expect(reportOf({ cases: {} }, [])).toContain('Nothing has been measured yet.');
});

test('a case has the plots of its figures, and their axes have units', () => {
  const tags = (variant: string) => ({ measure: 'acknowledgements', concurrency: 16, variant });
  const figures = ['product', 'bare'].map((variant) =>
    figure({ name: variant, unit: '1/s', tags: tags(variant) }, [1, 2, 3]),
  );
  const plots = plotsOf(figures);
  expect(plots.map(({ name }) => name)).toEqual(['acknowledgements']);
  expect(JSON.stringify(plots[0]!.spec)).toContain('acknowledgements (1/s)');
  expect(JSON.stringify(plots[0]!.spec)).toContain(
    '{"measure":"acknowledgements","concurrency":16,"variant":"bare","value":2,"low":1,"high":3}',
  );
  expect(report(caseOf(figures))).toContain('](acknowledgements.svg)');
});
