import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basic, openHarness, withBench } from './harness.ts';
import { withBridgerpay } from './bridgerpay/harness.ts';

let folder: string;
let stateFile: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
  stateFile = join(folder, 'state.jsonl');
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) await kill(child);
  rmSync(folder, { recursive: true });
});

test('a session goes on where an earlier sandbox left it, and so does its past', async () => {
  const first = await openHarness({ stateFile });
  const id = await first.session();
  await first.act(id, 'complete', 'approve', { action: 'capture', captureId: 'c1', amount: 10_000 });
  const before = (await first.read(id)).body;
  await first.close();

  await withBench({ stateFile }, async (harness) => {
    expect((await harness.read(id)).body).toEqual(before);
    await harness.control('PUT', `/sessions/${id}/faults`, [{ kind: 'stale' }]);
    expect((await harness.read(id)).body.data.captures).toEqual([]);
    await harness.act(id, { action: 'capture', captureId: 'c2', amount: 20_000 });
    expect((await harness.read(id)).body.moduleStatus.payment.orderStatus).toBe('captured_full');
  });
});

test('a correction of the present makes no past, over a restart too', async () => {
  const first = await openHarness({ stateFile });
  const id = await first.session();
  await first.act(id, 'complete');
  await first.control('PUT', `/sessions/${id}/behaviour`, { legacyLists: true });
  await first.close();
  await withBench({ stateFile }, async (harness) => {
    await harness.control('PUT', `/sessions/${id}/faults`, [{ kind: 'stale' }]);
    expect((await harness.read(id)).body.status).toBe('started');
    expect((await harness.read(id)).body).toMatchObject({ status: 'completed', captures: [] });
  });
});

test('an order goes on where an earlier sandbox left it, and so does its past', async () => {
  let id = '';
  let before: unknown;
  await withBridgerpay({ stateFile }, async (harness) => {
    id = await harness.order({ orderId: 'a/b' });
    await harness.act(id, 'init', 'approve', 'close', { action: 'refund', amount: 100 });
    before = (await harness.deposit(id)).body;
  });
  await withBridgerpay({ stateFile }, async (harness) => {
    expect((await harness.deposit(id)).body).toEqual(before);
    await harness.control('PUT', `${harness.orderPath(id)}/faults`, [{ kind: 'stale' }]);
    expect((await harness.deposit(id)).body.result.deposit.status).toBe('approved');
    const { attempts } = (await harness.control('GET', harness.orderPath(id))).body;
    expect((await harness.refund(attempts[0].id)).body.result.amount).toBe(21.96);
  });
});

test('a reset forgets what the file has', async () => {
  const first = await openHarness({ stateFile });
  const id = await first.session();
  await first.call('POST', '/sandbox/reset');
  const other = await first.session();
  await first.close();
  await withBench({ stateFile }, async (harness) => {
    expect((await harness.read(id)).status).toBe(404);
    expect((await harness.read(other)).status).toBe(200);
  });
});

test('a last line that was never finished was never answered', async () => {
  const first = await openHarness({ stateFile });
  const id = await first.session();
  await first.close();
  const whole = readFileSync(stateFile, 'utf8');
  appendFileSync(stateFile, whole.slice(0, 40));
  const second = await openHarness({ stateFile });
  const other = await second.session();
  await second.close();
  await withBench({ stateFile }, async (harness) => {
    expect((await harness.read(id)).status).toBe(200);
    expect((await harness.read(other)).status).toBe(200);
  });
});

test('a killed sandbox has forgotten nothing that it had answered', async () => {
  const sessions = `${await startProcess()}/sandbox/briqpay/sessions`;
  const { sessionId } = (await (await fetch(sessions, { method: 'POST' })).json()) as { sessionId: string };
  for (const action of [
    { action: 'complete' },
    { action: 'approve' },
    { action: 'capture', captureId: 'c1' },
  ]) {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${sessions}/${sessionId}/actions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(action),
    });
  }
  await kill(child!);

  const { body } = await read(await startProcess(), sessionId);
  expect(body.data.captures).toMatchObject([{ captureId: 'c1', status: 'approved' }]);
});

const command = ['--import', 'tsx', 'sandbox/main.ts', '--port', '0', '--state'];

/** Starts the sandbox in a process of its own; answers where it listens. */
async function startProcess(): Promise<string> {
  child = spawn(process.execPath, [...command, stateFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const text of child.stdout!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text;
    const [, url] = /sandbox: (http:\S+)/.exec(output) ?? [];
    if (url) return url;
  }
  throw new Error(`the sandbox ended:\n${output}`);
}

async function kill(running: ChildProcess): Promise<void> {
  const ended = once(running, 'exit');
  running.kill('SIGKILL');
  await ended;
}

async function read(url: string, id: string) {
  const headers = { authorization: basic('sandbox', 'sandbox-secret') };
  const response = await fetch(`${url}/v3/session/${id}`, { headers });
  return { status: response.status, body: await response.json() };
}

test.each([
  ['of something else', 'hello\n', 'line 1 was not written by a sandbox'],
  ['that cannot be opened', undefined, 'the state file cannot be opened'],
])('a state file %s is refused', (_what, content, message) => {
  if (content === undefined) stateFile = join(folder, 'nowhere', 'state.jsonl');
  else writeFileSync(stateFile, content);
  const { status, stderr } = spawnSync(process.execPath, [...command, stateFile], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
});
