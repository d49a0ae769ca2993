import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isListening } from '../../../tools/temporal/ports.ts';
import type { Child } from '../../chaos/site/child.ts';

export interface HealthOptions {
  /** The test of a compose file, with addresses of this machine. */
  readonly test: readonly string[];
  /** The folder of PostgreSQL's programs. */
  readonly postgres: string;
  readonly postgresPort: number;
}

/** Runs the health check of a service once, as Docker would in its container; answers why it failed, or nothing. */
export async function checkHealth({
  test,
  postgres,
  postgresPort,
}: HealthOptions): Promise<string | undefined> {
  const [kind, program, ...args] = test;
  if (kind !== 'CMD' || program === undefined) return `not understood: ${test.join(' ')}`;
  // Debian's is another program than the image's.
  if (program === 'nc') return (await isListening(Number(args.at(-1)))) ? undefined : 'nobody listens';
  const programs: Readonly<Record<string, string>> = {
    node: process.execPath,
    pg_isready: join(postgres, 'pg_isready'),
  };
  const found = programs[program];
  if (found === undefined) return `not understood: ${program}`;
  try {
    await promisify(execFile)(found, args, { env: { PGPORT: `${postgresPort}` }, timeout: 5_000 });
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** Whether it is healthy before it ends. */
export async function untilHealthy(options: HealthOptions, child: Child): Promise<boolean> {
  for (;;) {
    if ((await checkHealth(options)) === undefined) return true;
    if ((await Promise.race([child.ended, delay(100, undefined)])) !== undefined) return false;
  }
}

/** Whether it answers with a success before it ends. */
export async function untilAnswering(url: string, child: Child): Promise<boolean> {
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    if ((await Promise.race([child.ended, delay(50, undefined)])) !== undefined) return false;
  }
}
