import { setTimeout as delay } from 'node:timers/promises';
import { createChanges } from '../../tools/changes.ts';
import { endingText, type Process } from '../../tools/process.ts';

/** Something that happened to a process or to a link between two. Epoch milliseconds. */
export interface Incident {
  readonly at: number;
  readonly what: 'spawned' | 'ready' | 'signalled' | 'ended' | 'faulted' | 'healed';
  readonly whom: string;
  readonly detail?: string;
}

/** What a supervisor needs of a process. */
export type Supervised = Pick<Process, 'signal' | 'ended'>;

/** How a process is started. */
export interface Service<P extends Supervised> {
  /** What it is called. */
  readonly target: string;
  /** Rejects where it could not be started. */
  start(): Promise<P>;
  /** Resolves when it serves; rejects when it ends before. */
  untilReady(process: P): Promise<unknown>;
}

export type State = 'down' | 'starting' | 'up';

/** Keeps one process running: starts it again whenever it has ended. */
export interface Supervisor {
  readonly target: string;
  state(): State;
  /** How often it ended without having been told to. */
  unasked(): number;
  /** Ends it; it stays away for `downMs` after that. Resolves when it has ended. */
  kill(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void>;
  untilUp(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

// So that what fails at once is not restarted in a circle.
const pauseMs = 400;

export function supervise<P extends Supervised>(
  service: Service<P>,
  note: (incident: Omit<Incident, 'at'>) => void,
): Supervisor {
  const { target } = service;
  let state: State = 'down';
  let process: P | undefined;
  let isStopping = false;
  let asked: { readonly downMs: number } | undefined;
  let unasked = 0;
  let failures = 0;
  const { changed, until } = createChanges();
  const running = run().catch((error: unknown) => {
    note({ what: 'ended', whom: target, detail: `given up: ${String(error)}` });
  });

  async function run(): Promise<void> {
    for (;;) {
      if (isStopping) return;
      state = 'starting';
      note({ what: 'spawned', whom: target });
      let failure: unknown;
      const started = await service.start().catch((error: unknown) => void (failure = error));
      if (!started) {
        failures += 1;
        note({ what: 'ended', whom: target, detail: String(failure) });
        if (failures === 3) throw failure;
        await delay(pauseMs);
        continue;
      }
      failures = 0;
      process = started;
      // It was told to stop while it was being started.
      if (isStopping) started.signal('SIGKILL');
      changed();
      if (asked === undefined && (await isReady(started))) {
        state = 'up';
        note({ what: 'ready', whom: target });
        changed();
      }
      const how = endingText(await started.ended);
      state = 'down';
      process = undefined;
      const { downMs } = asked ?? { downMs: pauseMs };
      if (asked === undefined && !isStopping) unasked += 1;
      note({ what: 'ended', whom: target, detail: `${how}${asked || isStopping ? '' : ', unasked'}` });
      asked = undefined;
      if (!isStopping) await delay(downMs);
    }
  }

  async function isReady(started: P): Promise<boolean> {
    return service.untilReady(started).then(
      () => true,
      () => false,
    );
  }

  return {
    target,
    state: () => state,
    unasked: () => unasked,
    async kill(signal, downMs) {
      // One that is away cannot be killed: it is waited for.
      await until(() => process !== undefined || isStopping);
      if (process === undefined) return;
      asked = { downMs };
      const { ended } = process;
      note({ what: 'signalled', whom: target, detail: signal });
      process.signal(signal);
      await ended;
    },
    untilUp: () => until(() => state === 'up'),
    async stop() {
      isStopping = true;
      changed();
      process?.signal('SIGKILL');
      await running;
    },
  };
}

const startDeadlineMs = 90_000;

/** Resolves when all of them are up; throws, with the names of those that are not, when that takes too long. */
export async function untilUp(supervisors: readonly Supervisor[]): Promise<void> {
  const late = new AbortController();
  const deadline = delay(startDeadlineMs, 'late' as const, { signal: late.signal, ref: false });
  const up = Promise.all(supervisors.map((each) => each.untilUp()));
  if ((await Promise.race([up, deadline])) === 'late') {
    const away = supervisors.filter((each) => each.state() !== 'up').map(({ target }) => target);
    throw new Error(`not up within ${startDeadlineMs / 1000} s: ${away.join(', ')}; see the logs`);
  }
  late.abort();
}

/** Ends them for good in reverse, so that none complains of losing what it stands on. */
export async function stopAll(supervisors: readonly Supervisor[]): Promise<void> {
  for (const each of supervisors.toReversed()) await each.stop();
}
