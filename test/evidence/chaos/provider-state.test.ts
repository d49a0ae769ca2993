import { difference } from '../../../evidence/chaos/judge/expected.ts';
import { providerStateOf } from '../../../evidence/chaos/judge/provider-state.ts';
import type { Expected } from '../../../evidence/kit/oracle/expected.ts';
import type { BridgerpayOrder } from '../../../sandbox/bridgerpay/order.ts';
import type { Session } from '../../../sandbox/briqpay/session.ts';

const session = {
  sessionId: 's',
  status: 'completed',
  references: {},
  order: { amountIncVat: 300, currency: 'SEK' },
  transactions: [],
  captures: [],
  refunds: [],
};
const entry = (amountIncVat: number, status = 'approved') => ({ amountIncVat, status, currency: 'SEK' });
const approved = { outcome: 'order_approved_not_captured', transactions: [entry(300)] };

test.each<[string, object, object]>([
  ['a session that nobody has completed', { status: 'started' }, { status: 'created', authorized: 0 }],
  ['one that expired', { status: 'expired' }, { status: 'expired' }],
  [
    'pending',
    { outcome: 'order_pending', transactions: [entry(300, 'pending')] },
    { status: 'pending', authorized: 0 },
  ],
  ['approved', approved, { status: 'placed', authorized: 300, captured: 0 }],
  [
    'cancelled: what was reserved is released',
    { outcome: 'order_cancelled', transactions: [entry(300, 'cancelled')] },
    { status: 'cancelled', authorized: 300, cancelled: 300 },
  ],
  [
    'captured in part',
    { ...approved, captures: [entry(100)] },
    { status: 'partially_captured', captured: 100 },
  ],
  [
    'a capture that is pending, and one that was rejected',
    { ...approved, captures: [entry(300, 'pending'), entry(300, 'rejected')] },
    { status: 'placed', captured: 0, capturePending: 300, reasons: ['capture_pending', 'capture_failed'] },
  ],
  ['two captures of one amount', { ...approved, captures: [entry(150), entry(150)] }, { status: 'captured' }],
  [
    'refunded in part',
    { ...approved, captures: [entry(300)], refunds: [entry(100), entry(50)] },
    { status: 'partially_refunded', refunded: 150 },
  ],
  ['refunded', { ...approved, captures: [entry(300)], refunds: [entry(300)] }, { status: 'refunded' }],
])('Briqpay: %s', (_what, more, expected) => {
  const { key, state } = providerStateOf({
    provider: 'briqpay',
    at: 1,
    value: { ...session, ...more } as unknown as Session,
  });
  expect(key).toBe('s');
  expect(state).toMatchObject(expected);
});

const request = { amount: 300, currency: 'EUR' };
const order = { orderId: 'o', kind: 'deposit', request, attempts: [], refunds: [] };
const attempt = (status: string) => ({ id: 'a', transactionId: 't', status, amount: 300, currency: 'EUR' });

test.each<[string, object, object]>([
  ['nobody has paid', {}, { status: 'created' }],
  ['under way', { attempts: [attempt('in_process')] }, { status: 'pending' }],
  ['declined', { attempts: [attempt('declined')] }, { status: 'rejected' }],
  [
    'declined, then approved',
    { attempts: [attempt('declined'), attempt('approved')] },
    { status: 'captured', authorized: 300, captured: 300 },
  ],
  [
    'refunded in part',
    {
      attempts: [attempt('approved')],
      refunds: [{ refundId: 'r', attemptId: 'a', amount: 100, currency: 'EUR' }],
    },
    { status: 'partially_refunded', refunded: 100 },
  ],
  [
    'a payout',
    { kind: 'payout', attempts: [attempt('approved')] },
    { status: 'paid_out', authorized: 300, captured: 0 },
  ],
])('BridgerPay: %s', (_what, more, expected) => {
  const { state } = providerStateOf({
    provider: 'bridgerpay',
    at: 1,
    value: { ...order, ...more } as unknown as BridgerpayOrder,
  });
  expect(state).toMatchObject(expected);
});

test('an amount that cannot be known must not be shown', () => {
  const expected: Expected = {
    status: 'partially_refunded',
    amounts: { captured: 300, refunded: undefined },
  };
  const shown = {
    id: '',
    status: 'partially_refunded',
    unverifiedSince: null,
    findings: [],
    escalation: null,
    sequence: 0,
  };
  expect(difference(expected, { ...shown, amounts: { captured: 300 } })).toBeUndefined();
  expect(difference(expected, { ...shown, amounts: { captured: 300, refunded: 100 } })).toBe(
    'refunded 100, must be unknown',
  );
});
