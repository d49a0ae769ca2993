import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure } from '../../../evidence/bench/figures.ts';
import { parseOptions } from '../../../evidence/bench/options.ts';
import { UsageError } from '../../../evidence/kit/command-line.ts';
import { loadResults, saveCase, type CaseResult } from '../../../evidence/bench/results.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const known = ['ack', 'visible', 'growth'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'evidence/bench/run.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

function result(value: number, more: Partial<CaseResult> = {}): CaseResult {
  const tags = { measure: 'growth', open: 100 };
  return {
    title: 'a case',
    figures: [figure({ name: 'a figure', unit: '1/s', tags }, [value])],
    rounds: [],
    notes: [],
    isShort: false,
    at: '2026-11-24T10:00:00.000Z',
    seconds: 1,
    loadBefore: 0,
    machine: {
      cpu: '',
      cores: 2,
      memoryGiB: 1,
      system: '',
      node: '',
      sdk: '',
      server: '',
      dynamicConfig: [],
      commit: `commit-${value}`,
      isChanged: false,
    },
    ...more,
  };
}

describe('the command line', () => {
  test('runs everything where nothing is said', () => {
    expect(parseOptions([], known)).toMatchObject({
      only: known,
      short: false,
      out: 'evidence/bench/results',
    });
  });

  test('runs what is named, in the order of the cases', () => {
    const options = parseOptions(['--only', 'growth, ack', '--rounds', '3', '--growth', '10,20'], known);
    expect(options).toMatchObject({ only: ['ack', 'growth'], rounds: 3, growth: [10, 20] });
  });

  test.each([
    [['--only', 'speed'], 'no such case: speed'],
    [['--only', 'ack,'], 'is empty'],
    [['--rounds', '0'], '--rounds'],
    [['--rounds', '2.5'], '--rounds'],
    [['--growth', '20,10'], 'numbers that rise'],
    [['--out', ''], '--out'],
    [['--list', '--report'], 'cannot be used with'],
    [['--fast'], '--fast'],
    [['ack'], 'too many arguments'],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args, known)).toThrow(UsageError);
    expect(() => parseOptions(args, known)).toThrow(message);
  });

  test('that is refused ends with 2, and says what there is', () => {
    const { status, stderr } = bench('--only', 'speed');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/no such case: speed[^]*Usage: npm run bench/),
    ]);
  });
});

describe('results', () => {
  test('of one case stand beside those of the others, in place of its own last', () => {
    saveCase(folder, 'ack', result(1));
    saveCase(folder, 'growth', result(2));
    const { cases } = saveCase(folder, 'ack', result(3));
    expect(Object.keys(cases)).toEqual(['ack', 'growth']);
    expect(loadResults(folder)).toEqual({ cases });
    expect(cases['ack']).toMatchObject({
      figures: [{ value: 3 }],
      before: { commit: 'commit-1', figures: [{ value: 1 }] },
    });
  });

  test('of another size are nothing to compare with', () => {
    saveCase(folder, 'ack', result(1, { isShort: true }));
    expect(saveCase(folder, 'ack', result(2)).cases['ack']!.before).toBeUndefined();
  });

  test('become a report with plots, without anything being measured', () => {
    saveCase(folder, 'growth', result(2));
    const { status, stderr } = bench('--report', '--out', folder);
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(folder).sort()).toEqual(['growth.svg', 'report.md', 'results.json']);
    expect(readFileSync(join(folder, 'growth.svg'), 'utf8')).toMatch(
      /^<svg [^]*rate \/ rate with few open[^]*<\/svg>$/,
    );
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('![Payments a second');
  });
});
