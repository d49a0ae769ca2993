import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hookFixture, hookNames, sessionFixture, sessionNames } from '../providers/briqpay/fixtures.ts';

// Messages as the providers' documents show them; fuzzing begins from these.

export const sessionId = '61c16f84-b42e-4e1c-a114-a117a6e1e27d';
export const orderKey = '640790367';

export const briqpayHookSamples: readonly unknown[] = hookNames.map(hookFixture);

/** A session as PHP writes it: `[]` for `{}`, `{}` for `[]`, text for numbers and for true. */
const phpSession = {
  ...sessionFixture('captured'),
  references: [],
  data: {
    order: { currency: 'SEK', amountIncVat: '30000' },
    transactions: {
      1: { reservationId: 'r', amountIncVat: '30000', currency: 'SEK', expiresAt: 1_798_000_000 },
    },
    captures: [{ captureId: 7, autoCaptured: 'true', amountIncVat: '30000', currency: 'SEK' }],
    refunds: {},
    paymentTags: { manual_review: 'true' },
  },
};

export const briqpaySessions: readonly unknown[] = [...sessionNames.map(sessionFixture), phpSession];

export const bridgerpayHookSamples: readonly unknown[] = Object.values(
  JSON.parse(
    readFileSync(join(__dirname, '../sandbox/bridgerpay/seed-notifications.json'), 'utf8'),
  ) as Record<string, unknown>,
);

const ok = { status: 'OK', code: 200, message: '200 OK' };

export const bridgerpayLogin = {
  response: ok,
  result: { access_token: { token: 'token', expires_in: 7_200 }, refresh_token: 'again' },
};

const deposit = {
  psp_name: 'psp',
  country: 'BE',
  email: 'john@example.test',
  transaction_id: '8ac7a0d8f',
  psp_order_id: 'b4a0a0a58',
  merchant_order_id: orderKey,
  amount: '22.96',
  currency: 'EUR',
  decline_reason: null,
  decline_code: null,
  card_type: 'VISA',
  payment_method: 'credit_card',
  status: 'approved',
};

export const bridgerpayDeposits: readonly unknown[] = [
  { response: ok, result: { deposit } },
  { response: ok, result: { deposit: { ...deposit, status: 'declined', decline_code: '-4' } } },
  {
    response: ok,
    result: { deposit: { ...deposit, status: 'partly_refunded', currency: 'KWD', amount: '1.234' } },
  },
  {
    response: ok,
    result: {
      deposit: {
        ...deposit,
        id: 'own',
        status: 'approved_on_hold',
        transaction_id: null,
        created_at: '2020-08-04 10:31:20',
      },
    },
  },
  {
    response: { ...ok, code: '200' },
    result: { deposit: { ...deposit, status: 'charged_back', amount: 22.96 } },
  },
  { response: ok, result: { deposit: null } },
  { response: { status: 'NOT_FOUND', code: 404, message: 'no such deposit' }, result: [] },
];

const payout = {
  id: 'p-1',
  transaction_id: 't-1',
  merchant_order_id: orderKey,
  status: 'Approved',
  amount: 22.96,
  currency: 'EUR',
};

export const bridgerpayPayoutLists: readonly unknown[] = [
  { response: ok, result: [payout] },
  { response: ok, result: { records: [payout, { ...payout, id: 'p-2', status: 'Declined' }] } },
  { response: ok, result: { 1: payout, 3: { ...payout, id: null } } },
  { response: ok, result: [] },
];
export const bridgerpayPayouts: readonly unknown[] = [
  { response: ok, result: payout },
  { response: ok, result: { ...payout, status: 'Pending' } },
];

/** What each provider's parser looks for; a spoilt sample that says one of these in the wrong place goes deeper. */
export const briqpayWords: readonly unknown[] = [
  'order_status',
  'capture_status',
  'refund_status',
  'session_status',
  'module_ui_status',
  'order_pending',
  'order_approved_not_captured',
  'order_rejected',
  'order_cancelled',
  'captured_full',
  'captured_partial',
  'pending',
  'approved',
  'rejected',
  'cancelled',
  'completed',
  'started',
  'manual_review',
  'SEK',
  'JPY',
  'KWD',
  'XXX',
  30_000,
  '30000',
  sessionId,
];
export const bridgerpayWords: readonly unknown[] = [
  'cashier.session.init',
  'cashier.session.close',
  'approved',
  'authorized',
  'declined',
  'voided',
  'approved_on_hold',
  'refunded',
  'partly_refunded',
  'payment_card_token',
  'chargeback',
  'in_process',
  'capture_in_progress',
  'Approved',
  'payout',
  'deposit',
  'EUR',
  'JPY',
  'KWD',
  'XXX',
  22.96,
  '22.96',
  -5,
  '-5.00',
  200,
  401,
  404,
  '404',
  orderKey,
];
