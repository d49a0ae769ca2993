import { z } from 'zod';
import { parse } from '../answers.ts';
import { hooksPlanSchema } from '../hooks-plan.ts';
import { scriptSchema } from './actions.ts';
import { behaviourSchema } from './behaviour.ts';
import { type CreateBody, createSchema, referencesSchema } from './create.ts';
import { faultsSchema } from './faults.ts';
import { orderSchema, plainOrder } from './lines.ts';
import { subscribeToAll, subscriptionSchema } from './subscriptions.ts';

const method = z.enum(['GET', 'POST']).default('POST');
const url = z.url({ protocol: /^https?$/ });

/** A session in as few words as one likes; the rest is made up. */
export const newSessionSchema = z.strictObject({
  /** With VAT, in minor units; one line, or `quantity` of the same. */
  amount: z.int().min(1).default(30_000),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('SEK'),
  quantity: z.int().min(1).default(1),
  /** In place of amount, currency and quantity. */
  order: orderSchema.optional(),
  reference: z.string().max(512).optional(),
  references: referencesSchema.default({}),
  country: z.string().default('SE'),
  locale: z.string().default('sv-se'),
  /** Every hook goes here; `hooks` says it event by event. */
  hookUrl: url.optional(),
  hookMethod: method,
  hooks: z.array(subscriptionSchema).default([]),
  behaviour: behaviourSchema.optional(),
  script: scriptSchema.optional(),
  hooksPlan: hooksPlanSchema.optional(),
  faults: faultsSchema.default([]),
});

/** The session as a shop would have asked for it. */
export function createBodyOf(given: z.infer<typeof newSessionSchema>): CreateBody {
  const { amount, currency, quantity, order, reference, references, country, locale, hookUrl } = given;
  const everywhere = hookUrl === undefined ? [] : subscribeToAll(hookUrl, given.hookMethod);
  return parse(createSchema, {
    product: { type: 'payment', intent: 'payment_one_time' },
    country,
    locale,
    references: { ...references, ...(reference !== undefined && { reference1: reference }) },
    data: { order: order ?? plainOrder(amount, currency, quantity) },
    hooks: [...given.hooks, ...everywhere],
  });
}

/** A hook that nothing called for; further fields travel as they are, `sessionId` too. */
export const forgedHookSchema = z.looseObject({
  event: z.string(),
  status: z.string(),
  /** Where to, by default where the session's own hooks go. */
  url: url.optional(),
  method,
  copies: z.int().min(1).max(10_000).default(1),
  concurrency: z.int().min(1).max(10_000).default(1),
  /** A forger has no secret; `true` is Briqpay gone wrong. */
  signed: z.boolean().default(false),
  /** The time that the signature claims, in ms. */
  signedAt: z.int().optional(),
});
