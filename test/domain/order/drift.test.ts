import { driftOf } from '../../../src/domain/order/drift.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import { viewOf, type Order } from '../../../src/domain/order/view.ts';
import { hint, minute, play, says } from '../support.ts';

/** The order after a read of this, as everybody sees it. */
function orderOf(reading: Reading): Order {
  return viewOf(play({ world: [[0, reading]], hints: [[0, hint.payment('pending')]], until: minute }).state);
}

test.each(['open', 'pending', 'placed', 'captured', 'refunded', 'rejected', 'cancelled'] as const)(
  'an order that was just read as %s has not drifted',
  (life) => {
    expect(driftOf(orderOf(says[life]), says[life])).toEqual([]);
  },
);

test('what moved at the provider unheard shows in the status and the money', () => {
  expect(driftOf(orderOf(says.placed), says.captured)).toEqual([
    { what: 'status', ours: 'placed', theirs: 'captured' },
    { what: 'captured', ours: 0, theirs: 30_000 },
  ]);
});

test('a refund that no read tells of is none', () => {
  const order = orderOf(says.refunded);
  expect(driftOf(order, says.captured)).toEqual([]);
});

test('nobody paid in time: the provider may well say that it still waits', () => {
  const expired: Order = { ...orderOf(says.open), status: 'expired' };
  expect(driftOf(expired, says.open)).toEqual([]);
  expect(driftOf(expired, says.captured).map(({ what }) => what)).toContain('status');
});

test('another currency is said with both', () => {
  const order = orderOf(says.captured);
  const foreign: Order = { ...order, amounts: { ...order.amounts, currency: 'EUR' } };
  expect(driftOf(foreign, says.captured)).toContainEqual({ what: 'currency', ours: 'EUR', theirs: 'SEK' });
});
