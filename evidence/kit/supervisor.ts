import { setTimeout as delay } from 'node:timers/promises';
import { createChanges } from './changes.ts';
import type { Child } from './child.ts';

/** Something that happened to a process or a road. Epoch milliseconds. */
export interface Incident {
  readonly at: number;
  readonly what: 'spawned' | 'ready' | 'signalled' | 'ended' | 'troubled' | 'healed';
  readonly whom: string;
  readonly detail?: string;
}

/** How a process is started. */
export interface Service<C extends Child> {
  /** What it is called. */
  readonly target: string;
  spawn(): Promise<C>;
  /** Whether it came to serve; false when it ended before. */
  isReady(child: C): Promise<boolean>;
}

export type State = 'down' | 'starting' | 'up';

/** Keeps one process running: starts it again whenever it has ended, as a supervisor would. */
export interface Keeper {
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

// As a supervisor that does not restart in a circle.
const pauseMs = 400;

export function keep<C extends Child>(
  service: Service<C>,
  note: (incident: Omit<Incident, 'at'>) => void,
): Keeper {
  const { target } = service;
  let state: State = 'down';
  let child: C | undefined;
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
      const spawned = await service.spawn().catch((error: unknown) => error as Error);
      if (spawned instanceof Error) {
        failures += 1;
        note({ what: 'ended', whom: target, detail: spawned.message });
        if (failures === 3) throw spawned;
        await delay(pauseMs);
        continue;
      }
      failures = 0;
      child = spawned;
      // It was told to stop while it was being started.
      if (isStopping) spawned.signal('SIGKILL');
      changed();
      const { ended } = child;
      if (asked === undefined && (await service.isReady(child))) {
        state = 'up';
        note({ what: 'ready', whom: target });
        changed();
      }
      const how = await ended;
      state = 'down';
      child = undefined;
      const { downMs } = asked ?? { downMs: pauseMs };
      if (asked === undefined && !isStopping) unasked += 1;
      note({ what: 'ended', whom: target, detail: `${how}${asked || isStopping ? '' : ', unasked'}` });
      asked = undefined;
      if (!isStopping) await delay(downMs);
    }
  }

  return {
    target,
    state: () => state,
    unasked: () => unasked,
    async kill(signal, downMs) {
      // One that is away cannot be killed: it is waited for.
      await until(() => child !== undefined || isStopping);
      if (child === undefined) return;
      asked = { downMs };
      const { ended } = child;
      note({ what: 'signalled', whom: target, detail: signal });
      child.signal(signal);
      await ended;
    },
    untilUp: () => until(() => state === 'up'),
    async stop() {
      isStopping = true;
      changed();
      child?.signal('SIGKILL');
      await running;
    },
  };
}
