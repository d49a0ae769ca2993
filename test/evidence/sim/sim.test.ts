import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeptSeeds } from '../../../evidence/sim/kept-seeds.ts';
import type { Report } from '../../../evidence/sim/report.ts';
import { runSim, runSimOnBundle } from './support.ts';

// Whole lives, in processes of their own; how long they take is the machine's business.
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), 'sim-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('no law is broken: neither by the seeds that once failed nor by some hundred others', async () => {
  const json = join(folder, 'report.json');
  const { code, stdout, stderr } = await runSimOnBundle('--seeds', '250', '--no-keep', '--json', json);
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  const { trials, failed, counts } = JSON.parse(readFileSync(json, 'utf8')) as Report;
  const kept = (await readKeptSeeds()).filter(({ seed }) => seed > 250);
  expect(trials).toBe(250 + kept.length);
  expect(failed).toEqual([]);
  // It went where it says to go.
  for (const place of [
    'evictions',
    'continue-as-new',
    'runs closed',
    'reopened',
    'status refunded',
    'status expired',
  ])
    expect({ place, count: counts[place] }).toEqual({ place, count: expect.any(Number) });
});

test.each(['claim-before-read', 'read-skipped'])('the planted bug %s is found', async (name) => {
  // The first trials find it: a second process would start in vain.
  const { code, stdout } = await runSim('--planted', name, '--seeds', '500', '--jobs', '1');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(name) });
});

test('a seed lives the same life each time', async () => {
  const [first, second] = await Promise.all([runSimOnBundle('--seed', '7'), runSimOnBundle('--seed', '7')]);
  expect(first.code).toBe(0);
  expect(first.stdout.split('\n').length).toBeGreaterThan(20);
  expect(second.stdout).toBe(first.stdout);
});

test.each([
  [['--seeds', 'many'], "option '--seeds <n>' argument 'many' is invalid"],
  [['--sedes', '7'], "unknown option '--sedes'"],
  [['--planted', 'nothing-of-it'], 'nothing-of-it'],
])('a command line such as %j is refused', async (args, said) => {
  const { code, stderr } = await runSim(...args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
});
