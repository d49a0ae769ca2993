import type { ScenarioBuilder } from './scenario-builder.ts';
import type { BridgerpayContent, PlannedStep, ScenarioEnd } from './types.ts';

/** The scenarios of deposits at BridgerPay. Each builds its steps and returns how the payment ends at the provider. */
export const depositScenarios = {
  approved(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    builder.pause().step(act('close'), { type: 'cashier.session.close' });
    return ends('captured', builder.amount);
  },

  declined(builder: ScenarioBuilder): ScenarioEnd {
    opened(builder);
    builder.pause().step(outcome(builder, 'decline', 'tx'), notification(builder, 'declined', 'tx'));
    return ends('rejected');
  },

  /** The order is final in between, so that the second outcome needs its hook. */
  declined_then_approved(builder: ScenarioBuilder): ScenarioEnd {
    opened(builder);
    builder.pause().step(outcome(builder, 'decline', 'first'), notification(builder, 'declined', 'first'));
    builder.pause().step(outcome(builder, 'new_attempt', 'second'), { type: 'cashier.session.init' });
    builder
      .pause()
      .sureStep(outcome(builder, 'approve', 'second'), notification(builder, 'approved', 'second'));
    return ends('captured', builder.amount);
  },

  deposit_refunded(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    refund(builder.pause(), 'all', builder.amount, 'refunded');
    return ends('refunded', builder.amount, builder.amount);
  },

  deposit_refunded_in_part(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    refund(builder.pause(), 'one', builder.amount / 4, 'partly_refunded');
    return ends('partially_refunded', builder.amount, builder.amount / 4);
  },

  deposit_refunded_in_parts(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    refund(builder.pause(), 'one', builder.amount / 4, 'partly_refunded');
    refund(builder.pause(), 'two', (3 * builder.amount) / 4, 'refunded');
    return ends('refunded', builder.amount, builder.amount);
  },

  deposit_pending_for_long(builder: ScenarioBuilder): ScenarioEnd {
    opened(builder);
    builder.step(outcome(builder, 'pay', 'tx'));
    if (builder.random.chance(0.5)) builder.person('acknowledge', builder.now + 25_000);
    builder.until(Math.min(builder.now + builder.random.int(28_000, 40_000), 0.93 * builder.spanMs));
    builder.step(outcome(builder, 'approve', 'tx'), notification(builder, 'approved', 'tx'));
    return ends('captured', builder.amount);
  },

  deposit_pending_for_ever(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    opened(builder);
    builder.step(outcome(builder, 'pay', 'tx'));
    return ends('pending');
  },

  /** Less arrived than was asked: a person has to look, and nobody does. */
  deposit_on_hold(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    opened(builder);
    builder.step(outcome(builder, 'hold', 'tx'), notification(builder, 'approved_on_hold', 'tx'));
    return ends('pending');
  },

  /** Money that was captured is gone again. */
  deposit_taken_back(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    builder.pause().sureStep(outcome(builder, 'void', 'tx'), notification(builder, 'voided', 'tx'));
    return ends('cancelled');
  },

  cashier_closed(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    opened(builder);
    builder.pause().step(act('close'), { type: 'cashier.session.close' });
    return ends('created');
  },
} as const;

export const payoutScenarios = {
  paid_out(builder: ScenarioBuilder): ScenarioEnd {
    builder.pause().step(act('approve'), { type: 'approved' });
    return ends('paid_out');
  },

  payout_declined(builder: ScenarioBuilder): ScenarioEnd {
    builder.pause().step(act('decline'), { type: 'declined' });
    return ends('rejected');
  },
} as const;

/** Makes the next reads of BridgerPay fail, or slow, or stale where that may be. */
export function spoilBridgerpayReads(builder: ScenarioBuilder, mayBeStale: boolean): void {
  const spoilt = [
    { kind: 'status', status: 500, times: 2 },
    { kind: 'revoked_token' },
    { kind: 'reset' },
    { kind: 'slow', ms: 1_500 },
    { kind: 'road', page: 'maintenance', times: 2 },
    ...(mayBeStale ? [{ kind: 'stale' }] : []),
  ] as const;
  builder.faults(builder.random.pick(spoilt));
}

function opened(builder: ScenarioBuilder): void {
  builder.step(act('init'), { type: 'cashier.session.init' });
}

function paid(builder: ScenarioBuilder): void {
  opened(builder);
  builder.pause().step(outcome(builder, 'approve', 'tx'), notification(builder, 'approved', 'tx'));
}

function refund(builder: ScenarioBuilder, name: string, amount: number, type: string): void {
  const [transactionId, refundId] = [builder.id('tx'), builder.id(`refund-${name}`)];
  builder.step(act('refund', { transactionId, refundId, amount }), { type, transactionId, refundId, amount });
}

function outcome(builder: ScenarioBuilder, action: string, transaction: string) {
  return act(action, { transactionId: builder.id(transaction) });
}

function notification(builder: ScenarioBuilder, type: string, transaction: string): BridgerpayContent {
  return { type, transactionId: builder.id(transaction) };
}

function act(action: string, more: object = {}): PlannedStep['action'] & object {
  return { action, ...more, hooks: false };
}

function ends(status: string, captured = 0, refunded = 0): ScenarioEnd {
  return { status, captured, refunded };
}
