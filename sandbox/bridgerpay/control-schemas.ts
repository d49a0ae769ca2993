import { z } from 'zod';
import { hooksPlanSchema } from '../hooks-plan.ts';
import { amountSchema, currencySchema, payloadSchema, scriptSchema } from './actions.ts';
import { behaviourSchema } from './behaviour.ts';
import { payer } from './canaries.ts';
import { overlayFields } from '../patches.ts';
import { hasOnlyJson } from '../raw-json.ts';
import { faultsSchema, patchesSchema } from './faults.ts';
import { givenAmount } from './money.ts';
import type { PaymentRequest } from './order.ts';
import { kinds, methods } from './vocabulary.ts';

export const urlSchema = z.url({ protocol: /^https?$/ });

/** Any text except `.` and `..`, which a URL path cannot contain. */
const orderIdSchema = z
  .string()
  .min(1)
  .max(1000)
  .refine((id) => id !== '.' && id !== '..', 'cannot stand in a path');

/** A new order. Every field has a default. */
export const newOrderSchema = z.strictObject({
  orderId: orderIdSchema.optional(),
  kind: z.enum(kinds).default('deposit'),
  method: z.enum(methods).default('credit_card'),
  /** Minor units as a number, or a decimal in major units as a string. */
  amount: amountSchema.default(2_296),
  currency: currencySchema.default('EUR'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default(payer.country),
  payload: payloadSchema.default(null),
  platformId: z.string().nullable().default(payer.platformId),
  /** The session contains nothing about the shopper; its first notification then has placeholder words. */
  anonymous: z.boolean().default(false),
  /** Replaces the hook URL of the account. */
  hookUrl: urlSchema.optional(),
  behaviour: behaviourSchema.optional(),
  script: scriptSchema.optional(),
  hooksPlan: hooksPlanSchema.optional(),
  faults: faultsSchema.default([]),
  patches: patchesSchema.default([]),
});

export function paymentRequestOf(given: z.infer<typeof newOrderSchema>): PaymentRequest {
  const { amount, currency, country, method, payload, platformId, anonymous } = given;
  const { firstName, lastName, email } = payer;
  return {
    amount: givenAmount(amount, currency),
    currency,
    country,
    method,
    payload,
    platformId,
    shopper: anonymous ? {} : { firstName, lastName, email },
  };
}

/** A forged notification: one that no change caused. */
export const forgedHookSchema = z
  .strictObject({
    /** A type of BridgerPay's, or any other word. */
    type: z.string().min(1).optional(),
    kind: z.enum(kinds).optional(),
    /** Merged into the notification: objects recursively, other values replace. */
    overrides: overlayFields.set,
    /** Paths of fields to leave out, such as `meta.payload`. */
    omit: overlayFields.omit,
    /** The whole body, in place of the notification: any JSON. */
    body: z.unknown().refine(hasOnlyJson, 'a $raw that is not JSON').optional(),
    /** The whole body as a text, JSON or not. */
    text: z.string().max(1e6).optional(),
    /** A forger does not know the payload; `true` means that BridgerPay errs, or that the forger saw an old notification. */
    withPayload: z.boolean().default(false),
    /** The URL; by default that of the order's own notifications. */
    url: urlSchema.optional(),
    copies: z.int().min(1).max(10_000).default(1),
    concurrency: z.int().min(1).max(10_000).default(1),
  })
  .refine(
    ({ type, body, text }) => [type, body, text].some((given) => given !== undefined),
    'a type, a body or a text',
  );
