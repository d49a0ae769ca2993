import { spawn } from 'node:child_process';
import { bundlePath } from '../../support/temporal.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the simulator's command line on the bundle of this test run, which is built once for all tests. */
export function runSimOnBundle(...args: readonly string[]): Promise<Ran> {
  return runSim(...args, '--bundle', bundlePath());
}

/** Runs the simulator's command line in a process of its own. */
export function runSim(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'evidence/sim/run.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
