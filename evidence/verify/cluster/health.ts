import { join } from 'node:path';
import { execa } from 'execa';
import type { Process } from '../../../tools/process.ts';
import { isListening } from '../../../tools/temporal/ports.ts';
import { untilHolds } from '../../kit/serving.ts';

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
  const options = { env: { PGPORT: `${postgresPort}` }, extendEnv: false, timeout: 5_000, reject: false };
  const { failed, shortMessage } = await execa(found, args, options);
  return failed ? shortMessage : undefined;
}

/** Resolves when it is healthy; rejects when it ends before. */
export async function untilHealthy(options: HealthOptions, process: Process): Promise<void> {
  await untilHolds(process, { everyMs: 100 }, async () => (await checkHealth(options)) === undefined);
}
