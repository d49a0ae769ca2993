import { setTimeout as delay } from 'node:timers/promises';
import { accounts } from '../../chaos/plan/types.ts';
import { apiKey, hookToken } from '../../chaos/site/config.ts';
import { briqpayControls, currencies, sendJson } from '../../../demo/provider-controls.ts';
import { createShop } from '../../../demo/shop.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import type { Site } from '../site/site.ts';
import type { Canaries } from './canaries.ts';

/** An order whose every way in has brought canaries. */
export interface Planted {
  /** The key that was current when it began. */
  readonly began: string;
  readonly id: string;
  readonly session: string;
  readonly reference: string;
}

// A machine that others share has been seen to take two minutes for a task after the load.
const patienceMs = 240_000;

/** Opens and registers an order that stays pending; its session, its hooks and its terms have canaries. Resolves when all is taken. */
export async function plant(site: Site, canaries: Canaries, began: string): Promise<Planted> {
  const { dropped, kept, amount } = canaries;
  const desk = deskOf(site);
  const reference = canaries.reference(began);
  // Further references come back in every read and in every hook.
  const session = await desk.open(reference, amount, { references: { note: dropped.note } });
  const terms = { reference, method: kept.method, expected: { amount, currency: currencies.briqpay } };
  await untilDone(() =>
    sendJson(
      'POST',
      `${site.api}/v1/orders`,
      { account: desk.account, sessionId: session, ...terms },
      bearer,
    ),
  );
  await desk.act(session, 'complete');
  const hook = { event: 'order_status', status: kept.status, customer: dropped.name, email: dropped.email };
  await untilDone(() => sendJson('POST', hookUrlOf(site), { ...hook, sessionId: session }));
  return { began, id: `${desk.account}:${session}`, session, reference };
}

/** A person takes the escalation on, which comes in some twenty seconds; the name and the reason are canaries. */
export async function acknowledge(site: Site, { id, session }: Planted, { kept }: Canaries): Promise<void> {
  await untilSo(site, session, ({ escalation }) => escalation !== null);
  const url = `${site.api}/v1/orders/${encodeURIComponent(id)}/escalation/acknowledge`;
  await untilDone(() => sendJson('POST', url, { by: kept.by, reason: kept.reason }, bearer));
}

/** The provider approves it and captures it; resolves when the order says so. */
export async function finish(site: Site, { session }: Planted, { kept }: Canaries): Promise<void> {
  const desk = deskOf(site);
  await desk.act(session, 'approve');
  await desk.act(session, 'capture', { captureId: kept.captureId });
  await untilSo(site, session, ({ status }) => status === 'captured');
}

const bearer = { authorization: `Bearer ${apiKey}` };

function hookUrlOf({ api }: Site): string {
  return `${api}/hooks/${accounts.briqpay}/${hookToken}`;
}

function deskOf(site: Site) {
  return briqpayControls(site.sandbox, accounts.briqpay, hookUrlOf(site));
}

/** Looks until the order is so. */
async function untilSo(site: Site, session: string, isSo: (order: Order) => boolean): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let last: unknown;
  for (; Date.now() < deadline; await delay(300)) {
    const shop = createShop({ apiUrl: site.api, apiKey, controls: deskOf(site), timeoutMs: patienceMs });
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

/** A site under load may have to be asked again. */
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
