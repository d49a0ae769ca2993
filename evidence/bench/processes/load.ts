import { driveClosed, driveOpen, type Act, type Driven } from '../load/drive.ts';
import { distinctHook, hooks, mixedHooks } from '../load/hooks.ts';
import { openSender, type Sender } from '../load/http.ts';
import type {
  ClosedJob,
  CopiesJob,
  Done,
  DueJob,
  DueOrder,
  HookJob,
  LifecycleDone,
  LifecycleJob,
  MixedJob,
  OpenJob,
  ReadJob,
  ShownJob,
  StartJob,
  SteadyStartJob,
  Target,
} from '../load/jobs.ts';
import { Latencies } from '../load/latency.ts';
import { briefLifecycle, lifecycle, register, undergo, untilShown, type Players } from '../load/payment.ts';
import { answerCalls } from '../../kit/calls.ts';
import { routesOf, type Call } from '../variants/routes.ts';

// The client of the bench, a process of its own: everything that is sent is prepared before the clock starts.
const deadlineMs = 60_000;
const knownHooks = { pending: hooks.pending, approved: hooks.approved };
process.once('SIGTERM', () => process.exit(0));

answerCalls({
  closed: (job: ClosedJob): Promise<Done> =>
    send(job.target, job.concurrency, distinctHooks(job), (act) => driveClosed(job, act)),

  // More connections than an open loop needs, so that a stalled call holds none of the next ones up.
  open: (job: OpenJob): Promise<Done> =>
    send(job.target, 256, distinctHooks(job), (act) => driveOpen(job, act)),

  read({ target, sessions, count, concurrency }: ReadJob): Promise<Done> {
    const { read } = routesOf(target.variant, target.account);
    const calls = sessions.map((session) => read(session));
    return send(target, concurrency, calls, (act) => driveClosed({ count, concurrency }, act));
  },

  start: ({ concurrency, ...job }: StartJob): Promise<Done> =>
    send(job.target, concurrency, startCalls(job), (act) =>
      driveClosed({ count: job.sessions.length, concurrency }, act),
    ),

  startSteadily: ({ perSecond, ...job }: SteadyStartJob): Promise<Done> =>
    send(job.target, 64, startCalls(job), (act) => driveOpen({ count: job.sessions.length, perSecond }, act)),

  mixed({ target, sessions, concurrency }: MixedJob): Promise<Done> {
    const routes = routesOf(target.variant, target.account);
    const calls = mixedHooks.flatMap((hook) => sessions.map((session) => routes.hook(session, hook)));
    return send(target, concurrency, calls, (act) => driveClosed({ count: calls.length, concurrency }, act));
  },

  async startDue({ url, sessions, dueAt, startBefore, sliceMs, concurrency }: DueJob): Promise<DueOrder[]> {
    const api = await openSender(url, concurrency);
    const orders: DueOrder[] = [];
    // From the sending of a hook to the read that it brings.
    let leadMs = 50;
    try {
      await driveClosed({ count: sessions.length, concurrency }, async (n) => {
        if (Date.now() > startBefore) return 0;
        const session = sessions[n]!;
        const slice = Math.max(0, Math.round((dueAt - Date.now() - leadMs) / sliceMs) - 1);
        const account = `slice-${slice}`;
        const routes = routesOf('product', account);
        const sentAt = Date.now();
        await api.send(routes.hook(session, hooks.pending));
        const players = { api, routes, provider: api, pollMs: 20, deadlineMs };
        const { verified } = JSON.parse(await untilShown(players, session, 'pending')) as {
          verified: { at: string };
        };
        const readAt = Date.parse(verified.at);
        leadMs += (readAt - sentAt - leadMs) / 16;
        orders.push({ session, account, dueAt: readAt + (slice + 1) * sliceMs });
        return 200;
      });
    } finally {
      await api.close();
    }
    return orders;
  },

  copies({ target, session, copies, connections }: CopiesJob): Promise<Done> {
    const call = routesOf(target.variant, target.account).hook(session, hooks.approved);
    return send(target, connections, [call], (act) =>
      driveClosed({ count: copies, concurrency: copies }, act),
    );
  },

  lifecycles: ({ sessions, isBrief = false, ...job }: LifecycleJob): Promise<LifecycleDone> =>
    play(job, async (players, concurrency) => {
      const changes = new Latencies();
      const failures: string[] = [];
      const driven = await driveClosed({ count: sessions.length, concurrency }, (n) =>
        outcomeOf(failures, async () => {
          await register(players, sessions[n]!);
          for (const change of isBrief ? briefLifecycle : lifecycle)
            await undergo(players, sessions[n]!, change, changes);
        }),
      );
      return { ...driven, changeMs: changes.summary, failures };
    }),

  /** The same one hook at a time; answers every single time until the change showed. */
  async visible({ sessions, ...job }: LifecycleJob): Promise<number[]> {
    const times: number[] = [];
    await play(job, async (players) => {
      for (const session of sessions) {
        await register(players, session);
        for (const change of briefLifecycle)
          await undergo(players, session, change, { add: (ms) => times.push(ms) });
      }
      return {};
    });
    return times;
  },

  /** The same by the product's own wait, which is open before the hook is sent. */
  async visibleByWait({ sessions, ...job }: LifecycleJob): Promise<number[]> {
    const times: number[] = [];
    await play(job, async (players) => {
      for (const session of sessions) times.push(...(await waitThrough(players, session)));
      return {};
    });
    return times;
  },

  shown: ({ sessions, status, ...job }: ShownJob): Promise<Done> =>
    play({ ...job, providerUrl: job.target.url }, async (players, concurrency) => {
      const failures: string[] = [];
      const driven = await driveClosed({ count: sessions.length, concurrency }, (n) =>
        outcomeOf(failures, async () => void (await untilShown(players, sessions[n]!, status))),
      );
      return { ...driven, failures };
    }),
});

