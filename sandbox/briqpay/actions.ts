import { z } from 'zod';
import { scriptSchemaOf } from '../scripts.ts';
import { entryStatuses, sessionStatuses } from './vocabulary.ts';

const amount = z.int().min(0).optional();
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();
const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/)
  .optional();
/** Any text, since the dates of payment methods are not always dates. */
const time = z.string().max(100).nullable();
const status = z.enum(entryStatuses);
const flag = z.boolean().default(false);
/** `hooks: false` changes the session without sending hooks, as if they were lost. */
const common = { hooks: z.boolean().default(true) };
/** Ids that come later or never, and entries without a status. `hide` changes both afterwards. */
const oddities = { hideId: flag, hideStatus: flag };
const movement = { amount, currency, status: status.default('approved'), ...oddities, ...common };

/**
 * The actions of the shopper, of the payment method and of a person at Briqpay's dashboard. Unlike the provider's API they
 * are not checked: a capture may come before the approval, and may be too high. Amounts are with VAT.
 */
export const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('complete'),
    method: z.string().max(100).default('Invoice'),
    expiresAt: time.default(null),
    transactionId: id,
    reservationId: id,
    /** The session stays open, so that the shopper may complete another attempt. */
    keepOpen: flag,
    ...oddities,
    ...common,
  }),
  z.strictObject({
    action: z.literal('approve'),
    transactionId: id,
    autoCapture: z.boolean().optional(),
    ...common,
  }),
  z.strictObject({ action: z.literal('reject'), transactionId: id, ...common }),
  z.strictObject({ action: z.literal('cancel'), transactionId: id, ...common }),
  z.strictObject({
    action: z.literal('capture'),
    captureId: id,
    autoCaptured: flag,
    isPreExistingCapture: flag,
    ...movement,
  }),
  z.strictObject({ action: z.literal('refund'), captureId: id, refundId: id, ...movement }),
  z.strictObject({
    action: z.literal('settle_capture'),
    captureId: id,
    amount,
    status: status.default('approved'),
    ...common,
  }),
  z.strictObject({
    action: z.literal('settle_refund'),
    refundId: id,
    amount,
    status: status.default('approved'),
    ...common,
  }),
  z.strictObject({
    action: z.literal('add_transaction'),
    amount,
    status: status.default('approved'),
    position: z.enum(['first', 'last']).default('last'),
    transactionId: id,
    reservationId: id,
    expiresAt: time.default(null),
    ...oddities,
    ...common,
  }),
  z.strictObject({
    action: z.literal('review'),
    on: z.boolean().default(true),
    as: z.enum(['list', 'map']).default('list'),
    ...common,
  }),
  z.strictObject({ action: z.literal('change_order'), amount: z.int().min(0), currency, ...common }),
  z.strictObject({ action: z.literal('set_expiry'), expiresAt: time, ...common }),
  z.strictObject({ action: z.literal('expire'), ...common }),
  /** Opens a completed session again, or ends an open one. */
  z.strictObject({ action: z.literal('set_session'), status: z.enum(sessionStatuses), ...common }),
  /** The order status, whatever the entries are, until the next one or the next outcome; null takes it back. */
  z.strictObject({ action: z.literal('say'), word: z.string().min(1).max(100).nullable(), ...common }),
  /** Leaves an entry out of reads, or its id, or its status, until the same with `on: false`. By default the newest transaction. */
  z.strictObject({
    action: z.literal('hide'),
    id,
    part: z.enum(['entry', 'id', 'status']).default('entry'),
    on: z.boolean().default(true),
    ...common,
  }),
]);

export type Action = z.infer<typeof actionSchema>;
export type ActionName = Action['action'];
export type ActionOf<N extends ActionName> = Extract<Action, { action: N }>;

export const scriptSchema = scriptSchemaOf(actionSchema);

export type Script = z.infer<typeof scriptSchema>;
