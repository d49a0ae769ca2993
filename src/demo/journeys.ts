import type { Order } from '../domain/view.ts';
import type { Shop } from './shop.ts';

/** One demo order: what happens to it, and what must be true in the end. */
export interface Journey {
  readonly name: string;
  /** Plays it and answers the session. */
  play(shop: Shop): Promise<string>;
  /** Whether the order is where it should be. */
  isDone(order: Order): boolean;
}

const amount = 30_000;

/** The demo's orders. Each starts as a shop would: open a session, register the order, let the shopper pay. */
export const journeys: readonly Journey[] = [
  journey('happy path', hasStatus('captured'), async (shop, session) => {
    await pay(shop, session, 'placed');
    await shop.act(session, 'capture');
  }),
  journey('auto-captured', hasStatus('captured'), async (shop, session) => {
    await shop.act(session, 'complete', { method: 'Card' });
    await shop.act(session, 'approve', { autoCapture: true });
  }),
  journey('partial capture, partial refund', hasStatus('partially_refunded'), async (shop, session) => {
    await pay(shop, session, 'placed');
    await shop.act(session, 'capture', { amount: 20_000 });
    await shop.until(session, 'partially_captured');
    await shop.act(session, 'refund', { amount: 5_000 });
  }),
  journey('rejected', hasStatus('rejected'), async (shop, session) => {
    await shop.act(session, 'complete');
    await shop.until(session, 'pending');
    await shop.act(session, 'reject');
  }),
  journey('cancelled', hasStatus('cancelled'), async (shop, session) => {
    await pay(shop, session, 'placed');
    await shop.act(session, 'cancel');
  }),
  journey('storm of 200 duplicates', hasStatus('placed'), async (shop, session) => {
    await shop.act(session, 'complete', { hooks: false });
    await shop.act(session, 'approve', { hooks: false });
    const hook = { event: 'order_status', status: 'order_approved_not_captured' };
    await shop.forge(session, { ...hook, copies: 200, concurrency: 50 });
  }),
  journey(
    'shuffled: capture before approval',
    hasStatus('captured'),
    async (shop, session) => {
      await shop.act(session, 'complete');
      await shop.act(session, 'approve');
      await shop.act(session, 'capture');
    },
    { hooksPlan: { order: 'reversed', holdMs: 1_000, copies: 2 } },
  ),
  journey('all hooks lost', hasStatus('placed'), async (shop, session) => {
    await shop.act(session, 'complete', { hooks: false });
    await shop.act(session, 'approve', { hooks: false });
  }),
  journey(
    'stuck in pending',
    (order) => order.status === 'pending' && (order.escalation?.level ?? 0) >= 2,
    async (shop, session) => {
      await shop.act(session, 'complete');
    },
  ),
  journey('forged approval', isContradicted, async (shop, session) => {
    await shop.act(session, 'complete');
    await shop.until(session, 'pending');
    await shop.forge(session, { event: 'order_status', status: 'order_approved_not_captured' });
  }),
  journey(
    'provider in trouble',
    hasStatus('placed'),
    async (shop, session) => {
      await pay(shop, session, 'placed');
    },
    {
      faults: [
        { kind: 'status', status: 503, times: 2 },
        { kind: 'truncated', times: 1 },
      ],
    },
  ),
];

function journey(
  name: string,
  isDone: Journey['isDone'],
  play: (shop: Shop, session: string) => Promise<void>,
  settings: Record<string, unknown> = {},
): Journey {
  return {
    name,
    isDone,
    async play(shop) {
      const reference = `demo-${name.replace(/[^a-z0-9]+/g, '-')}`;
      const session = await shop.openSession({ reference, amount, ...settings });
      await shop.register(session, reference, amount);
      await play(shop, session);
      return session;
    },
  };
}

async function pay(shop: Shop, session: string, until: Order['status']): Promise<void> {
  await shop.act(session, 'complete');
  await shop.act(session, 'approve');
  await shop.until(session, until);
}

function hasStatus(status: Order['status']): Journey['isDone'] {
  return (order) => order.status === status;
}

function isContradicted(order: Order): boolean {
  return order.status === 'pending' && order.findings.some(({ code }) => code === 'contradiction');
}
