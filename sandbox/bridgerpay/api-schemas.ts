import { z } from 'zod';
import { fieldError, invalid, valid } from './envelope.ts';
import { minorOf } from './money.ts';
import type { BridgerpayOrder, PaymentRequest } from './order.ts';
import { isOneOf, methods } from './vocabulary.ts';

/** Shops send numbers as well as texts. */
const orderIdSchema = z.union([z.string().min(1, 'Value can not be empty'), z.int()]).transform(String);
const text = z.string().nullish();
const place = {
  currency: z.string().regex(/^[A-Z]{3}$/, 'Currency is invalid'),
  country: z.string().regex(/^[A-Z]{2}$/, 'Country is invalid'),
};

const sessionSchema = z.looseObject({
  cashier_key: z.string(),
  order_id: orderIdSchema,
  amount: z.number().positive('Amount must be more than 0').nullish(),
  payload: text,
  platform_id: text,
  first_name: text,
  last_name: text,
  email: text,
  single_payment_method: text,
  ...place,
});

const payoutSchema = z.looseObject({
  order_id: orderIdSchema,
  provider: z.string(),
  amount: z.number().positive('Amount must be more than 0'),
  payout_method_type: z.string(),
  metadata: z.looseObject({ customerFirstName: text, customerLastName: text, email: text }).default({}),
  ...place,
});

type RequestedOrder = Pick<BridgerpayOrder, 'orderId' | 'kind' | 'request'>;

/** The amount of a session that names none, major units. */
const defaultAmount = 100;

/** The deposit that the body of `cashier/session/create` asks for. */
export function requestedDeposit(body: unknown, cashierKey: string): RequestedOrder {
  const given = valid(sessionSchema, body);
  if (given.cashier_key !== cashierKey) throw invalid(fieldError('cashier_key', 'Cashier key is invalid'));
  const { single_payment_method: method } = given;
  const request: PaymentRequest = {
    ...moneyOf(given.amount ?? defaultAmount, given.currency),
    country: given.country,
    method: method && isOneOf(methods, method) ? method : 'credit_card',
    payload: given.payload ?? null,
    platformId: given.platform_id ?? null,
    shopper: {
      firstName: given.first_name ?? undefined,
      lastName: given.last_name ?? undefined,
      email: given.email ?? undefined,
    },
  };
  return { orderId: given.order_id, kind: 'deposit', request: request };
}

/** The payout that the body of `payouts` asks for, and the method as the body names it. */
export function requestedPayout(body: unknown): { asked: RequestedOrder; methodType: string } {
  const given = valid(payoutSchema, body);
  const { customerFirstName, customerLastName, email } = given.metadata;
  const request: PaymentRequest = {
    ...moneyOf(given.amount, given.currency),
    country: given.country,
    method: given.payout_method_type === 'credit_card' ? 'credit_card' : 'apm',
    payload: null,
    platformId: null,
    shopper: {
      firstName: customerFirstName ?? undefined,
      lastName: customerLastName ?? undefined,
      email: email ?? undefined,
    },
  };
  return {
    asked: { orderId: given.order_id, kind: 'payout', request: request },
    methodType: given.payout_method_type,
  };
}

/** The order id of a body, if there is one: for the ledger and the faults, before the body is checked. */
export function orderIdIn(body: unknown): string | undefined {
  return z.looseObject({ order_id: orderIdSchema }).safeParse(body).data?.order_id;
}

function moneyOf(major: number, currency: string) {
  const amount = minorOf(major, currency);
  if (amount === undefined) throw invalid(fieldError('amount', `Amount is invalid for ${currency}`));
  return { amount, currency };
}
