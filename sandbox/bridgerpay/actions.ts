import { z } from 'zod';
import { scriptSchemaOf } from '../scripts.ts';
import { openStatuses } from './vocabulary.ts';

/** Minor units as a number, or a decimal in major units as a string. */
export const amountSchema = z.union([z.int().min(0), z.string().regex(/^\d{1,15}(\.\d{1,15})?$/)]);
export const currencySchema = z.string().regex(/^[A-Z]{3}$/);
export const payloadSchema = z.string().max(10_000).nullable();

const id = z.string().min(1).max(128).optional();
/** `hooks: false` changes the order without a notification, as if it were lost. */
const common = { hooks: z.boolean().default(true) };
/** An unknown transaction id starts a transaction with this id. */
const money = {
  transactionId: id,
  amount: amountSchema.optional(),
  currency: currencySchema.optional(),
  ...common,
};
const transaction = {
  ...money,
  /** The transaction goes on under another id, such as that of its capture. */
  newTransactionId: id,
  /** The payment provider's id of the group. */
  pspOrderId: id,
  /** Reads and notifications have null as its id, until an action says false. */
  hideId: z.boolean().optional(),
};

/**
 * The actions of the shopper, of a payment provider and of a person at BridgerPay's dashboard. Unlike the API they are not
 * checked: an approval may follow a refusal, and a refund may be too high.
 */
export const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('init'), ...common }),
  z.strictObject({
    action: z.literal('pay'),
    status: z.enum(openStatuses).default('in_process'),
    ...transaction,
  }),
  z.strictObject({ action: z.literal('approve'), ...transaction }),
  z.strictObject({
    action: z.literal('decline'),
    declineCode: z.union([z.int(), z.string(), z.null()]).optional(),
    declineReason: z.string().nullable().optional(),
    ...transaction,
  }),
  z.strictObject({ action: z.literal('authorize'), ...transaction }),
  z.strictObject({ action: z.literal('void'), ...transaction }),
  z.strictObject({ action: z.literal('hold'), ...transaction }),
  z.strictObject({ action: z.literal('refund'), refundId: id, ...money }),
  z.strictObject({ action: z.literal('close'), ...common }),
  z.strictObject({ action: z.literal('new_attempt'), payload: payloadSchema.optional(), ...transaction }),
  /** The word that reads show, whatever the transaction is, until the next one or its next status; null takes it back. */
  z.strictObject({
    action: z.literal('say'),
    word: z.string().max(100).nullable(),
    transactionId: id,
    ...common,
  }),
  /** No read knows the transaction, until the same with `on: false`. */
  z.strictObject({
    action: z.literal('hide'),
    transactionId: id,
    on: z.boolean().default(true),
    ...common,
  }),
]);

export type Action = z.infer<typeof actionSchema>;
export type ActionName = Action['action'];
export type ActionOf<N extends ActionName> = Extract<Action, { action: N }>;

export const scriptSchema = scriptSchemaOf(actionSchema);
export type Script = z.infer<typeof scriptSchema>;
