import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { startDevServer } from '../../../tools/temporal/dev-server.ts';
import type { DevServer, DevServerOptions } from '../../../tools/temporal/dev-server.ts';
import { isListening } from '../../../tools/temporal/ports.ts';
import { cliPath } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';

let folder: string;
const started: DevServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dev-server-test-'));
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill();
    await server.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Omit<DevServerOptions, 'cli'> = {}): Promise<DevServer> {
  const server = await startDevServer({ cli: cliPath(), ...options });
  started.push(server);
  return server;
}

async function namespaces(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  const { namespaces: described } = await connection.workflowService.listNamespaces({});
  await connection.close();
  return described.map(({ namespaceInfo }) => namespaceInfo?.name ?? '');
}

/** A CLI that tells its arguments and ends. */
function tellingCli(): string {
  const path = join(folder, 'telling-cli');
  writeFileSync(path, '#!/bin/sh\nfor a; do echo "$a"; done\nexit 1\n');
  chmodSync(path, 0o755);
  return path;
}

async function argumentsOf(options: Omit<DevServerOptions, 'cli'>): Promise<string> {
  const started = startDevServer({ cli: tellingCli(), ...options });
  return started.then(
    () => '',
    (error: Error) => error.message,
  );
}

describe('a dev server', () => {
  test('serves when it is handed out, on loopback, without a UI', async () => {
    const server = await start();
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(server).not.toHaveProperty('uiUrl');
    await expect(namespaces(server.address)).resolves.toContain('default');
  });

  test('has its UI up where one is asked for', async () => {
    const server = await start({ ui: true });
    const page = await fetch(server.uiUrl ?? '');
    expect(page.status).toBe(200);
    await page.body?.cancel();
  });

  test('has the namespace that is asked for', async () => {
    const server = await start({ namespace: 'orders' });
    await expect(namespaces(server.address)).resolves.toContain('orders');
  });

  test('takes the wanted port, and another where that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const beside = await start({ port });
    expect(beside.address).not.toBe(`127.0.0.1:${port}`);
    taken.close();
    await once(taken, 'close');
    const server = await start({ port });
    expect(server.address).toBe(`127.0.0.1:${port}`);
  });

  test('keeps its database and its log where it is told to', async () => {
    const dbFile = join(folder, 'data/temporal.db');
    const logFile = join(folder, 'log/temporal.log');
    const first = await start({ dbFile, logFile, namespace: 'kept' });
    await first.stop();
    expect(existsSync(dbFile)).toBe(true);
    expect(readFileSync(logFile, 'utf8')).toContain('Temporal Server:');
    const second = await start({ dbFile });
    await expect(namespaces(second.address)).resolves.toContain('kept');
  });

  test('is gone after stop, which may be said twice', async () => {
    const server = await start();
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(isListening(portOf(server))).resolves.toBe(false);
    expect(isRunning(server.pid)).toBe(false);
  });

  test('is gone after kill', async () => {
    const server = await start();
    server.kill();
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
  });

  test('has a process group of its own, so that Ctrl-C leaves it up', async () => {
    const server = await start();
    expect(() => process.kill(-server.pid, 0)).not.toThrow();
  });

  test.each(['process.exit(0)', 'process.kill(process.pid, "SIGKILL")'])(
    'ends with its parent: %s',
    async (end) => {
      const module = fileURLToPath(new URL('../../../tools/temporal/dev-server.ts', import.meta.url));
      // A log file, so that the end of the parent's pipes is not what ends it.
      const options = { cli: cliPath(), logFile: join(folder, 'server.log') };
      const source = `
      import { startDevServer } from ${JSON.stringify(module)};
      const { pid } = await startDevServer(${JSON.stringify(options)});
      process.stdout.write(String(pid), () => ${end});`;
      const flags = ['--import', 'tsx', '--input-type=module', '--eval'];
      const parent = spawn(process.execPath, [...flags, source], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [told] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
      await until(
        () => isRunning(Number(told)),
        (runs) => !runs,
      );
    },
  );
});

describe('its start', () => {
  test('always lifts the read limits and turns fairness on', async () => {
    const told = await argumentsOf({});
    expect(told).toContain('history.transferProcessorMaxPollRPS=200');
    expect(told).toContain('history.visibilityProcessorMaxPollRPS=200');
    expect(told).toContain('matching.enableFairness=true');
    expect(told).not.toContain('TimeSkipping');
  });

  test('has the three flags of virtual time where that is asked for', async () => {
    const told = await argumentsOf({ virtualTime: true });
    expect(told).toContain('frontend.WorkflowTimeSkippingEnabled=true');
    expect(told).toContain('history.timerProcessorMaxTimeShift="10ms"');
    expect(told).toContain('history.workflowIdReuseMinimalInterval="0s"');
  });

  test('that fails tells the last output of the server', async () => {
    const failure = expect(start({ dbFile: folder })).rejects; // a folder is no database
    await failure.toThrow(/ended before it served[\s\S]*unable to open database/);
  });

  test('that fails with a log file tells the end of it', async () => {
    const failure = expect(start({ dbFile: folder, logFile: join(folder, 'server.log') })).rejects;
    await failure.toThrow(/ended before it served[\s\S]*unable to open database/);
  });

  test('of a CLI that is not there is an error', async () => {
    await expect(startDevServer({ cli: join(folder, 'nowhere') })).rejects.toThrow('ENOENT');
  });
});

function portOf({ address }: DevServer): number {
  return Number(address.split(':')[1]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
