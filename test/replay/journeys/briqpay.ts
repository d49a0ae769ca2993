import { deepStrictEqual } from 'node:assert';
import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import { signals } from '../../../src/workflows/contract/messages.ts';
import { orderIdOf, type Service } from '../../support/service.ts';
import type { Journey } from './journey.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const briqpay: readonly Journey[] = [
  {
    kind: 'briqpay',
    name: 'happy-path',
    async play(service) {
      const session = await placedOrder(service);
      await service.act(session, 'capture');
      await service.until(session, hasStatus('captured'));
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'auto-captured',
    async play(service) {
      const session = await registeredOrder(service);
      await service.act(session, 'complete', { method: 'Card' });
      await service.act(session, 'approve', { autoCapture: true });
      await service.until(session, hasStatus('captured'));
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'partial-capture-and-refund',
    async play(service) {
      const session = await placedOrder(service);
      await service.act(session, 'capture', { amount: 20_000 });
      await service.until(session, hasStatus('partially_captured'));
      await service.act(session, 'capture', { amount: 10_000, status: 'rejected' });
      await service.forward(session, hour);
      deepStrictEqual((await service.order(session)).escalation?.reasons, ['capture_failed']);
      await service.act(session, 'refund', { amount: 5_000 });
      await service.until(session, hasStatus('partially_refunded'));
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'rejected',
    async play(service) {
      const session = await pendingOrder(service);
      await service.act(session, 'reject');
      await service.until(session, hasStatus('rejected'));
      await forwardToTheEnd(service, session, 8 * day);
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'cancelled',
    async play(service) {
      const session = await placedOrder(service);
      await service.act(session, 'cancel');
      await service.until(session, hasStatus('cancelled'));
      await forwardToTheEnd(service, session, 8 * day);
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'storm-of-duplicates',
    async play(service) {
      const session = await service.openSession();
      await service.act(session, 'complete', { hooks: false });
      await service.act(session, 'approve', { hooks: false });
      const hook = { event: 'order_status', status: 'order_approved_not_captured' };
      await service.control('POST', `/sessions/${session}/hooks`, { ...hook, copies: 200, concurrency: 50 });
      await service.until(session, hasStatus('placed'));
      // Copies that get past the server's own dedupe, before and after the read that confirms them.
      const hint: Hint = { id: 'storm', ...hook, claim: { of: 'payment', status: 'approved' } };
      const handle = handleOf(service, session);
      await Promise.all(Array.from({ length: 20 }, () => handle.signal(signals.hint, hint)));
      await recheck(service, session);
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'shuffled',
    async play(service) {
      const session = await registeredOrder(service, {
        hooksPlan: { order: 'reversed', holdMs: 300, copies: 2 },
      });
      await service.act(session, 'complete');
      await service.act(session, 'approve');
      await service.act(session, 'capture');
      await service.until(session, hasStatus('captured'));
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'hooks-lost',
    async play(service) {
      const session = await registeredOrder(service, { hooksPlan: { drop: true } });
      await service.act(session, 'complete');
      await service.forward(session, 2 * minute);
      await service.act(session, 'approve');
      await service.forward(session, 10 * minute);
      deepStrictEqual((await service.order(session)).status, 'placed');
      await service.act(session, 'capture');
      await service.forward(session, 2 * hour);
      deepStrictEqual((await service.order(session)).status, 'captured');
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'stuck-in-pending',
    options: () => ({ account: 'pending: { recheck: [1m, 5m, 15m, 1h, 1d] }' }),
    async play(service) {
      const session = await pendingOrder(service);
      await service.forward(session, 16 * minute);
      await decide(service, session, 'acknowledge', { reason: 'looking' });
      await service.forward(session, 2 * hour);
      const until = new Date(Date.now() + 2 * day).toISOString();
      await decide(service, session, 'snooze', { reason: 'asked the bank', until });
      await service.forward(session, 3 * day);
      deepStrictEqual((await service.order(session)).escalation?.level, 3);
      await decide(service, session, 'resolve', { reason: 'goods kept back' });
      await service.act(session, 'approve');
      await service.until(session, hasStatus('placed'));
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'forged-approval',
    async play(service) {
      const session = await pendingOrder(service);
      const forged = { event: 'order_status', status: 'order_approved_not_captured', sessionId: session };
      await service.hook(forged);
      await service.forward(session, 10 * minute);
      deepStrictEqual(
        (await service.order(session)).findings.map(({ code }) => code),
        ['contradiction'],
      );
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'foreign-session',
    async play(service) {
      const session = 'ffffffff-0000-4000-8000-000000000000';
      await service.hook({ event: 'order_status', status: 'order_pending', sessionId: session });
      await service.forward(session, 8 * minute);
      await forwardToTheEnd(service, session, 20 * minute);
      deepStrictEqual((await service.order(session)).findings[0]?.code, 'foreign_session');
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'reads-failing-then-recovering',
    async play(service) {
      const session = await pendingOrder(service);
      const faults = [
        { kind: 'status', status: 503, times: 7 },
        { kind: 'truncated', times: 2 },
      ];
      await service.control('PUT', `/sessions/${session}/faults`, faults);
      await service.act(session, 'approve');
      await service.until(session, ({ unverifiedSince }) => unverifiedSince !== null);
      await service.forward(session, hour);
      deepStrictEqual((await service.order(session)).status, 'placed');
      await recheck(service, session);
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'register-after-the-hook',
    async play(service) {
      const session = await service.openSession();
      await service.act(session, 'complete');
      await service.until(session, hasStatus('pending'));
      await service.register(session, { expected: { amount: 29_900, currency: 'SEK' } });
      await service.act(session, 'approve');
      await service.until(session, hasStatus('placed'));
      deepStrictEqual((await service.order(session)).findings[0]?.code, 'amount_mismatch');
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'closed-and-reopened',
    options: () => ({ account: 'closeAfter: 1m' }),
    async play(service) {
      const session = await pendingOrder(service);
      await service.act(session, 'reject');
      await service.until(session, hasStatus('rejected'));
      await forwardToTheEnd(service, session, 15 * minute);
      await service.hook({ event: 'dispute_status', status: 'opened', sessionId: session });
      await forwardToTheEnd(service, session, hour);
      return orderIdOf(session);
    },
  },
  {
    kind: 'briqpay',
    name: 'continue-as-new',
    longestHistory: 70,
    async play(service) {
      const session = await pendingOrder(service);
      const handle = handleOf(service, session);
      const first = (await handle.describe()).runId;
      const hint = {
        event: 'order_status',
        status: 'order_pending',
        claim: { of: 'payment', status: 'pending' },
      } as const;
      await Promise.all(
        Array.from({ length: 70 }, (_, index) =>
          handle.signal(signals.hint, { id: `burst-${index}`, ...hint }),
        ),
      );
      await service.forward(session, 16 * minute);
      await service.act(session, 'approve');
      await service.until(session, hasStatus('placed'));
      deepStrictEqual((await handle.describe()).runId === first, false);
      return orderIdOf(session);
    },
  },
];

async function registeredOrder(service: Service, settings: Record<string, unknown> = {}): Promise<string> {
  const session = await service.openSession({ reference: '1000123', ...settings });
  await service.register(session);
  return session;
}

async function pendingOrder(service: Service): Promise<string> {
  const session = await registeredOrder(service);
  await service.act(session, 'complete');
  await service.until(session, hasStatus('pending'));
  return session;
}

async function placedOrder(service: Service): Promise<string> {
  const session = await pendingOrder(service);
  await service.act(session, 'approve');
  await service.until(session, hasStatus('placed'));
  return session;
}

async function decide(
  service: Service,
  session: string,
  verb: string,
  body: Record<string, unknown>,
): Promise<void> {
  const path = `/v1/orders/${orderIdOf(session)}/escalation/${verb}`;
  const { status } = await service.call('POST', path, { by: 'ada', ...body });
  deepStrictEqual([verb, status], [verb, 200]);
}

/** Returns when the read that it asks for was made. */
async function recheck(service: Service, session: string): Promise<void> {
  const before = await service.order(session);
  await service.call('POST', `/v1/orders/${orderIdOf(session)}/recheck`);
  await service.until(session, ({ verified }) => verified?.at !== before.verified?.at);
}

/** Moves the clock until the run has closed: a clock cannot be moved past the end, so its own answer tells nothing. */
async function forwardToTheEnd(service: Service, session: string, ms: number): Promise<void> {
  await service.forward(session, ms).catch(() => undefined);
  deepStrictEqual((await handleOf(service, session).describe()).status.name, 'COMPLETED');
}

function handleOf({ temporal }: Service, session: string) {
  return temporal.client.workflow.getHandle(orderIdOf(session));
}

function hasStatus(status: Order['status']): (order: Order) => boolean {
  return (order) => order.status === status;
}
