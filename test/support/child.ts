import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly pid: number;
  /** Everything that it has printed so far, to both of its streams. */
  output(): string;
  /** Resolves with the match when it has printed this; rejects, with what it did print, when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended and all that it printed is here. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const running = new Set<Child>();

/** A composition root as it ships: compiled, once for the whole run. */
export function productPath(name: 'server' | 'worker'): string {
  return `${process.env['TEST_PRODUCT']}/${name}.js`;
}

/** Runs one of the composition roots in a process of its own: `dev` from its source, as `npm start` does, others compiled. */
export function startProcess(
  name: 'dev' | 'server' | 'worker',
  env: Readonly<Record<string, string>> = {},
): Child {
  const { PATH = '', HOME = '', TEST_TEMPORAL_CLI = '' } = process.env;
  const args = name === 'dev' ? ['--import', 'tsx', 'demo/main.ts'] : [productPath(name)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH, HOME, TEMPORAL_CLI: TEST_TEMPORAL_CLI, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((listener) => listener());
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      tell();
    });
  }
  let hasEnded = false;
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => {
    child.once('close', (code, signal) => {
      hasEnded = true;
      running.delete(started);
      tell();
      resolve({ code, signal });
    });
  });
  const started: Child = {
    pid: child.pid!,
    output: () => output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
          else if (hasEnded) reject(new Error(`${name} ended without printing ${pattern}:\n${output}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    signal: (signal) => void child.kill(signal),
    ended,
  };
  running.add(started);
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
