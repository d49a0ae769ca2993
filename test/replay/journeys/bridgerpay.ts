import { deepStrictEqual } from 'node:assert';
import type { Order, TimelineView } from '../../../src/domain/order/view.ts';
import { orderId } from '../../../src/workflows/contract/ids.ts';
import { hookToken, type Service } from '../../support/service.ts';
import { fastForward } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';
import type { Journey } from './journey.ts';

const minute = 60_000;

export const bridgerpay: readonly Journey[] = [
  {
    kind: 'bridgerpay-deposit',
    name: 'declined-then-approved',
    async play(service) {
      const order = await openOrder(service, 'deposit');
      await order.register();
      for (const action of ['init', 'decline', 'new_attempt', 'approve', 'close']) await order.act(action);
      await order.until(({ status }) => status === 'captured');
      await order.recheck();
      return order.id;
    },
  },
  {
    kind: 'bridgerpay-deposit',
    name: 'forged-approval',
    async play(service) {
      const order = await openOrder(service, 'deposit');
      await order.register();
      await order.act('init');
      await order.control('/hooks', { type: 'approved' });
      await order.untilHint('approved');
      await fastForward(service.temporal.client, order.id, 10 * minute);
      const { status, findings } = await order.read();
      deepStrictEqual([status, findings.map(({ code }) => code)], ['created', ['contradiction']]);
      return order.id;
    },
  },
  {
    // BridgerPay has no refunds to read: notifications are counted, about a payment that a read has proven.
    kind: 'bridgerpay-refund',
    name: 'refunded-in-parts',
    async play(service) {
      const order = await openOrder(service, 'deposit');
      await order.register();
      await order.act('approve');
      await order.until(({ status }) => status === 'captured');
      await order.act('refund', { amount: '5.00' });
      await order.until(({ amounts }) => amounts.refunded === 500);
      await order.act('refund');
      await order.until(({ status }) => status === 'refunded');
      await order.recheck();
      return order.id;
    },
  },
  {
    kind: 'bridgerpay-refund',
    name: 'refund-of-an-unknown-payment',
    async play(service) {
      const order = await openOrder(service, 'deposit');
      await order.act('approve');
      await order.until(({ status }) => status === 'captured');
      const overrides = { data: { charge: { id: 'elsewhere', psp_order_id: 'elsewhere' } } };
      await order.control('/hooks', { type: 'refunded', overrides });
      await order.untilHint('refunded');
      await fastForward(service.temporal.client, order.id, 10 * minute);
      const { status, findings } = await order.read();
      deepStrictEqual([status, findings.map(({ code }) => code)], ['captured', ['refund_claimed']]);
      return order.id;
    },
  },
  {
    kind: 'payout',
    name: 'paid-out',
    async play(service) {
      const order = await openOrder(service, 'payout');
      await order.register();
      await order.act('pay');
      await order.act('approve');
      await order.until(({ status }) => status === 'paid_out');
      await order.recheck();
      return order.id;
    },
  },
  {
    kind: 'payout',
    name: 'declined',
    async play(service) {
      const order = await openOrder(service, 'payout');
      await order.act('pay');
      await order.act('decline');
      await order.until(({ status }) => status === 'rejected');
      await order.recheck();
      return order.id;
    },
  },
];

/** An order at the sandbox, and what the service knows of it. */
async function openOrder(service: Service, kind: 'deposit' | 'payout') {
  const key = 'order-1';
  const id = orderId('acme-eu', kind, key)!;
  const path = `/v1/orders/${encodeURIComponent(id)}`;
  await control(service, '/orders', {
    orderId: key,
    kind,
    amount: '22.96',
    currency: 'EUR',
    hookUrl: `${service.url}/hooks/acme-eu/${hookToken}`,
  });
  const ask = (rest: string, body: unknown) => control(service, `/orders/${key}${rest}?kind=${kind}`, body);
  const order = {
    id,
    control: ask,
    act: (action: string, more: object = {}) => ask('/actions', { action, ...more }),
    read: async () => (await service.call('GET', path)).body,
    async register(): Promise<void> {
      const expected = { amount: 2_296, currency: 'EUR' };
      const { status } = await service.call('POST', '/v1/orders', {
        account: 'acme-eu',
        orderId: key,
        kind,
        expected,
      });
      deepStrictEqual(status, 201);
    },
    /** Waits, by the API's own wait, until the order is as asked. */
    async until(isSo: (order: Order) => boolean): Promise<void> {
      for (;;) {
        const { status, body } = await service.call('GET', path);
        if (status === 200 && isSo(body)) return;
        if (status === 200) await service.call('GET', `${path}?after=${body.sequence}&wait=100ms`);
      }
    },
    /** Waits until a hook of this event is in the timeline: a clock that is moved before would pass it by. */
    async untilHint(event: string): Promise<void> {
      await until(
        () => service.call('GET', `${path}/timeline`),
        ({ body }) =>
          (body as Partial<TimelineView>).entries?.some(
            ({ kind: what, summary }) => what === 'hook' && summary.includes(event),
          ) ?? false,
      );
    },
    /** Returns when the read that it asks for was made. */
    async recheck(): Promise<void> {
      const before = await order.read();
      await service.call('POST', `${path}/recheck`);
      await order.until(({ verified }) => verified?.at !== before.verified?.at);
    },
  };
  return order;
}

async function control(service: Service, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${service.sandbox.url}/sandbox/bridgerpay${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
