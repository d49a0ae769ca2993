import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '../processes/provider-stages.ts';
import type { Routes } from '../variants/routes.ts';
import { hooks, type Hook } from './hooks.ts';
import type { Sender } from './http.ts';

/** What a payment is played with. */
export interface Players {
  readonly routes: Routes;
  readonly api: Sender;
  readonly provider: Sender;
  /** The pause between two looks, from the beginning of one to that of the next. */
  readonly pollMs: number;
  /** When a change that does not show is given up; milliseconds. */
  readonly deadlineMs: number;
}

/** One change of a payment: its new stage at the provider, the hooks that are sent, and the status that must show. */
export interface Change {
  readonly stage: Stage;
  readonly hooks: readonly Hook[];
  readonly status: string;
}

/** The life of a payment: five hooks of which the first three come twice, and four changes that are waited for. */
export const lifecycle: readonly Change[] = [
  {
    stage: 'pending',
    hooks: [hooks.completed, hooks.completed, hooks.pending, hooks.pending],
    status: 'pending',
  },
  { stage: 'approved', hooks: [hooks.approved, hooks.approved], status: 'placed' },
  { stage: 'captured', hooks: [hooks.captured], status: 'captured' },
  { stage: 'refunded', hooks: [hooks.refunded], status: 'refunded' },
];

/** The same changes with one hook each. */
export const briefLifecycle: readonly Change[] = [
  { stage: 'pending', hooks: [hooks.pending], status: 'pending' },
  { stage: 'approved', hooks: [hooks.approved], status: 'placed' },
  { stage: 'captured', hooks: [hooks.captured], status: 'captured' },
  { stage: 'refunded', hooks: [hooks.refunded], status: 'refunded' },
];

/** Registers a payment. @throws Error where it is refused */
export async function register({ api, routes }: Players, session: string): Promise<void> {
  const { status, body } = await api.send(routes.register(session));
  if (status !== 201) throw new Error(`registration was answered ${status}: ${body}`);
}

/** Makes a change at the provider, sends its hooks one after another, and waits until it shows. Adds how long that took. */
export async function undergo(
  players: Players,
  session: string,
  { stage, hooks: told, status }: Change,
  times: { add(ms: number): void },
): Promise<void> {
  const { api, routes, provider } = players;
  await provider.send({ method: 'POST', path: `/stage/${session}/${stage}`, headers: {} });
  const sentAt = performance.now();
  for (const hook of told) {
    const answer = await api.send(routes.hook(session, hook));
    if (answer.status !== 202) throw new Error(`a hook was answered ${answer.status}: ${answer.body}`);
  }
  await untilShown(players, session, status);
  times.add(performance.now() - sentAt);
}

/** Looks at an order until it has a status; answers how it was shown. @throws Error once `deadlineMs` have passed */
export async function untilShown(
  { api, routes, pollMs, deadlineMs }: Players,
  session: string,
  status: string,
): Promise<string> {
  const read = routes.read(session);
  const wanted = `"status":"${status}"`;
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const lookedAt = performance.now();
    const answer = await api.send(read);
    if (answer.status === 200 && answer.body.includes(wanted)) return answer.body;
    if (performance.now() > giveUpAt)
      throw new Error(`${session} was not ${status} in time: ${answer.status} ${answer.body}`);
    await delay(Math.max(0, lookedAt + pollMs - performance.now()));
  }
}
