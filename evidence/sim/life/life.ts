import type { Hint } from '../../../src/domain/order/hints.ts';
import { orderId } from '../../../src/workflows/contract/ids.ts';
import { signals } from '../../../src/workflows/contract/messages.ts';
import { Broken, type Breach } from '../broken.ts';
import { Clock } from '../clock.ts';
import { encode } from '../core/payloads.ts';
import type { Sandbox } from '../core/sandbox.ts';
import { Dice } from '../dice.ts';
import { knownAs } from '../known-deviations.ts';
import { escalations } from '../laws/escalations.ts';
import { faces } from '../laws/faces.ts';
import { honesty } from '../laws/honesty.ts';
import { hooks } from '../laws/hooks.ts';
import { Ledger } from '../laws/ledger.ts';
import type { Court, Law } from '../laws/law.ts';
import { outcome } from '../laws/outcome.ts';
import { reads } from '../laws/reads.ts';
import { running } from '../laws/running.ts';
import type { Sight, See } from '../seen.ts';
import { Activities } from '../server/activities.ts';
import { clientOf } from '../server/client.ts';
import { Door, type DoorAnswer } from '../server/door.ts';
import { Temporal } from '../server/temporal.ts';
import type { WireHook } from '../world/world.ts';
import { drawPlan, type Asking, type Blow, type Plan, type Sending } from './plan.ts';
import { drawWeather, type Weather } from './weather.ts';

export interface Lived {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  /** Deviations that are known, by name. */
  readonly known: readonly string[];
  /** Virtual time from the first to the last thing that happened. */
  readonly days: number;
}

const account = 'acme-se';
const hour = 3_600_000;
const day = 24 * hour;
// No life comes near it: whoever does goes in circles.
const mostSights = 60_000;
// How much of a life is lived on after a law was broken, to see which others are.
const afterwards = 300;
const enough = new Error('a law was broken a while ago');

/** Lives the life of a seed under all laws. Whoever watches sees all that the laws see. */
export function live(seed: number, sandbox: Sandbox, watch: See): Promise<Lived> {
  return new Life(seed, sandbox, watch).live();
}

class Life {
  readonly #seed: number;
  readonly #dice: Dice;
  readonly #plan: Plan;
  readonly #clock: Clock;
  readonly #weather: Weather;
  readonly #temporal: Temporal;
  readonly #door: Door;
  readonly #ledger: Ledger;
  readonly #laws: readonly Law[];
  readonly #watch: See;
  readonly #breaches: Breach[] = [];
  readonly #known = new Set<string>();
  readonly #hooks = new Map<string, WireHook>();
  readonly #sent: Sending[] = [];
  readonly #lostTasks: number[] = [];
  /** What was asked for and is not answered yet. */
  readonly #open = new Set<Promise<void>>();
  #quietFrom: number;
  #sights = 0;
  #leftOver = afterwards;
  #mischief = 4;

