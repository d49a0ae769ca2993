import { freePort } from '../../../tools/temporal/ports.ts';
import { figure, type Figure } from '../figures.ts';
import { hooks } from '../load/hooks.ts';
import type { Done, Target } from '../load/jobs.ts';
import { untilHolds } from '../../kit/serving.ts';
import type { Api, Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant } from '../testbed/variant.ts';
import { rotated } from '../stats.ts';
import { routesOf, type Call, type VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

const contenders = ['product', 'textbook'] as const;
type Contender = (typeof contenders)[number];

const looks = { everyMs: 5, deadlineMs: 60_000 };

/** Milliseconds from the start of the process. */
interface Started {
  /** Until the first hook is answered 202. */
  readonly acceptedAfter: number;
  /** Until the API shows the result of a read of the provider. */
  readonly appliedAfter: number;
}

export const startup: Case = {
  name: 'startup',
  title:
    'from the start of an API process to its first 202, and of a worker process to the first read that shows',
  async run({ rounds: count, isShort, openTestbed, say }) {
    const testbed = await openTestbed();
    const apis = {} as Record<Contender, Api>;
    for (const name of contenders) {
      // Prepares the namespace, as the worker before this one has done.
      const { api, worker } = await startVariant(testbed, name, 4);
      await worker.stop();
      apis[name] = api;
    }
    const rounds: Record<Contender, Started>[] = [];
    const repeats = isShort ? 1 : 2;
    for (let round = 0; round < count * repeats; round++) {
      const started = {} as Record<Contender, Started>;
      for (const name of rotated(contenders, round)) {
        const acceptedAfter = await apiStart(testbed, name, apis[name]);
        const appliedAfter = await workerStart(testbed, name, apis[name]);
        started[name] = { acceptedAfter, appliedAfter };
        say(
          `start ${round + 1}/${count * repeats}, ${name}: API ${acceptedAfter.toFixed(0)} ms, worker ${appliedAfter.toFixed(0)} ms`,
        );
      }
      rounds.push(started);
    }
    const notes = [
      `Temporal is up, the order runs and the search attributes are there; the hook, or a look at the order, is tried every ${looks.everyMs} ms. Workers start with a bundle made beforehand.`,
    ];
    return { figures: figuresOf(rounds), rounds, notes };
  },
};

async function apiStart(testbed: Testbed, name: Contender, running: Api): Promise<number> {
  const [session = ''] = newSessions(1);
  await startOrder(testbed, { variant: name, url: running.url }, session);
  const port = await freePort();
  const hook = routesOf(name).hook(session, hooks.pending);
  const startedAt = performance.now();
  const api = testbed.spawnApi(name, port);
  await untilHolds(api, looks, async () => (await call(`http://127.0.0.1:${port}`, hook))?.status === 202);
  const ms = performance.now() - startedAt;
  await api.stop();
  return ms;
}

async function workerStart(testbed: Testbed, name: Contender, { url }: Api): Promise<number> {
  const [session = ''] = newSessions(1);
  await testbed.setProvider([session], 'approved');
  await startOrder(testbed, { variant: name, url }, session);
  await call(url, routesOf(name).hook(session, hooks.approved));
  const read = routesOf(name).read(session);
  const startedAt = performance.now();
  const worker = testbed.startWorker(name);
  await untilHolds(
    worker,
    looks,
    async () => (await call(url, read))?.body.includes('"status":"placed"') ?? false,
  );
  const ms = performance.now() - startedAt;
  await worker.stop();
  return ms;
}

async function startOrder(
  { load }: Testbed,
  target: Target & { variant: VariantName },
  session: string,
): Promise<void> {
  const start = { target, sessions: [session], by: 'registration', concurrency: 1 };
  expectAll(await load.call<Done>('start', start), 201, target.variant);
}

/** The answer; undefined where the server does not listen yet, or takes longer than half a second. */
async function call(url: string, { method, path, headers, body }: Call) {
  try {
    const signal = AbortSignal.timeout(500);
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      signal,
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return undefined;
  }
}

function figuresOf(rounds: readonly Readonly<Record<Contender, Started>>[]): Figure[] {
  return contenders.flatMap((name) => [
    figure(
      {
        name: `start of the API to its first 202: ${name}`,
        unit: 'ms',
        tags: { measure: 'start', process: 'API', variant: name },
        ...(name === 'product' && { target: { atMost: 1_500 } }),
      },
      rounds.map((round) => round[name].acceptedAfter),
    ),
    figure(
      {
        name: `start of the worker to the first read that shows: ${name}`,
        unit: 'ms',
        tags: { measure: 'start', process: 'worker', variant: name },
      },
      rounds.map((round) => round[name].appliedAfter),
    ),
  ]);
}
