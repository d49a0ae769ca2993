import { z } from 'zod';
import { parse } from '../answers.ts';
import { hasOnlyJson } from '../raw-json.ts';
import { hooksPlanSchema } from '../hooks-plan.ts';
import { scriptSchema } from './actions.ts';
import { behaviourSchema } from './behaviour.ts';
import { type CreateBody, createSchema, referencesSchema } from './create.ts';
import { overlayFields } from '../patches.ts';
import { faultsSchema, patchesSchema } from './faults.ts';
import { orderSchema, plainOrder } from './lines.ts';
import { subscribeToAll, subscriptionSchema } from './subscriptions.ts';

const method = z.enum(['GET', 'POST']).default('POST');
const url = z.url({ protocol: /^https?$/ });

/** A new session. Every field has a default. */
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
  /** The URL of all hooks; `hooks` sets URLs by event instead. */
  hookUrl: url.optional(),
  hookMethod: method,
  hooks: z.array(subscriptionSchema).default([]),
  behaviour: behaviourSchema.optional(),
  script: scriptSchema.optional(),
  hooksPlan: hooksPlanSchema.optional(),
  faults: faultsSchema.default([]),
  patches: patchesSchema.default([]),
});

/** The body with which a shop would have created this session. */
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

/** A forged hook: one that no change caused. Further fields are sent as they are, `sessionId` too; so are odd ones. */
export const forgedHookSchema = z.looseObject({
  event: z.unknown().optional(),
  status: z.unknown().optional(),
  omit: overlayFields.omit,
  /** The whole body, in place of the fields: any JSON. */
  body: z.unknown().refine(hasOnlyJson, 'a $raw that is not JSON').optional(),
  /** The whole body as a text, JSON or not. */
  text: z.string().max(1e6).optional(),
  /** The URL; by default that of the session's own hooks. */
  url: url.optional(),
  method,
  copies: z.int().min(1).max(10_000).default(1),
  concurrency: z.int().min(1).max(10_000).default(1),
  /** A forger does not have the secret; `true` means that Briqpay itself sends a wrong hook. */
  signed: z.boolean().default(false),
  /** The time that the signature claims, in ms. */
  signedAt: z.int().optional(),
});
