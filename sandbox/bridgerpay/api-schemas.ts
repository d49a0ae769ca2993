import { z } from 'zod';
import { complaint, invalid, valid } from './envelope.ts';
import { minorOf } from './money.ts';
import type { Order, Terms } from './order.ts';
import { isOneOf, methods } from './vocabulary.ts';

/** Shops send numbers too. */
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

type Asked = Pick<Order, 'orderId' | 'kind' | 'terms'>;

/** The checkout's own amount, in major units, where a session names none. */
const defaultAmount = 100;

/** The deposit that the body of `cashier/session/create` asks for. */
export function askedDeposit(body: unknown, cashierKey: string): Asked {
  const given = valid(sessionSchema, body);
  if (given.cashier_key !== cashierKey) throw invalid(complaint('cashier_key', 'Cashier key is invalid'));
  const { single_payment_method: method } = given;
  const terms: Terms = {
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
  return { orderId: given.order_id, kind: 'deposit', terms };
}

/** The payout that the body of `payouts` asks for, and the word it has for its method. */
export function askedPayout(body: unknown): { asked: Asked; methodType: string } {
  const given = valid(payoutSchema, body);
  const { customerFirstName, customerLastName, email } = given.metadata;
  const terms: Terms = {
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
  return { asked: { orderId: given.order_id, kind: 'payout', terms }, methodType: given.payout_method_type };
}

/** Whose call this is, as far as its body tells: for the ledger and the faults, before anything is refused. */
export function orderIdIn(body: unknown): string | undefined {
  return z.looseObject({ order_id: orderIdSchema }).safeParse(body).data?.order_id;
}

function moneyOf(major: number, currency: string) {
  const amount = minorOf(major, currency);
  if (amount === undefined) throw invalid(complaint('amount', `Amount is invalid for ${currency}`));
  return { amount, currency };
}
