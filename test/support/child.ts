import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startProcess as start, type Process } from '../../tools/process.ts';

export type Child = Process;

const root = fileURLToPath(new URL('../../', import.meta.url));
const running = new Set<Process>();

/** A composition root as it ships: compiled, once for the whole run. */
export function productPath(name: 'server' | 'worker'): string {
  return `${process.env['TEST_PRODUCT']}/${name}.js`;
}

/** Runs one of the composition roots in a process of its own: `dev` from its source, as `npm start` does, others compiled. */
export function startProcess(
  name: 'dev' | 'server' | 'worker',
  env: Readonly<Record<string, string>> = {},
): Process {
  const { TEST_TEMPORAL_CLI = '' } = process.env;
  const args = name === 'dev' ? ['--import', 'tsx', 'demo/main.ts'] : [productPath(name)];
  const started = start({ name, args, cwd: root, env: { TEMPORAL_CLI: TEST_TEMPORAL_CLI, ...env } });
  running.add(started);
  void started.ended.then(() => running.delete(started));
  return started;
}

/** Ends whatever a test has left running, with all that it has started: for `afterAll`. */
export async function endProcesses(): Promise<void> {
  for (const child of running) {
    for (const pid of descendantsOf(child.pid)) kill(pid);
    child.signal('SIGKILL');
    await child.ended;
  }
}

/** The processes that this one has started, and those that they have started. Looks into /proc, so on Linux alone. */
export function descendantsOf(pid: number): number[] {
  const parents = parentsOfAll();
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [...children, ...children.flatMap(descendantsOf)];
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function parentsOfAll(): ReadonlyMap<number, number> {
  const pids = process.platform === 'linux' ? readdirSync('/proc').map(Number).filter(Boolean) : [];
  return new Map(pids.flatMap((pid) => parentOf(pid) ?? []));
}

function parentOf(pid: number): [[number, number]] | undefined {
  try {
    const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return [[pid, Number(parent)]];
  } catch {
    return undefined; // it ended meanwhile
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
