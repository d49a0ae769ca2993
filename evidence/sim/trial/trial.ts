import type { Hint } from '../../../src/domain/order/hints.ts';
import { orderId } from '../../../src/workflows/contract/ids.ts';
import { signals } from '../../../src/workflows/contract/messages.ts';
import { FatalViolation, type Violation } from '../../kit/temporal/violation.ts';
import { Clock } from '../../kit/temporal/clock.ts';
import { encode } from '../../kit/temporal/payloads.ts';
import type { WorkflowFactory } from '../../kit/temporal/workflow-factory.ts';
import { day, hour, minute } from '../../kit/time.ts';
import { Random } from '../../kit/random.ts';
import { knownAs } from '../known-deviations.ts';
import { attention } from '../laws/attention.ts';
import { escalations } from '../laws/escalations.ts';
import { views } from '../laws/views.ts';
import { honesty } from '../laws/honesty.ts';
import { hooks } from '../laws/hooks.ts';
import { TrialRecord } from '../laws/record.ts';
import { readTakesMs, type Checker, type Law } from '../laws/law.ts';
import { outcome } from '../laws/outcome.ts';
import { reads } from '../laws/reads.ts';
import { running } from '../laws/running.ts';
import type { Observation, Observe } from '../observation.ts';
import { Activities } from '../../kit/temporal/activities.ts';
import { clientOf } from '../../kit/temporal/client.ts';
import { OrderApi, type ApiAnswer } from '../api.ts';
import { TemporalServer } from '../../kit/temporal/server.ts';
import type { WireHook } from '../world/world.ts';
import { drawPlan, type ApiCall, type Disturbance, type Plan, type HookDelivery } from './plan.ts';
import { drawFaults, type Faults } from './faults.ts';

export interface TrialResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** The names of known deviations that it met. */
  readonly known: readonly string[];
  /** Of virtual time. */
  readonly days: number;
}

const account = 'acme-se';
// No trial comes near it but one that goes in circles.
const mostObservations = 60_000;
// A trial goes on a little after its first violation, to see which other laws are broken.
const observationsAfterViolation = 300;
const endOfTrial = new Error('a law was broken a while ago');

/** Runs the trial of a seed under all laws. `watch` gets every observation that the laws get. */
export function runTrial(seed: number, factory: WorkflowFactory, watch: Observe): Promise<TrialResult> {
  return new Trial(seed, factory, watch).run();
}

class Trial {
  readonly #seed: number;
  readonly #random: Random;
  readonly #plan: Plan;
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #temporal: TemporalServer;
  readonly #api: OrderApi;
  readonly #record: TrialRecord;
  readonly #laws: readonly Law[];
  readonly #watch: Observe;
  readonly #violations: Violation[] = [];
  readonly #known = new Set<string>();
  readonly #hooks = new Map<string, WireHook>();
  readonly #sent: HookDelivery[] = [];
  readonly #lostTasks: number[] = [];
  /** Calls of the API that are not answered yet. */
  readonly #open = new Set<Promise<void>>();
  #settledFrom: number;
  #observations = 0;
  #observationsLeft = observationsAfterViolation;
  #interruptionsLeft = 4;
  #decisionsLeft = 6;

