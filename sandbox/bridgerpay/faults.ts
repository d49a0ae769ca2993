import { z } from 'zod';
import { type TransportFault, once, pastFaultSchemas, transportFaultSchemas } from '../faults.ts';
import type { Shown } from './view.ts';

/** What a fault can strike; `read` is of deposits and payouts alike. */
export const operations = ['read', 'login', 'session', 'payout', 'refund'] as const;
export type Operation = (typeof operations)[number];

/** Faults of what a read says, beside those of the wire. A payout's list and its read by id count as one read each. */
const contentFaultSchemas = [
  ...pastFaultSchemas,
  /** There is no such deposit, no such payout. */
  z.strictObject({ kind: z.literal('absent'), ...once }),
  z.strictObject({ kind: z.literal('other_order'), orderId: z.string().default('0badcafe'), ...once }),
  z.strictObject({
    kind: z.literal('other_transaction'),
    transactionId: z.string().default('0badcafe'),
    ...once,
  }),
  /** `delta` in minor units is added; `value` goes on the wire as it is. */
  z
    .strictObject({
      kind: z.literal('amount'),
      delta: z.int().default(0),
      value: z.union([z.string(), z.number()]).optional(),
      ...once,
    })
    .refine(({ delta, value }) => delta !== 0 || value !== undefined, 'a delta or a value'),
  z.strictObject({ kind: z.literal('currency'), currency: z.string(), ...once }),
  z.strictObject({ kind: z.literal('status_word'), value: z.string(), ...once }),
] as const;

/** Faults of what any call is answered. */
const answerFaultSchemas = [
  /** The token of this call is revoked, and the call a 401. A log-in has none yet. */
  z.strictObject({
    kind: z.literal('revoked_token'),
    on: z.enum(operations).exclude(['login']).default('read'),
    ...once,
  }),
  /** An HTTP 200 whose body says otherwise. */
  z.strictObject({
    kind: z.literal('code'),
    code: z.int().min(400).max(599),
    message: z.string().default('a scripted fault'),
    on: z.enum(operations).default('read'),
    applied: z.boolean().default(true),
    ...once,
  }),
] as const;

export type ContentFault = z.infer<(typeof contentFaultSchemas)[number]>;
export type AnswerFault = z.infer<(typeof answerFaultSchemas)[number]>;
export type Fault = TransportFault | ContentFault | AnswerFault;

export const faultsSchema = z.array(
  z.discriminatedUnion('kind', [
    ...transportFaultSchemas(operations),
    ...contentFaultSchemas,
    ...answerFaultSchemas,
  ]),
);

/** What `fault` makes of what a read says; faults of the wire leave it as it is. */
export function distort(shown: Shown, fault: Fault | undefined): Shown {
  switch (fault?.kind) {
    case 'other_order':
      return { ...shown, orderId: fault.orderId };
    case 'other_transaction':
      return { ...shown, transactionId: fault.transactionId };
    case 'amount':
      return { ...shown, amount: shown.amount + fault.delta, rawAmount: fault.value };
    case 'currency':
      return { ...shown, currency: fault.currency };
    case 'status_word':
      return { ...shown, status: fault.value };
    default:
      return shown;
  }
}
