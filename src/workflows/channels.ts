import * as wf from '@temporalio/workflow';
import type { DeskActivities } from '../activities/desk.ts';
import type { Alert } from '../domain/incidents.ts';
import { deskQueue, type DeskCarry, type DeskView } from './contract.ts';

const second = 1_000;
const firstPause = 3 * second;
const longestPause = 300 * second;

const { sendAlert } = wf.proxyActivities<DeskActivities>({
  taskQueue: deskQueue,
  startToCloseTimeout: 20 * second,
  scheduleToStartTimeout: 60 * second,
  retry: { initialInterval: second, maximumAttempts: 3 },
});

/** The channels that people are told by. Each keeps what it could not say yet, and none waits for another. */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #sending: Promise<void>[] = [];
  readonly #left: DeskCarry['waiting'];
  readonly #onChange: () => void;
  #isStopped = false;

  constructor(left: DeskCarry['waiting'], onChange: () => void) {
    this.#left = left;
    this.#onChange = onChange;
  }

  /** Speaks by these channels from now on; what waits for another one is dropped with it. */
  use(names: readonly string[]): void {
    for (const [name, channel] of this.#channels) {
      if (names.includes(name)) continue;
      channel.stop();
      this.#channels.delete(name);
    }
    for (const name of names) {
      if (this.#channels.has(name) || this.#isStopped) continue;
      const channel = new Channel(name, this.#left[name] ?? [], this.#onChange);
      this.#channels.set(name, channel);
      this.#sending.push(channel.send());
    }
  }

  add(alerts: readonly Alert[]): void {
    for (const channel of this.#channels.values()) for (const alert of alerts) channel.add(alert);
  }

  /** Takes up nothing new; what is under way is finished. */
  stop(): void {
    this.#isStopped = true;
    for (const channel of this.#channels.values()) channel.stop();
  }

  async stopped(): Promise<void> {
    await Promise.all(this.#sending);
  }

  waiting(): DeskCarry['waiting'] {
    return Object.fromEntries([...this.#channels].map(([name, { waiting }]) => [name, waiting]));
  }

  failing(): DeskView['failing'] {
    return [...this.#channels].flatMap(([channel, { failingSince }]) =>
      failingSince === undefined ? [] : [{ channel, since: failingSince }],
    );
  }
}

class Channel {
  waiting: readonly Alert[];
  failingSince: number | undefined;
  readonly #name: string;
  readonly #onChange: () => void;
  #underWay: Alert | undefined;
  #isStopped = false;

  constructor(name: string, waiting: readonly Alert[], onChange: () => void) {
    this.#name = name;
    this.waiting = waiting;
    this.#onChange = onChange;
  }

  /** Of one incident only the latest waits: whoever was not reached is not told what is over. */
  add(alert: Alert): void {
    const earlier = this.waiting.find(
      ({ incident, id }) => incident.id === alert.incident.id && id !== this.#underWay?.id,
    );
    this.waiting = [
      ...this.waiting.filter((kept) => kept !== earlier),
      earlier ? both(earlier, alert) : alert,
    ];
  }

  stop(): void {
    this.#isStopped = true;
  }

  async send(): Promise<void> {
    let pause = firstPause;
    for (;;) {
      await wf.condition(() => this.#isStopped || this.waiting.length > 0);
      const [alert] = this.waiting;
      if (this.#isStopped || !alert) return;
      if (await this.#hasSent(alert)) {
        pause = firstPause;
        continue;
      }
      await wf.condition(() => this.#isStopped, pause, { summary: `another try to reach ${this.#name}` });
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
    this.#onChange();
  }
}

function both(earlier: Alert, later: Alert): Alert {
  const isNews = earlier.kind === 'opened' && later.kind !== 'closed';
  return { ...later, kind: isNews ? 'opened' : later.kind, joined: earlier.joined + later.joined };
}
