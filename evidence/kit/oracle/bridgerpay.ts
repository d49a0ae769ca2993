import {
  newestOf,
  refundedOf,
  type Attempt,
  type BridgerpayOrder,
  type Refund,
} from '../../../sandbox/bridgerpay/order.ts';
import { nothing, type Entry, type Outcome, type Truth } from './truth.ts';

const outcomes: Readonly<Record<Attempt['status'], Outcome | undefined>> = {
  init: undefined,
  in_process: 'pending',
  pending: 'pending',
  capture_in_progress: 'approved',
  approved: 'approved',
  authorized: 'approved',
  declined: 'rejected',
  voided: 'cancelled',
  approved_on_hold: 'pending',
};

/** The truth of a deposit or a payout as the sandbox holds it and as reads tell it: they tell no single refund. */
export function truthOfOrder(order: BridgerpayOrder): Truth {
  return order.kind === 'payout' ? truthOfPayout(order) : truthOfDeposit(order);
}

/** A read of a deposit shows the newest attempt alone; approved means that the money is taken. */
function truthOfDeposit(order: BridgerpayOrder): Truth {
  const newest = newestOf(order);
  if (!newest) return nothing;
  const { transactionId: id, status, amount, currency } = newest;
  const outcome = outcomes[status];
  const money = { id, amount, currency };
  const refunded = refundedOf(order, newest);
  const isPaid = status === 'approved';
  return {
    ...(outcome && { outcome }),
    isOver: false,
    entries: [
      ...(outcome ? [{ kind: 'authorization' as const, status: outcome, ...money }] : []),
      ...(isPaid ? [{ kind: 'capture' as const, status: 'approved' as const, ...money }] : []),
      ...(status === 'capture_in_progress'
        ? [{ kind: 'capture' as const, status: 'pending' as const, ...money }]
        : []),
    ],
    ...(isPaid && refunded > 0 && { refundedWord: refunded >= amount ? 'full' : 'partial' }),
    notified: [],
  };
}

function truthOfPayout({ attempts }: BridgerpayOrder): Truth {
  const entries = attempts.map(({ transactionId: id, status, amount, currency }): Entry => ({
    kind: 'authorization',
    id,
    // What is on its way, and has no outcome of its own, is pending.
    status: status === 'approved' ? 'approved' : status === 'declined' ? 'rejected' : 'pending',
    amount,
    currency,
  }));
  const outcome = (['approved', 'pending', 'rejected'] as const).find((word) =>
    entries.some(({ status }) => status === word),
  );
  return { ...(outcome && { outcome }), isOver: false, entries, notified: [] };
}

/** A refund as its notification tells it. */
export function notifiedEntry({ refundId: id, amount, currency }: Refund): Entry {
  return { kind: 'refund', id, status: 'approved', amount, currency };
}