  constructor(seed: number, factory: WorkflowFactory, watch: Observe) {
    this.#seed = seed;
    this.#watch = watch;
    // The names of the forks, here and in the plan, fix the streams of the kept seeds: a new name draws another trial.
    const random = new Random(seed);
    this.#random = random.fork('life');
    this.#plan = drawPlan(random);
    const { from, to, policy, world } = this.#plan;
    this.#clock = new Clock(from);
    this.#settledFrom = to;
    this.#faults = drawFaults(random.fork('weather'), { from, to, settledFrom: () => this.#settledFrom });
    this.#settledFrom = this.#faults.until + 1;
    this.#record = new TrialRecord(world, policy, ({ id }) => this.#hooks.get(id));
    const checker: Checker = {
      record: this.#record,
      report: (law, what) => this.#report(law, what),
      lostBetween: (begin, end) =>
        this.#faults.awayBetween(begin, end) +
        20_000 * this.#lostTasks.filter((at) => at >= begin && at <= end).length,
      settledFrom: () => this.#settledFrom,
      isFaultFree: this.#faults.isFaultFree,
    };
    this.#laws = [honesty, outcome, attention, hooks, reads, escalations, views, running].map((law) =>
      law(checker),
    );
    const observe: Observe = (observation) => this.#observe(observation);
    const clock = this.#clock;
    const id = orderId(account, world.kind, world.key)!;
    const identity = { id, account, provider: world.hooks.name, kind: world.kind, key: world.key };
    const activities = new Activities({
      clock,
      random: random.fork('activities'),
      observe,
      request: () => this.#faults.request(clock.now, world),
      providerWorkerUpAt: (now) => this.#faults.providerWorkerUpAt(now),
    });
    this.#temporal = new TemporalServer({
      clock,
      factory,
      random: random.fork('temporal'),
      faults: this.#faults,
      activities,
      observe,
      beforeRunEnds: () => this.#interrupt(),
    });
    this.#api = new OrderApi({
      client: clientOf(this.#temporal),
      hooks: world.hooks,
      origin: { identity, policy },
      now: () => clock.now,
      uuid: () => this.#random.uuid(),
    });
  }

  async run(): Promise<TrialResult> {
    const { from } = this.#plan;
    this.#schedule();
    try {
      while (await this.#clock.step(this.#end())) {
        // An answer arrives before the next thing happens.
        if (this.#open.size > 0) await nextTurn();
      }
      await this.#temporal.query();
      for (const law of this.#laws) law.end?.(this.#clock.now);
    } catch (error) {
      if (!(error instanceof FatalViolation) && error !== endOfTrial) throw error;
      if (error instanceof FatalViolation) this.#report(error.law, error.message);
    }
    await this.#temporal.dispose();
    await Promise.all(this.#open);
    return {
      seed: this.#seed,
      violations: this.#violations,
      known: [...this.#known],
      days: (this.#clock.now - from) / day,
    };
  }

  #schedule(): void {
    const { world, deliveries, apiCalls, disturbances } = this.#plan;
    world.moments.forEach(({ at, what }, moment) =>
      this.#clock.at(at, () => this.#observe({ at: this.#clock.now, is: 'provider-moved', moment, what })),
    );
    for (const delivery of deliveries) this.#clock.at(delivery.at, () => this.#send(delivery));
    for (const apiCall of apiCalls) this.#clock.at(apiCall.at, () => this.#call(apiCall));
    for (const disturbance of disturbances) this.#clock.at(disturbance.at, () => this.#disturb(disturbance));
  }

  /** When the order is at rest for long enough, by its status. */
  #end(): number {
    const { policy, isToTheEnd } = this.#plan;
    const run = this.#temporal.current;
    const status = this.#record.order?.status ?? 'created';
    if (run && run.status !== 'RUNNING') return this.#settledFrom;
    if (['created', 'pending'].includes(status))
      return (
        this.#settledFrom +
        Math.max(policy.abandonAfter, policy.pending.escalate.at(-1)!) +
        3 * policy.pending.recheck.at(-1)!
      );
    if (isToTheEnd || !['placed', 'partially_captured', 'captured', 'partially_refunded'].includes(status))
      return this.#settledFrom + Math.max(policy.refundWindow, policy.closeAfter) + 9 * day;
    return this.#settledFrom + policy.settled.recheck.at(-1)! + day;
  }

  async #send(delivery: HookDelivery): Promise<void> {
    const { hook, isForged } = delivery;
    this.#rememberHint(hook);
    this.#sent.push(delivery);
    const { answer } = await this.#api.hook(hook.fields);
    this.#observe({ at: this.#clock.now, is: 'hook', what: hook.what, isForged, answer });
  }

  /** Remembers the hook of a hint, whose id is the product's. */
  #rememberHint(hook: WireHook): void {
    const hint: Hint | undefined = this.#api.hintOf(hook.fields);
    if (hint) this.#hooks.set(hint.id, hook);
  }

  #call(apiCall: ApiCall): Promise<void> | void {
    if (apiCall.is === 'register') return this.#command('register', () => this.#api.register(apiCall.terms));
    // While no worker is there the API answers that the caller is to try again.
    if (this.#faults.orderWorkerUpAt(this.#clock.now) > this.#clock.now) return;
    return this.#command(`recheck ${apiCall.key} by ${apiCall.by}`, () =>
      this.#api.recheck(apiCall.key, { by: apiCall.by }),
    );
  }

  async #command(what: string, ask: () => Promise<ApiAnswer>): Promise<void> {
    const answered = ask().then(({ answer, order }) =>
      this.#observe({ at: this.#clock.now, is: 'command', what, answer, ...(order && { order }) }),
    );
    this.#open.add(answered);
    void answered.finally(() => this.#open.delete(answered));
    // Until the call has reached the server.
    await nextTurn();
  }

  async #disturb({ is }: Disturbance): Promise<void> {
    switch (is) {
      case 'restart':
        return this.#temporal.restartWorker();
      case 'terminate':
        return this.#temporal.terminate();
      case 'query':
        return this.#temporal.query();
      case 'junk':
        if (this.#temporal.current?.status === 'RUNNING')
          this.#temporal.signal(signals.hint.name, encode({ id: 7, claim: null }), this.#random.uuid());
    }
  }

  /** A hook comes in just as the run wants to end. */
  async #interrupt(): Promise<void> {
    if (this.#sent.length === 0 || !this.#mayInterrupt(0.15)) return;
    await this.#deliverAgain();
  }

  async #deliverAgain(): Promise<void> {
    const delivery = this.#random.pick(this.#sent);
    await this.#send(delivery);
    this.#settledFrom = Math.max(this.#settledFrom, this.#clock.now + 1);
  }

  #mayInterrupt(probability: number): boolean {
    if (this.#interruptionsLeft === 0 || !this.#random.chance(probability)) return false;
    this.#interruptionsLeft -= 1;
    return true;
  }

  #observe(observation: Observation): void {
    this.#observations += 1;
    if (this.#violations.length > 0) this.#observationsLeft -= 1;
    if (this.#observationsLeft <= 0) throw endOfTrial;
    if (this.#observations > mostObservations)
      throw new FatalViolation('a trial comes to an end', `${mostObservations} observations`);
    this.#watch(observation);
    this.#record.observe(observation);
    if (observation.is === 'task-lost') this.#lostTasks.push(observation.at);
    for (const law of this.#laws) law.observe?.(observation);
    this.#react(observation);
  }

  /** People and chance act on what they observe. */
  #react(observation: Observation): void {
    const { policy } = this.#plan;
    if (observation.is === 'hint-taken') {
      const ladderMs =
        policy.reread.reduce((sum, step) => sum + step, 0) + (policy.reread.length + 2) * readTakesMs;
      if (this.#random.chance(0.5))
        this.#clock.at(observation.at + ladderMs + minute, () => this.#temporal.query());
    }
    if (
      observation.is === 'timer-started' &&
      observation.why === 'close' &&
      this.#sent.length > 0 &&
      this.#mayInterrupt(0.25)
    ) {
      const at = observation.until - this.#random.duration(1, 11 * minute);
      if (at > this.#clock.now) {
        this.#settledFrom = Math.max(this.#settledFrom, at);
        this.#clock.at(at, () => this.#deliverAgain());
      }
    }
    if (observation.is === 'published' && this.#mayDecide(observation.order.escalation?.state)) {
      this.#decisionsLeft -= 1;
      this.#clock.at(this.#clock.now + this.#random.duration(minute, 12 * hour), () => this.#decide());
    }
  }

  /** People look at what is open, sometimes at what was resolved, and rarely at anything else. */
  #mayDecide(state: string | undefined): boolean {
    if (this.#decisionsLeft === 0) return false;
    return this.#random.chance(state === 'open' ? 0.3 : state === 'resolved' ? 0.2 : 0.01);
  }

  #decide(): Promise<void> | void {
    if (this.#faults.orderWorkerUpAt(this.#clock.now) > this.#clock.now) return;
    const random = this.#random;
    const state = this.#record.order?.escalation?.state;
    if (random.chance(state === undefined ? 0.8 : 0.05)) return this.#note();
    const update = random.weighted(
      [2, 'acknowledgeEscalation' as const],
      [2, 'snoozeEscalation' as const],
      [4, 'resolveEscalation' as const],
      [state === 'resolved' ? 6 : 0.5, 'reopenEscalation' as const],
    );
    const until = this.#clock.now + random.duration(minute, 2 * day);
    const body = {
      by: random.pick(['ann', 'bo']),
      reason: 'seen',
      ...(update === 'snoozeEscalation' && { until }),
    };
    this.#settledFrom = Math.max(this.#settledFrom, update === 'snoozeEscalation' ? until : this.#clock.now);
    this.#record.decidedAt.push(this.#clock.now);
    return this.#command(update, () => this.#api.decide(update, random.uuid(), body));
  }

  /** A person has heard of a chargeback elsewhere. */
  #note(): Promise<void> {
    const key = this.#random.uuid();
    const body = { code: 'chargeback', by: 'ann', reason: 'the bank called' } as const;
    this.#settledFrom = Math.max(this.#settledFrom, this.#clock.now);
    return this.#command('note', () => this.#api.note(key, body));
  }

  #report(law: string, what: string): void {
    const violation: Violation = { law, what, at: this.#clock.now };
    const known = knownAs(violation, this.#plan.world.hooks.name);
    if (known) this.#known.add(known.name);
    else if (!this.#violations.some((other) => other.law === law)) this.#violations.push(violation);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