  constructor(seed: number, sandbox: Sandbox, watch: See) {
    this.#seed = seed;
    this.#watch = watch;
    const dice = new Dice(seed);
    this.#dice = dice.fork('life');
    this.#plan = drawPlan(dice);
    const { from, to, policy, world } = this.#plan;
    this.#clock = new Clock(from);
    this.#quietFrom = to;
    this.#weather = drawWeather(dice.fork('weather'), { from, to, quietFrom: () => this.#quietFrom });
    this.#quietFrom = this.#weather.until + 1;
    this.#ledger = new Ledger(world, policy, ({ id }) => this.#hooks.get(id));
    const court: Court = {
      ledger: this.#ledger,
      report: (law, what) => this.#report(law, what),
      lostBetween: (begin, end) =>
        this.#weather.awayBetween(begin, end) +
        20_000 * this.#lostTasks.filter((at) => at >= begin && at <= end).length,
      quietFrom: () => this.#quietFrom,
      isCalm: this.#weather.isCalm,
    };
    this.#laws = [honesty, outcome, hooks, reads, escalations, faces, running].map((law) => law(court));
    const see: See = (sight) => this.#see(sight);
    const clock = this.#clock;
    const id = orderId(account, world.kind, world.key)!;
    const identity = { id, account, provider: world.hooks.name, kind: world.kind, key: world.key };
    const activities = new Activities({
      clock,
      dice: dice.fork('activities'),
      see,
      request: () => this.#weather.request(clock.now, world),
      providerUpAt: (now) => this.#weather.providerUpAt(now),
    });
    this.#temporal = new Temporal({
      clock,
      sandbox,
      dice: dice.fork('temporal'),
      luck: this.#weather,
      activities,
      see,
      beforeTheEnd: () => this.#interrupt(),
    });
    this.#door = new Door({
      client: clientOf(this.#temporal),
      hooks: world.hooks,
      origin: { identity, policy },
      now: () => clock.now,
      uuid: () => this.#dice.uuid(),
    });
  }

  async live(): Promise<Lived> {
    const { from } = this.#plan;
    this.#appoint();
    try {
      while (await this.#clock.step(this.#end())) {
        // Whoever waits for an answer gets it before the next thing happens.
        if (this.#open.size > 0) await settled();
      }
      await this.#temporal.query();
      for (const law of this.#laws) law.end?.(this.#clock.now);
    } catch (error) {
      if (!(error instanceof Broken) && error !== enough) throw error;
      if (error instanceof Broken) this.#report(error.law, error.message);
    }
    await this.#temporal.dispose();
    await Promise.all(this.#open);
    return {
      seed: this.#seed,
      breaches: this.#breaches,
      known: [...this.#known],
      days: (this.#clock.now - from) / day,
    };
  }

  #appoint(): void {
    const { world, sendings, askings, blows } = this.#plan;
    world.moments.forEach(({ at, what }, moment) =>
      this.#clock.at(at, () => this.#see({ at: this.#clock.now, is: 'truth', moment, what })),
    );
    for (const sending of sendings) this.#clock.at(sending.at, () => this.#send(sending));
    for (const asking of askings) this.#clock.at(asking.at, () => this.#ask(asking));
    for (const blow of blows) this.#clock.at(blow.at, () => this.#strike(blow));
  }

  /** When everything has come to rest: how long that takes depends on what became of the order. */
  #end(): number {
    const { policy, isToTheEnd } = this.#plan;
    const run = this.#temporal.current;
    const status = this.#ledger.order?.status ?? 'created';
    if (run && run.status !== 'RUNNING') return this.#quietFrom;
    if (['created', 'pending'].includes(status))
      return (
        this.#quietFrom +
        Math.max(policy.abandonAfter, policy.pending.escalate.at(-1)!) +
        3 * policy.pending.recheck.at(-1)!
      );
    if (isToTheEnd || !['placed', 'partially_captured', 'captured', 'partially_refunded'].includes(status))
      return this.#quietFrom + Math.max(policy.refundWindow, policy.closeAfter) + 9 * day;
    return this.#quietFrom + policy.settled.recheck.at(-1)! + day;
  }

  async #send(sending: Sending): Promise<void> {
    const { hook, isForged } = sending;
    this.#learn(hook);
    this.#sent.push(sending);
    const { answer } = await this.#door.hook(hook.fields);
    this.#see({ at: this.#clock.now, is: 'hook', what: hook.what, isForged, fate: answer });
  }

  /** Which hint a hook becomes is the product's; what it says is known here. */
  #learn(hook: WireHook): void {
    const hint: Hint | undefined = this.#door.hintOf(hook.fields);
    if (hint) this.#hooks.set(hint.id, hook);
  }

  #ask(asking: Asking): Promise<void> | void {
    if (asking.is === 'register') return this.#command('register', () => this.#door.register(asking.terms));
    // No answer is waited for while a worker is away: whoever asks is told to try again.
    if (this.#weather.ordersUpAt(this.#clock.now) > this.#clock.now) return;
    return this.#command(`recheck ${asking.key} by ${asking.by}`, () =>
      this.#door.recheck(asking.key, { by: asking.by }),
    );
  }

  async #command(what: string, ask: () => Promise<DoorAnswer>): Promise<void> {
    const answered = ask().then(({ answer, order }) =>
      this.#see({ at: this.#clock.now, is: 'command', what, answer, ...(order && { order }) }),
    );
    this.#open.add(answered);
    void answered.finally(() => this.#open.delete(answered));
    // Until the question has reached the server.
    await settled();
  }

  async #strike({ is }: Blow): Promise<void> {
    switch (is) {
      case 'restart':
        return this.#temporal.restartWorker();
      case 'terminate':
        return this.#temporal.terminate();
      case 'look':
        return this.#temporal.query();
      case 'junk':
        if (this.#temporal.current?.status === 'RUNNING')
          this.#temporal.signal(signals.hint.name, encode({ id: 7, claim: null }), this.#dice.uuid());
    }
  }

  /** Something comes in just as the run wants to end. */
  async #interrupt(): Promise<void> {
    if (this.#sent.length === 0 || !this.#takeMischief(0.15)) return;
    await this.#again();
  }

  async #again(): Promise<void> {
    const sending = this.#dice.pick(this.#sent);
    await this.#send(sending);
    this.#quietFrom = Math.max(this.#quietFrom, this.#clock.now + 1);
  }

  #takeMischief(probability: number): boolean {
    if (this.#mischief === 0 || !this.#dice.chance(probability)) return false;
    this.#mischief -= 1;
    return true;
  }

  #see(sight: Sight): void {
    this.#sights += 1;
    if (this.#breaches.length > 0) this.#leftOver -= 1;
    if (this.#leftOver <= 0) throw enough;
    if (this.#sights > mostSights)
      throw new Broken('a life comes to an end', `${mostSights} things happened`);
    this.#watch(sight);
    this.#ledger.see(sight);
    if (sight.is === 'task-lost') this.#lostTasks.push(sight.at);
    for (const law of this.#laws) law.see?.(sight);
    this.#react(sight);
  }

  /** People and chance do something about what they see. */
  #react(sight: Sight): void {
    const { policy } = this.#plan;
    if (sight.is === 'heard') {
      const ladderMs =
        policy.reread.reduce((sum, step) => sum + step, 0) + (policy.reread.length + 2) * 180_000;
      if (this.#dice.chance(0.5)) this.#clock.at(sight.at + ladderMs + 60_000, () => this.#temporal.query());
    }
    if (sight.is === 'timer' && sight.why === 'close' && this.#sent.length > 0 && this.#takeMischief(0.25)) {
      const at = sight.until - this.#dice.span(1, 11 * 60_000);
      if (at > this.#clock.now) {
        this.#quietFrom = Math.max(this.#quietFrom, at);
        this.#clock.at(at, () => this.#again());
      }
    }
    if (sight.is === 'shown' && sight.order.escalation?.state === 'open' && this.#takeMischief(0.3))
      this.#clock.at(this.#clock.now + this.#dice.span(60_000, 12 * hour), () => this.#decide());
  }

  #decide(): Promise<void> | void {
    if (this.#weather.ordersUpAt(this.#clock.now) > this.#clock.now) return;
    const dice = this.#dice;
    const update = dice.pick(['acknowledgeEscalation', 'snoozeEscalation', 'resolveEscalation'] as const);
    const until = this.#clock.now + dice.span(60_000, 2 * day);
    const body = {
      by: dice.pick(['ann', 'bo']),
      reason: 'seen',
      ...(update === 'snoozeEscalation' && { until }),
    };
    this.#quietFrom = Math.max(this.#quietFrom, update === 'snoozeEscalation' ? until : this.#clock.now);
    this.#ledger.decidedAt.push(this.#clock.now);
    return this.#command(update, () => this.#door.decide(update, dice.uuid(), body));
  }

  #report(law: string, what: string): void {
    const breach: Breach = { law, what, at: this.#clock.now };
    const known = knownAs(breach, this.#plan.world.hooks.name);
    if (known) this.#known.add(known.name);
    else if (!this.#breaches.some((other) => other.law === law)) this.#breaches.push(breach);
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
