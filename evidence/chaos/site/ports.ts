import { randomInt } from 'node:crypto';
import { freePort } from '../../../tools/temporal/ports.ts';

// Below those that systems give to outgoing calls: one of these could take the port of a process that is away.
const [lowest, highest] = [20_000, 32_000];

/** A free port of the loopback that is likely to stay free while nobody listens there. */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const wanted = randomInt(lowest, highest);
    if ((await freePort(wanted)) === wanted) return wanted;
  }
}
