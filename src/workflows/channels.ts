import * as wf from '@temporalio/workflow';
import type { DeskActivities } from '../activities/desk.ts';
import type { Alert } from '../domain/alerting/incident.ts';
import { without } from '../domain/values.ts';
import { enqueue, type QueuedAlert } from '../domain/alerting/alert-queue.ts';
import { deskQueue } from './contract/queues.ts';
import type { DeskCarry, DeskView } from './contract/desk.ts';

const second = 1_000;
const firstPause = 3 * second;
const longestPause = 300 * second;

const { sendAlert } = wf.proxyActivities<DeskActivities>({
  taskQueue: deskQueue,
  startToCloseTimeout: 20 * second,
  scheduleToStartTimeout: 60 * second,
  retry: { initialInterval: second, maximumAttempts: 3 },
});

/** The channels that alert people. Each keeps the alerts that it could not send yet, and none waits for another. */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #sending: Promise<void>[] = [];
  readonly #left: Omit<DeskCarry, 'desk'>;
  readonly #onChange: () => void;
  #isStopped = false;

  constructor(left: Omit<DeskCarry, 'desk'>, onChange: () => void) {
    this.#left = left;
    this.#onChange = onChange;
  }

  /** Alerts these channels from now on; a removed channel loses its waiting alerts. */
  use(names: readonly string[]): void {
    for (const [name, channel] of this.#channels) {
      if (names.includes(name)) continue;
      channel.stop();
      this.#channels.delete(name);
    }
    for (const name of names) {
      if (this.#channels.has(name) || this.#isStopped) continue;
      const { waiting, dropped } = this.#left;
      const channel = new Channel(name, waiting[name] ?? [], dropped?.[name] ?? 0, this.#onChange);
      this.#channels.set(name, channel);
      this.#sending.push(channel.send());
    }
  }

  add(alerts: readonly Alert[]): void {
    for (const channel of this.#channels.values()) for (const alert of alerts) channel.add(alert);
  }

  /** Starts no new attempt, and finishes the one under way. */
  stop(): void {
    this.#isStopped = true;
    for (const channel of this.#channels.values()) channel.stop();
  }

  async stopped(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** The carry for the next run of the desk. */
  left(): Omit<DeskCarry, 'desk'> {
    const channels = [...this.#channels];
    return {
      waiting: Object.fromEntries(channels.map(([name, { waiting }]) => [name, waiting])),
      dropped: Object.fromEntries(channels.map(([name, { dropped }]) => [name, dropped])),
    };
  }

  failing(): DeskView['failing'] {
    return [...this.#channels].flatMap(([channel, { failingSince, dropped }]) =>
      failingSince === undefined ? [] : [{ channel, since: failingSince, ...(dropped > 0 && { dropped }) }],
    );
  }
}

class Channel {
  waiting: readonly QueuedAlert[];
  /** How many alerts were dropped since it failed. */
  dropped: number;
  failingSince: number | undefined;
  readonly #name: string;
  readonly #onChange: () => void;
  #underWay: Alert | undefined;
  #isStopped = false;

  constructor(name: string, waiting: readonly QueuedAlert[], dropped: number, onChange: () => void) {
    this.#name = name;
    this.waiting = waiting;
    this.dropped = dropped;
    this.#onChange = onChange;
  }

  add(alert: Alert): void {
    const { queued: waiting, dropped } = enqueue(this.waiting, alert, {
      sendingId: this.#underWay?.id,
      isFailing: this.failingSince !== undefined,
    });
    this.waiting = waiting;
    this.dropped += dropped.length;
    for (const { id, kind } of dropped)
      wf.log.warn('an alert was dropped: its channel does not answer', {
        channel: this.#name,
        alert: id,
        kind,
      });
  }

  stop(): void {
    this.#isStopped = true;
  }

  async send(): Promise<void> {
    let pause = firstPause;
    for (;;) {
      await wf.condition(() => this.#isStopped || this.waiting.length > 0);
      const [next] = this.waiting;
      if (this.#isStopped || !next) return;
      const alert = without(next, 'isUntold');
      this.waiting = this.waiting.map((other) => (other === next ? alert : other));
      if (await this.#hasSent(alert)) {
        pause = firstPause;
        continue;
      }
      await wf.condition(() => this.#isStopped, pause, { summary: `next try to reach ${this.#name}` });
      pause = Math.min(longestPause, 2 * pause);
    }
  }

  async #hasSent(alert: Alert): Promise<boolean> {
    this.#underWay = alert;
    try {
      await sendAlert.executeWithOptions({ summary: `${alert.kind} by ${this.#name}` }, [
        { channel: this.#name, alert },
      ]);
      this.waiting = this.waiting.filter(({ id }) => id !== alert.id);
      this.#note(undefined);
      return true;
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      this.#note(this.failingSince ?? Date.now());
      return false;
    } finally {
      this.#underWay = undefined;
    }
  }

  #note(failingSince: number | undefined): void {
    this.failingSince = failingSince;
    if (failingSince === undefined) this.dropped = 0;
    this.#onChange();
  }
}
