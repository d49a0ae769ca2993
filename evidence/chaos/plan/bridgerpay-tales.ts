import type { Tale } from './tale.ts';
import type { BridgerpayContent, PlannedStep, StoryEnd } from './types.ts';

/** What BridgerPay may do with a deposit. Each tells its story and answers how it ends at the provider. */
export const depositTales = {
  approved(tale: Tale): StoryEnd {
    paid(tale);
    tale.pause().step(act('close'), { type: 'cashier.session.close' });
    return ends('captured', tale.amount);
  },

  declined(tale: Tale): StoryEnd {
    opened(tale);
    tale.pause().step(outcome(tale, 'decline', 'tx'), told(tale, 'declined', 'tx'));
    return ends('rejected');
  },

  /** The order has been final in between, so the second outcome must be told. */
  declined_then_approved(tale: Tale): StoryEnd {
    opened(tale);
    tale.pause().step(outcome(tale, 'decline', 'first'), told(tale, 'declined', 'first'));
    tale.pause().step(outcome(tale, 'new_attempt', 'second'), { type: 'cashier.session.init' });
    tale.pause().sureStep(outcome(tale, 'approve', 'second'), told(tale, 'approved', 'second'));
    return ends('captured', tale.amount);
  },

  deposit_refunded(tale: Tale): StoryEnd {
    paid(tale);
    refund(tale.pause(), 'all', tale.amount, 'refunded');
    return ends('refunded', tale.amount, tale.amount);
  },

  deposit_refunded_in_part(tale: Tale): StoryEnd {
    paid(tale);
    refund(tale.pause(), 'one', tale.amount / 4, 'partly_refunded');
    return ends('partially_refunded', tale.amount, tale.amount / 4);
  },

  deposit_refunded_in_parts(tale: Tale): StoryEnd {
    paid(tale);
    refund(tale.pause(), 'one', tale.amount / 4, 'partly_refunded');
    refund(tale.pause(), 'two', (3 * tale.amount) / 4, 'refunded');
    return ends('refunded', tale.amount, tale.amount);
  },

  deposit_pending_for_long(tale: Tale): StoryEnd {
    opened(tale);
    tale.step(outcome(tale, 'pay', 'tx'));
    if (tale.random.chance(0.5)) tale.person('acknowledge', tale.now + 25_000);
    tale.until(Math.min(tale.now + tale.random.int(28_000, 40_000), 0.93 * tale.spanMs));
    tale.step(outcome(tale, 'approve', 'tx'), told(tale, 'approved', 'tx'));
    return ends('captured', tale.amount);
  },

  deposit_pending_for_ever(tale: Tale): StoryEnd {
    tale.register(tale.now);
    opened(tale);
    tale.step(outcome(tale, 'pay', 'tx'));
    return ends('pending');
  },

  cashier_closed(tale: Tale): StoryEnd {
    tale.register(tale.now);
    opened(tale);
    tale.pause().step(act('close'), { type: 'cashier.session.close' });
    return ends('created');
  },
} as const;

export const payoutTales = {
  paid_out(tale: Tale): StoryEnd {
    tale.pause().step(act('approve'), { type: 'approved' });
    return ends('paid_out');
  },

  payout_declined(tale: Tale): StoryEnd {
    tale.pause().step(act('decline'), { type: 'declined' });
    return ends('rejected');
  },
} as const;

/** What BridgerPay may do to the next reads. */
export function spoilBridgerpayReads(tale: Tale, mayBeStale: boolean): void {
  const spoilt = [
    { kind: 'status', status: 500, times: 2 },
    { kind: 'revoked_token' },
    { kind: 'reset' },
    { kind: 'slow', ms: 1_500 },
    ...(mayBeStale ? [{ kind: 'stale' }] : []),
  ] as const;
  tale.faults(tale.random.pick(spoilt));
}

function opened(tale: Tale): void {
  tale.step(act('init'), { type: 'cashier.session.init' });
}

function paid(tale: Tale): void {
  opened(tale);
  tale.pause().step(outcome(tale, 'approve', 'tx'), told(tale, 'approved', 'tx'));
}

function refund(tale: Tale, name: string, amount: number, type: string): void {
  const [transactionId, refundId] = [tale.id('tx'), tale.id(`refund-${name}`)];
  tale.step(act('refund', { transactionId, refundId, amount }), { type, transactionId, refundId, amount });
}

function outcome(tale: Tale, action: string, transaction: string) {
  return act(action, { transactionId: tale.id(transaction) });
}

function told(tale: Tale, type: string, transaction: string): BridgerpayContent {
  return { type, transactionId: tale.id(transaction) };
}

function act(action: string, more: object = {}): PlannedStep['action'] & object {
  return { action, ...more, hooks: false };
}

function ends(status: string, captured = 0, refunded = 0): StoryEnd {
  return { status, captured, refunded };
}
