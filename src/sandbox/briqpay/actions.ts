import { z } from 'zod';
import { entryStatuses } from './vocabulary.ts';

const amount = z.int().min(0).optional();
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();
const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/)
  .optional();
const time = z.iso.datetime().nullable();
const status = z.enum(entryStatuses);
const flag = z.boolean().default(false);
/** `hooks: false` changes the session and tells nobody: the lost hook. */
const common = { hooks: z.boolean().default(true) };
const movement = { amount, currency, status: status.default('approved'), hideStatus: flag, ...common };

/**
 * What the shopper, the payment method or someone at Briqpay's dashboard can do. Unlike the provider's API these
 * obey no rules of money: a capture may come before the approval, and may be too high. Amounts are with VAT.
 */
export const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('complete'),
    method: z.string().max(100).default('Invoice'),
    expiresAt: time.default(null),
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
]);

export type Action = z.infer<typeof actionSchema>;
export type ActionName = Action['action'];
export type ActionOf<N extends ActionName> = Extract<Action, { action: N }>;

/** Steps that run by themselves; each time counts from the script's start. */
export const scriptSchema = z
  .array(z.looseObject({ afterMs: z.int().min(0).max(2_147_483_647) }))
  .max(1000)
  .transform((steps, context) =>
    steps.flatMap(({ afterMs, ...rest }, index) => {
      const step = actionSchema.safeParse(rest);
      if (step.success) return [{ afterMs, ...step.data }];
      for (const { path, message } of step.error.issues)
        context.addIssue({ code: 'custom', path: [index, ...path], message });
      return [];
    }),
  );

export type Script = z.infer<typeof scriptSchema>;
