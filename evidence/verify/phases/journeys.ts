import { setTimeout as delay } from 'node:timers/promises';
import { accounts } from '../../chaos/plan/types.ts';
import { apiKey, hookToken } from '../../chaos/cluster/config.ts';
import {
  bridgerpayControls,
  briqpayControls,
  sendJson,
  type ProviderControls,
} from '../../../demo/provider-controls.ts';
import { journeys } from '../../../demo/journeys.ts';
import { play } from '../../../demo/play.ts';
import { createShop } from '../../../demo/shop.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Verdicts } from '../verdict.ts';

const patienceMs = 60_000;
const part = 'end to end';

/** What a shop, a shopper and a person do on a quiet day, through both APIs. */
export async function playJourneys(cluster: Cluster, verdicts: Verdicts): Promise<void> {
  const hookUrl = (account: string) => `${cluster.api}/hooks/${account}/${hookToken}`;
  const controls = {
    briqpay: briqpayControls(cluster.sandbox, accounts.briqpay, hookUrl(accounts.briqpay)),
    bridgerpay: await bridgerpayControls(cluster.sandbox, accounts.bridgerpay, hookUrl(accounts.bridgerpay)),
  };
  for (const { name, problem } of await cluster.health())
    verdicts.add(part, `the health check of ${name} holds`, problem === undefined, problem ?? 'it does');
  await Promise.all([
    // Sweeps are as rare here as in production.
    ...journeys
      .filter(({ needsSweep }) => !needsSweep)
      .map(async (journey) => {
        const shop = createShop({
          apiUrl: cluster.api,
          apiKey,
          controls: controls[journey.provider],
          timeoutMs: patienceMs,
        });
        const { isAsExpected, order, problem } = await play(journey, shop, patienceMs);
        const seen = order
          ? `${order.status}${order.escalation ? `, level ${order.escalation.level}` : ''}`
          : '';
        verdicts.add(part, journey.name, isAsExpected, problem ?? seen);
      }),
    playEscalation(cluster, controls.briqpay, verdicts),
  ]);
  await lookAround(cluster, verdicts);
  // What comes next sends its hooks by itself.
  await sendJson('PUT', `${cluster.sandbox}/sandbox/bridgerpay/hook-url`, { url: null });
}

/** A payment stays pending; a person finds its escalation, acknowledges it and resolves it. */
async function playEscalation(
  cluster: Cluster,
  controls: ProviderControls,
  verdicts: Verdicts,
): Promise<void> {
  const shop = createShop({ apiUrl: cluster.api, apiKey, controls, timeoutMs: patienceMs });
  const key = await shop.open('verify-escalation', 30_000, 'SEK');
  const id = `${accounts.briqpay}:${key}`;
  const order = `${cluster.api}/v1/orders/${encodeURIComponent(id)}`;
  await shop.act(key, 'complete');
  const listed = await within(
    () => get<{ escalations: { id: string }[] }>(`${cluster.api}/v1/escalations`),
    (list) => list.escalations.some((each) => each.id === id),
  );
  verdicts.add(part, 'an order that stays pending is listed as escalated', listed !== undefined, id);
  const decide = async (what: string) =>
    (await sendJson('POST', `${order}/escalation/${what}`, { by: 'kim', reason: 'verify' }, bearer)) as Order;
  const acknowledged = await decide('acknowledge');
  const owner = acknowledged.escalation?.owner;
  verdicts.add(part, 'a person acknowledges it', owner === 'kim', `owner ${owner}`);
  const resolved = await decide('resolve');
  // It still holds, so the order says who resolved it.
  const { state, resolved: resolution } = resolved.escalation ?? {};
  const isResolved = state === 'resolved' && resolution?.by === 'kim';
  verdicts.add(part, 'and resolves it', isResolved, `${resolved.status}, ${state}`);
  const isGone = (list: { escalations: { id: string }[] }) =>
    !list.escalations.some((each) => each.id === id);
  const gone = await within(
    () => get<{ escalations: { id: string }[] }>(`${cluster.api}/v1/escalations`),
    isGone,
  );
  verdicts.add(part, 'then it is listed no more', gone !== undefined, gone ? 'gone' : 'still listed');
}

async function lookAround(cluster: Cluster, verdicts: Verdicts): Promise<void> {
  for (const api of cluster.apis) {
    const list = await get<{ orders: Order[] }>(`${api}/v1/orders?status=captured&limit=50`);
    const isGood = list.orders.length > 0 && list.orders.every(({ status }) => status === 'captured');
    verdicts.add(part, `a list by status, ${api}`, isGood, `${list.orders.length} captured`);
    const board = await fetch(`${api}/ops/sign-in`);
    const html = await board.text();
    const hasForm = board.status === 200 && html.includes('<form');
    verdicts.add(
      part,
      `the sign-in page of the board, ${api}`,
      hasForm,
      `${board.status}, ${html.length} characters`,
    );
    const ready = await fetch(`${api}/readyz`);
    verdicts.add(part, `/readyz, ${api}`, ready.ok, `${ready.status}`);
  }
  for (const { name, url } of cluster.metrics) {
    const scrape = await fetch(url);
    const lines = (await scrape.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const isGood = scrape.ok && lines.length > 10;
    verdicts.add(part, `metrics of ${name}, ${url}`, isGood, `${scrape.status}, ${lines.length} values`);
  }
  const namespaces = await fetch(`${cluster.ui}/api/v1/namespaces/payments`);
  const text = await namespaces.text();
  const kept = /"workflowExecutionRetentionTtl":\s*"(\d+)/.exec(text)?.[1];
  const isGood = namespaces.ok && Number(kept) === 720 * 3_600;
  const seen = isGood ? 'closed runs are kept for 720 h' : `${namespaces.status} ${text.slice(0, 200)}`;
  verdicts.add(part, 'the Temporal UI reaches the namespace', isGood, seen);
}

const bearer = { authorization: `Bearer ${apiKey}` };

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { headers: bearer });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

/** Looks until it holds; undefined where it does not in time. */
async function within<T>(look: () => Promise<T>, isSo: (found: T) => boolean): Promise<T | undefined> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const found = await look();
    if (isSo(found)) return found;
    await delay(250);
  }
  return undefined;
}
