import { setTimeout as delay } from 'node:timers/promises';
import { accounts } from '../../chaos/plan/types.ts';
import { apiKey, hookToken } from '../../chaos/cluster/config.ts';
import { briqpayControls, currencies, sendJson } from '../../../demo/provider-controls.ts';
import { createShop } from '../../../demo/shop.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Canaries } from './canaries.ts';

/** An order that has canaries from every source: session, registration, hook, decision. */
export interface Planted {
  /** The key that was current when it began. */
  readonly began: string;
  readonly id: string;
  readonly session: string;
  readonly reference: string;
}

// A busy machine has taken two minutes for a task after the load.
const patienceMs = 240_000;

/** Opens and registers an order that stays pending; its session, its hooks and its terms have canaries. Resolves when all is taken. */
export async function plant(cluster: Cluster, canaries: Canaries, began: string): Promise<Planted> {
  const { dropped, kept, amount } = canaries;
  const controls = controlsOf(cluster);
  const reference = canaries.reference(began);
  // Further references come back in every read and in every hook.
  const session = await controls.open(reference, amount, { references: { note: dropped.note } });
  const terms = { reference, method: kept.method, expected: { amount, currency: currencies.briqpay } };
  await untilDone(() =>
    sendJson(
      'POST',
      `${cluster.api}/v1/orders`,
      { account: controls.account, sessionId: session, ...terms },
      bearer,
    ),
  );
  await controls.act(session, 'complete');
  const hook = { event: 'order_status', status: kept.status, customer: dropped.name, email: dropped.email };
  await untilDone(() => sendJson('POST', hookUrlOf(cluster), { ...hook, sessionId: session }));
  return { began, id: `${controls.account}:${session}`, session, reference };
}

/** A person takes the escalation on, which comes in some twenty seconds; the name and the reason are canaries. */
export async function acknowledge(
  cluster: Cluster,
  { id, session }: Planted,
  { kept }: Canaries,
): Promise<void> {
  await untilSo(cluster, session, ({ escalation }) => escalation !== null);
  const url = `${cluster.api}/v1/orders/${encodeURIComponent(id)}/escalation/acknowledge`;
  await untilDone(() => sendJson('POST', url, { by: kept.by, reason: kept.reason }, bearer));
}

/** The provider approves it and captures it; resolves when the order says so. */
export async function finish(cluster: Cluster, { session }: Planted, { kept }: Canaries): Promise<void> {
  const controls = controlsOf(cluster);
  await controls.act(session, 'approve');
  await controls.act(session, 'capture', { captureId: kept.captureId });
  await untilSo(cluster, session, ({ status }) => status === 'captured');
}

const bearer = { authorization: `Bearer ${apiKey}` };

function hookUrlOf({ api }: Cluster): string {
  return `${api}/hooks/${accounts.briqpay}/${hookToken}`;
}

function controlsOf(cluster: Cluster) {
  return briqpayControls(cluster.sandbox, accounts.briqpay, hookUrlOf(cluster));
}

/** Looks until the order is as wanted. */
async function untilSo(cluster: Cluster, session: string, isSo: (order: Order) => boolean): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let last: unknown;
  for (; Date.now() < deadline; await delay(300)) {
    const shop = createShop({
      apiUrl: cluster.api,
      apiKey,
      controls: controlsOf(cluster),
      timeoutMs: patienceMs,
    });
    try {
      const order = await shop.order(session);
      if (order && isSo(order)) return;
      last = order?.status;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`an order with canaries did not get on: ${String(last)}`);
}

const tries = 40;

/** Asks again where a cluster under load refuses. */
async function untilDone(ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (attempt === tries) throw error;
      await delay(500);
    }
  }
}
