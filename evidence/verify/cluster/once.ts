import { startChild } from '../../chaos/site/child.ts';

export interface OnceOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folders that come before the PATH: the programs of the image. */
  readonly programs: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
}

/** Runs a one-shot service to its end. Throws where it does not end with 0. */
export async function runOnce({ args, env, programs, cwd, logFile }: OnceOptions): Promise<void> {
  const [program = '', ...rest] = args;
  const PATH = [...programs, process.env['PATH'] ?? ''].join(':');
  const child = await startChild({ program, args: rest, env: { ...env, PATH }, cwd, logFile });
  const how = await child.ended;
  if (how !== 'exit 0') throw new Error(`${args.join(' ').slice(0, 60)} … ended with ${how}, see ${logFile}`);
}
