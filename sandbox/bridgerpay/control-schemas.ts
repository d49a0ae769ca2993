import { z } from 'zod';
import { hooksPlanSchema } from '../hooks-plan.ts';
import { amountSchema, currencySchema, payloadSchema, scriptSchema } from './actions.ts';
import { behaviourSchema } from './behaviour.ts';
import { payer } from './canaries.ts';
import { faultsSchema } from './faults.ts';
import { givenAmount } from './money.ts';
import type { Terms } from './order.ts';
import { kinds, methods } from './vocabulary.ts';

export const urlSchema = z.url({ protocol: /^https?$/ });

/** Any text, but for the two that no URL can carry. */
const orderIdSchema = z
  .string()
  .min(1)
  .max(1000)
  .refine((id) => id !== '.' && id !== '..', 'cannot stand in a path');

/** An order in as few words as one likes; the rest is made up. */
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
  /** The session tells nothing of the shopper, and its first notification has words for that. */
  anonymous: z.boolean().default(false),
  /** In place of the one that is set for all. */
  hookUrl: urlSchema.optional(),
  behaviour: behaviourSchema.optional(),
  script: scriptSchema.optional(),
  hooksPlan: hooksPlanSchema.optional(),
  faults: faultsSchema.default([]),
});

export function termsOf(given: z.infer<typeof newOrderSchema>): Terms {
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

/** A notification that nothing called for. */
export const forgedHookSchema = z.strictObject({
  /** One of BridgerPay's, or any word. */
  type: z.string().min(1),
  kind: z.enum(kinds).optional(),
  /** Laid over the notification, object by object; what else it names replaces. */
  overrides: z.record(z.string(), z.unknown()).default({}),
  /** Paths of fields to leave out, such as `meta.payload`. */
  omit: z.array(z.string()).default([]),
  /** A forger does not know it; `true` is BridgerPay gone wrong, or somebody who read an old notification. */
  withPayload: z.boolean().default(false),
  /** Where to, by default where the order's own notifications go. */
  url: urlSchema.optional(),
  copies: z.int().min(1).max(10_000).default(1),
  concurrency: z.int().min(1).max(10_000).default(1),
});
