import { setTimeout as delay } from 'node:timers/promises';
import type { Ledger } from '../ledger.ts';
import type { Plan, PlannedDelivery, PlannedKill, PlannedOrder, PlannedFault } from '../plan/types.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { apiKey, hookToken } from '../cluster/config.ts';
import { createCaller } from './caller.ts';
import type { CallLine } from './calls.ts';
import { playDue, type Due } from './clock.ts';
import { providerControls } from './provider.ts';
import { wireHook, wireQuery, type KnownPayment } from './wire.ts';

/** How far a run has come. */
export interface Progress {
  deliveries: number;
  kills: number;
  /** Calls on their way. */
  underWay: number;
}

/** What the driver knows in the end, beside its ledger. */
export interface Driven {
  /** The key of each order at the provider, by the order's index. */
  readonly keys: readonly string[];
  /** Deliveries that were given up. */
  readonly givenUp: number;
}

export interface DriveOptions {
  readonly plan: Plan;
  /** Its `api` is asked for with every call: there may be several. */
  readonly cluster: Pick<Cluster, 'api' | 'sandbox' | 'kill' | 'fail' | 'calm'>;
  readonly ledger: Ledger<CallLine>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Plays a plan: what happens at the provider, the hooks, the shop, the people, the kills, the faults of links. */
export async function drive({ plan, cluster, ledger, progress, signal }: DriveOptions): Promise<Driven> {
  const controls = providerControls(cluster.sandbox);
  const send = createCaller(ledger);
  const payments = plan.orders.map((order) => new Payment(order));
  // The last disturbance is over: what is tried again from now on is tried on a cluster at rest.
  const disturbances = plan.kills.length + plan.faults.length;
  let over = 0;
  let givenUp = 0;

  const call = async (outgoing: Parameters<typeof send>[0]) => {
    progress.underWay += 1;
    return send(outgoing).finally(() => (progress.underWay -= 1));
  };

  async function step(payment: Payment, index: number): Promise<void> {
    const { order } = payment;
    await payment.inTurn(index, async (known) => {
      await controls.take(order, known, order.steps[index]!);
      return controls.look(order, known);
    });
  }

  async function deliver({ id, hook: hookId, method, tries }: PlannedDelivery): Promise<void> {
    const hook = plan.hooks[hookId]!;
    const payment = payments[hook.order]!;
    const known = await payment.after(hook.step);
    const body = wireHook(payment.order, hook, known);
    const url = `${cluster.api}/hooks/${payment.order.account}/${hookToken}`;
    const told = { kind: 'hook', order: hook.order, hook: hookId, delivery: id } as const;
    const request = method === 'GET' ? { method, url: `${url}?${wireQuery(body)}` } : { method, url, body };
    for (let attempt = 1; ; attempt++) {
      const { status } = await call({ ...told, ...request, attempt });
      if (status !== undefined && status < 500 && status !== 429) break;
      if (tries !== 'endless' && attempt >= tries) {
        givenUp += 1;
        break;
      }
      await delay(pauseAfter(attempt), undefined, { signal });
    }
    progress.deliveries += 1;
  }

  async function register({ order }: Payment, known: KnownPayment): Promise<void> {
    const { account, provider, kind, amount, currency, registration } = order;
    const body = {
      account,
      ...(provider === 'briqpay' ? { sessionId: known.key } : { orderId: known.key, kind }),
      reference: registration!.reference,
      expected: { amount, currency },
    };
    for (let attempt = 1; ; attempt++) {
      const told = { kind: 'register', order: order.index, attempt } as const;
      const { status } = await call({
        ...told,
        method: 'POST',
        url: `${cluster.api}/v1/orders`,
        headers,
        body,
      });
      if (status !== undefined && status < 500) return;
      await delay(pauseAfter(attempt), undefined, { signal });
    }
  }

  /** A person who finds nothing to decide looks again, and then leaves it. */
  async function act({ order }: Payment, known: KnownPayment, name: string): Promise<void> {
    const path = name === 'recheck' ? name : `escalation/${name}`;
    const url = `${cluster.api}/v1/orders/${encodeURIComponent(orderIdOf(order, known.key))}/${path}`;
    const body = name === 'recheck' ? {} : { body: { by: `kim-${order.index}`, reason: 'chaos' } };
    for (let attempt = 1; attempt <= 8; attempt++) {
      const told = { kind: 'person', order: order.index, act: name, attempt } as const;
      const key = { 'idempotency-key': `${name}-${order.index}` };
      const { status } = await call({
        ...told,
        method: 'POST',
        url,
        headers: { ...headers, ...key },
        ...body,
      });
      if (status !== undefined && status < 300) return;
      await delay(pauseAfter(attempt), undefined, { signal });
    }
  }

  /** Asks for rechecks until the plan says that it is enough. */
  async function rush({ order }: Payment, known: KnownPayment): Promise<void> {
    const { at, until, most } = order.rush!;
    const endsAt = Date.now() + until - at;
    const id = encodeURIComponent(orderIdOf(order, known.key));
    let asked = 0;
    const lane = async () => {
      while (Date.now() < endsAt && asked < most) {
        const attempt = (asked += 1);
        const told = { kind: 'person', order: order.index, act: 'rush', attempt } as const;
        const key = { 'idempotency-key': `rush-${attempt}` };
        const url = `${cluster.api}/v1/orders/${id}/recheck`;
        const { status } = await call({ ...told, method: 'POST', url, headers: { ...headers, ...key } });
        if (status !== 202) await delay(200, undefined, { signal });
      }
    };
    await Promise.all(Array.from({ length: rushAtOnce }, lane));
  }

  async function kill(planned: PlannedKill): Promise<void> {
    await cluster.kill(planned);
    progress.kills += 1;
    await rest();
  }

  async function fail(planned: PlannedFault): Promise<void> {
    await cluster.fail(planned);
    await rest();
  }

  async function rest(): Promise<void> {
    over += 1;
    if (over === disturbances) await cluster.calm();
  }

  const due: Due[] = [
    ...payments.map((payment) => ({
      at: payment.order.openAt,
      run: () => payment.open(() => controls.open(payment.order)),
    })),
    ...payments.flatMap((payment) =>
      payment.order.steps.map(({ at }, index) => ({ at, run: () => step(payment, index) })),
    ),
    ...payments.flatMap((payment) => {
      const { registration, people, rush: hurry } = payment.order;
      return [
        ...(hurry ? [{ at: hurry.at, run: async () => rush(payment, await payment.after(0)) }] : []),
        ...(registration
          ? [{ at: registration.at, run: async () => register(payment, await payment.after(-1)) }]
          : []),
        ...people.map((person) => ({
          at: person.at,
          run: async () => act(payment, await payment.after(-1), person.act),
        })),
      ];
    }),
    ...plan.deliveries.map((delivery) => ({ at: delivery.at, run: () => deliver(delivery) })),
    ...plan.kills.map((planned) => ({ at: planned.at, run: () => kill(planned) })),
    ...plan.faults.map((planned) => ({ at: planned.at, run: () => fail(planned) })),
  ];
  await playDue(due, { isCrowded: () => progress.underWay > crowd, signal });
  const keys = await Promise.all(payments.map(async (payment) => (await payment.after(-1)).key));
  return { keys, givenUp };
}

const crowd = 250;
// The server takes ten updates of one workflow at once.
const rushAtOnce = 8;
const headers = { authorization: `Bearer ${apiKey}` };

/** The id of an order, as the contract derives it. */
export function orderIdOf({ account, kind }: Pick<PlannedOrder, 'account' | 'kind'>, key: string): string {
  return `${account}:${kind === 'payout' ? 'payout:' : ''}${encodeURIComponent(key)}`;
}

/** As a provider would, but in seconds. */
function pauseAfter(attempt: number): number {
  return [400, 1_000, 2_500, 4_000][attempt - 1] ?? 5_000;
}

/** One payment at the provider: its steps are taken one after another, and hooks wait for the step they tell of. */
class Payment {
  readonly order: PlannedOrder;
  readonly #taken: Deferred[];
  #last: Promise<KnownPayment>;

  constructor(order: PlannedOrder) {
    this.order = order;
    this.#taken = Array.from({ length: order.steps.length + 1 }, () => new Deferred());
    this.#last = this.#taken[0]!.promise;
  }

  async open(open: () => Promise<KnownPayment>): Promise<void> {
    this.#taken[0]!.resolve(await open());
  }

  async inTurn(step: number, take: (known: KnownPayment) => Promise<KnownPayment>): Promise<void> {
    this.#last = this.#last.then(take);
    this.#taken[step + 1]!.resolve(await this.#last);
  }

  /** How it is known once this step was taken; -1 is its opening. */
  after(step: number): Promise<KnownPayment> {
    return this.#taken[step + 1]!.promise;
  }
}

class Deferred {
  readonly promise: Promise<KnownPayment>;
  resolve: (known: KnownPayment) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => (this.resolve = resolve));
  }
}
