import { z } from 'zod';
import { type TransportFault, once, pastFaultSchemas, transportFaultSchemas } from '../faults.ts';
import { patchesSchemaOf } from '../patches.ts';
import type { Shown } from './view.ts';

/** The operations that a fault can apply to; `read` means all reads of deposits and payouts. */
export const operations = ['read', 'login', 'session', 'payout', 'refund'] as const;
export type Operation = (typeof operations)[number];

/** The kinds of reads, for faults and patches of one kind alone. */
const reads = ['read.deposit', 'read.transaction', 'read.payouts', 'read.payout'] as const;
export type ReadName = (typeof reads)[number];
const targets = [...operations, ...reads] as const;

/** Faults in the content of a read, besides those of the connection. The list of payouts and a payout by id are one read each. */
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
  /** `delta` (minor units) is added; `value` is sent as it is. */
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

/** Faults in the answer of any call. */
const answerFaultSchemas = [
  /** Revokes the token of this call, which is answered 401. A login has no token yet. */
  z.strictObject({
    kind: z.literal('revoked_token'),
    on: z.enum(targets).exclude(['login']).default('read'),
    ...once,
  }),
  /** An envelope with this code and without content, under an HTTP 200. */
  z.strictObject({
    kind: z.literal('code'),
    code: z.int().min(200).max(599),
    message: z.string().default('a scripted fault'),
    /** The HTTP status. */
    http: z.int().min(200).max(599).default(200),
    /** The envelope has no `result` at all, in place of null. */
    withoutResult: z.boolean().default(false),
    on: z.enum(targets).default('read'),
    applied: z.boolean().default(true),
    ...once,
  }),
] as const;

type ContentFault = z.infer<(typeof contentFaultSchemas)[number]>;
type AnswerFault = z.infer<(typeof answerFaultSchemas)[number]>;
export type BridgerpayFault = TransportFault | ContentFault | AnswerFault;

export const faultsSchema = z.array(
  z.discriminatedUnion('kind', [
    ...transportFaultSchemas(targets),
    ...contentFaultSchemas,
    ...answerFaultSchemas,
  ]),
);

/** The content of a read as a content fault changes it; other faults do not change it. */
export function distort(shown: Shown, fault: BridgerpayFault | undefined): Shown {
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

/** Lasting changes of answers and notifications, which faults do not touch. */
export const patchesSchema = patchesSchemaOf(z.enum([...targets, 'hook']).default('read'));
export type Patch = z.infer<typeof patchesSchema>[number];