function startCalls({ target, sessions, by }: Omit<StartJob, 'concurrency'>): Call[] {
  const routes = routesOf(target.variant, target.account);
  return sessions.map((session) =>
    by === 'registration' ? routes.register(session) : routes.hook(session, knownHooks[by]),
  );
}

function distinctHooks({ target, sessions, from, count }: HookJob): Call[] {
  const routes = routesOf(target.variant, target.account);
  return Array.from({ length: count }, (_, n) =>
    routes.hook(sessions[n % sessions.length]!, distinctHook(from + n)),
  );
}

/** Sends prepared calls, round and round, as `drive` says. */
async function send(
  { url }: Target,
  connections: number,
  calls: readonly Call[],
  drive: (act: Act) => Promise<Driven>,
): Promise<Done> {
  const sender = await openSender(url, connections);
  try {
    return await withOwnCpu(() => drive((n) => sender.statusOf(calls[n % calls.length]!)));
  } finally {
    await sender.close();
  }
}

async function play<T extends object>(
  { target, providerUrl, concurrency, pollMs }: Omit<LifecycleJob, 'sessions'>,
  run: (players: Players, concurrency: number) => Promise<T>,
): Promise<T & { readonly cpuSeconds: number }> {
  const senders: Sender[] = [];
  try {
    const api = await openSender(target.url, concurrency);
    senders.push(api);
    const provider = await openSender(providerUrl, concurrency);
    senders.push(provider);
    const routes = routesOf(target.variant, target.account);
    return await withOwnCpu(() => run({ routes, api, provider, pollMs, deadlineMs }, concurrency));
  } finally {
    for (const sender of senders) await sender.close();
  }
}

/** The outcome of something that may fail: 200, or 0 with the first few failures in words. */
async function outcomeOf(failures: string[], act: () => Promise<void>): Promise<number> {
  try {
    await act();
    return 200;
  } catch (error) {
    if (failures.length < 3) failures.push(error instanceof Error ? error.message : String(error));
    return 0;
  }
}

async function withOwnCpu<T extends object>(
  run: () => Promise<T>,
): Promise<T & { readonly cpuSeconds: number }> {
  const before = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(before);
  return { ...value, cpuSeconds: (user + system) / 1e6 };
}

async function waitThrough(players: Players, session: string): Promise<number[]> {
  const { api, routes, provider } = players;
  await register(players, session);
  const times: number[] = [];
  for (const { stage, hooks: told, status } of briefLifecycle) {
    const read = routes.read(session);
    const { sequence } = JSON.parse((await api.send(read)).body) as { sequence: number };
    await provider.send({ method: 'POST', path: `/stage/${session}/${stage}`, headers: {} });
    const waiting = api.send({ ...read, path: `${read.path}?after=${sequence}&wait=30s` });
    await armed();
    const sentAt = performance.now();
    const hook = api.send(routes.hook(session, told[0]!));
    const { body } = await waiting;
    times.push(performance.now() - sentAt);
    if (!body.includes(`"status":"${status}"`)) throw new Error(`a wait ended with ${body}`);
    await hook;
  }
  return times;
}

/** Long enough for a wait that was just begun to reach the server, which does not confirm it. */
function armed(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}
