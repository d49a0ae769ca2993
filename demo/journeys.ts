import type { Reason } from '../src/domain/escalation/reasons.ts';
import type { Order } from '../src/domain/order/view.ts';
import { currencies } from './provider-controls.ts';
import type { Shop } from './shop.ts';

/** One demo order: what happens to it, and how it must end. */
export interface Journey {
  readonly name: string;
  readonly provider: 'briqpay' | 'bridgerpay';
  /** Its end comes with a sweep, which must be frequent for it. */
  readonly needsSweep?: true;
  /** Performs the steps and answers the provider's key of the payment. */
  play(shop: Shop): Promise<string>;
  /** Whether the order has reached its expected state. */
  isExpected(order: Order): boolean;
}

const amount = 30_000;
const captureId = 'capture-1';

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
    await shop.waitForStatus(session, 'partially_captured');
    await shop.act(session, 'refund', { amount: 5_000 });
  }),
  journey('rejected', hasStatus('rejected'), async (shop, session) => {
    await shop.act(session, 'complete');
    await shop.waitForStatus(session, 'pending');
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
    { settings: { hooksPlan: { order: 'reversed', holdMs: 1_000, copies: 2 } } },
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
    await shop.waitForStatus(session, 'pending');
    await shop.forge(session, { event: 'order_status', status: 'order_approved_not_captured' });
  }),
  journey(
    'provider in trouble',
    hasStatus('placed'),
    async (shop, session) => {
      await pay(shop, session, 'placed');
    },
    {
      settings: {
        faults: [
          { kind: 'status', status: 503, times: 2 },
          { kind: 'truncated', times: 1 },
        ],
      },
    },
  ),
  journey('captured in full, then the capture fails', isCaptureFailed, async (shop, session) => {
    await pay(shop, session, 'placed');
    await shop.act(session, 'capture', { captureId, status: 'pending', hooks: false });
    // The provider's word is ahead of its own list, where the capture is pending.
    await shop.act(session, 'say', { word: 'captured_full' });
    await shop.forge(session, { event: 'capture_status', status: 'pending', captureId });
    await shop.waitUntil(session, ({ amounts }) => amounts.capturePending === amount);
    await shop.act(session, 'say', { word: null });
    await shop.act(session, 'settle_capture', { captureId, status: 'rejected' });
  }),
  sessionOfOneReference('paid twice, first session'),
  sessionOfOneReference('paid twice, second session'),
  bridgerpay('declined, then approved', hasStatus('captured'), async (shop, order) => {
    await shop.act(order, 'init');
    await shop.act(order, 'decline');
    await shop.act(order, 'new_attempt');
    await shop.act(order, 'approve');
    await shop.act(order, 'close');
  }),
  bridgerpay('two refunds of one amount', hasRefunded(10_000), async (shop, order) => {
    await shop.act(order, 'approve');
    await shop.waitForStatus(order, 'captured');
    await shop.act(order, 'refund', { amount: 5_000 });
    await shop.act(order, 'refund', { amount: 5_000 });
  }),
  bridgerpay('approved for less than asked', hasFinding('amount_mismatch'), async (shop, order) => {
    await shop.act(order, 'approve', { amount: 20_000 });
  }),
  bridgerpay('declined, then held for a person', isHeld, async (shop, order) => {
    await shop.act(order, 'decline');
    await shop.waitForStatus(order, 'rejected');
    await shop.act(order, 'new_attempt');
    await shop.act(order, 'hold');
  }),
  bridgerpay('captured, then voided', isTakenBack, async (shop, order) => {
    await shop.act(order, 'approve');
    await shop.waitForStatus(order, 'captured');
    await shop.act(order, 'void');
  }),
];

interface JourneyOptions {
  /** Of the payment at the sandbox. */
  readonly settings?: Record<string, unknown>;
  readonly provider?: Journey['provider'];
  /** By default the order's own. */
  readonly reference?: string;
  readonly needsSweep?: true;
}

function journey(
  name: string,
  isExpected: Journey['isExpected'],
  play: (shop: Shop, key: string) => Promise<void>,
  { settings = {}, provider = 'briqpay', reference = referenceOf(name), needsSweep }: JourneyOptions = {},
): Journey {
  return {
    name: `${provider === 'briqpay' ? 'Briqpay' : 'BridgerPay'}: ${name}`,
    provider,
    isExpected,
    ...(needsSweep && { needsSweep }),
    async play(shop) {
      const key = await shop.open(reference, amount, currencies[provider], settings);
      await play(shop, key);
      return key;
    },
  };
}

function referenceOf(name: string): string {
  return `demo-${name.replace(/[^a-z0-9]+/g, '-')}`;
}

/** The shop opened a second session for one cart, and the shopper paid both: each order must name the other. */
function sessionOfOneReference(name: string): Journey {
  const play = async (shop: Shop, session: string) => {
    await pay(shop, session, 'placed');
    await shop.act(session, 'capture');
  };
  return journey(name, hasReason('double_payment'), play, { reference: 'demo-paid-twice', needsSweep: true });
}

async function pay(shop: Shop, session: string, until: Order['status']): Promise<void> {
  await shop.act(session, 'complete');
  await shop.act(session, 'approve');
  await shop.waitForStatus(session, until);
}

function hasStatus(status: Order['status']): Journey['isExpected'] {
  return (order) => order.status === status;
}

function isContradicted(order: Order): boolean {
  return order.status === 'pending' && order.findings.some(({ code }) => code === 'contradiction');
}

function bridgerpay(
  name: string,
  isExpected: Journey['isExpected'],
  play: (shop: Shop, key: string) => Promise<void>,
): Journey {
  return journey(name, isExpected, play, { provider: 'bridgerpay' });
}

function hasRefunded(refunded: number): Journey['isExpected'] {
  return (order) => order.amounts.refunded === refunded;
}

function hasFinding(code: string): Journey['isExpected'] {
  return (order) => order.findings.some((finding) => finding.code === code);
}

/** The capture was rejected: nothing is captured, whatever the provider's word had said, and a person hears of it. */
function isCaptureFailed(order: Order): boolean {
  return order.status === 'placed' && order.amounts.captured === 0 && hasReason('capture_failed')(order);
}

function isHeld(order: Order): boolean {
  return order.status === 'pending' && hasReason('on_hold')(order);
}

function isTakenBack(order: Order): boolean {
  return order.amounts.captured === 0 && hasReason('money_taken_back')(order);
}

function hasReason(code: Reason): Journey['isExpected'] {
  return (order) => order.escalation?.reasons.includes(code) ?? false;
}
