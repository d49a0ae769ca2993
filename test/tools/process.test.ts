import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProcess, type Process, type ProcessOptions } from '../../tools/process.ts';
import { isRunning } from '../support/child.ts';

let folder: string;
const started: Process[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-test-'));
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop(0);
  rmSync(folder, { recursive: true });
});

const stays = 'setInterval(() => {}, 1000);';

function start(script: string, more: Partial<ProcessOptions> = {}): Process {
  const process = startProcess({ name: 'example', args: ['-e', script], cwd: folder, ...more });
  started.push(process);
  return process;
}

test('what it prints to either stream can be waited for, and is in its log file', async () => {
  const logFile = join(folder, 'log');
  writeFileSync(logFile, 'before\n');
  const process = start('console.log("one 1"); console.error("two 2")', { logFile });
  const [, one] = await process.until(/one (\d)/);
  const [, two] = await process.until(/two (\d)/);
  expect([one, two, await process.ended]).toEqual(['1', '2', { code: 0, signal: null }]);
  expect(readFileSync(logFile, 'utf8').split('\n').toSorted()).toEqual(['', 'before', 'one 1', 'two 2']);
});

test('what it prints is printed by this process too, where that is asked for', async () => {
  const printed: unknown[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(printed.push(text)));
  try {
    await start('console.log("silent")').ended;
    await start('console.log("loud")', { isPrinted: true }).ended;
  } finally {
    write.mockRestore();
  }
  expect(printed).toEqual(['loud\n']);
});

test('one that ends before it prints what is waited for says how it ended and what it printed', async () => {
  const process = start('console.log("something else"); process.exitCode = 3');
  await expect(process.until(/ready/)).rejects.toThrow(
    /^example ended \(exit 3\) without printing \/ready\/[^]*something else/,
  );
  expect(process.hasEnded()).toBe(true);
});

test('of this process’s environment it has PATH and HOME alone', async () => {
  const process = start('console.log(Object.keys(process.env).sort().join())', { env: { OWN: '1' } });
  await process.ended;
  expect(process.output().trim()).toBe('HOME,OWN,PATH');
});

test('stop ends it in order, and by SIGKILL where it does not end', async () => {
  const orderly = start(`process.on('SIGTERM', () => process.exit(4)); console.log('ready'); ${stays}`);
  const stubborn = start(`process.on('SIGTERM', () => {}); console.log('ready'); ${stays}`);
  await Promise.all([orderly.until(/ready/), stubborn.until(/ready/)]);
  await Promise.all([orderly.stop(), stubborn.stop(50)]);
  expect(await orderly.ended).toEqual({ code: 4, signal: null });
  expect(await stubborn.ended).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a program that is not there says so', async () => {
  const process = start('', { program: join(folder, 'nowhere') });
  await expect(process.started).rejects.toThrow('ENOENT');
  await process.ended;
  expect(process.hasEnded()).toBe(true);
});

test.each(['process.exit(0)', 'process.kill(process.pid, "SIGKILL")'])(
  'it ends with the process that started it, though it prints nothing: %s',
  async (end) => {
    const module = fileURLToPath(new URL('../../tools/process.ts', import.meta.url));
    const source = `
      import { startProcess } from ${JSON.stringify(module)};
      const { pid } = startProcess({ name: 'inner', args: ['-e', ${JSON.stringify(stays)}] });
      process.stdout.write('started ' + pid + ';', () => ${end});`;
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const args = ['--import', 'tsx', '--input-type=module', '--eval', source];
    const outer = start('', { args, cwd: root });
    const [, pid] = await outer.until(/started (\d+);/);
    while (isRunning(Number(pid))) await delay(10);
  },
);

test('messages go both ways over its channel', async () => {
  const script = `process.on('message', ({ text }) => process.send({ text: text + '!' }))`;
  const process = start(script, { hasChannel: true });
  const answer = new Promise((resolve) => process.onMessage(resolve));
  await process.send({ text: 'hello' });
  expect(await answer).toEqual({ text: 'hello!' });
});
