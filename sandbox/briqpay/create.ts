import { z } from 'zod';
import type { Behaviour } from './behaviour.ts';
import { people } from './canaries.ts';
import { checkTotals, orderSchema } from './lines.ts';
import { type Session, type Source, isoTime } from './session.ts';
import { subscriptionSchema } from './subscriptions.ts';

/** The merchant's references. Every hook repeats them at its top level. */
export const referencesSchema = z.record(z.string().min(1), z.string().max(512));

const person = z.looseObject({}).optional();

/** The body of `POST /v3/session`, as strict as the real Briqpay. */
export const createSchema = z
  .looseObject({
    product: z.looseObject({ type: z.string(), intent: z.string() }),
    customerType: z.enum(['consumer', 'business']).default('consumer'),
    country: z.string().regex(/^[A-Z]{2}$/),
    locale: z.string().regex(/^[a-z]{2}-[a-z]{2}$/),
    urls: z.looseObject({ terms: z.url().optional(), redirect: z.string().optional() }).optional(),
    references: referencesSchema.default({}),
    data: z.looseObject({ order: orderSchema, billing: person, shipping: person, company: person }),
    // Strict, as Briqpay is: a misplaced decision step is answered with "body.modules has additional properties".
    modules: z
      .strictObject({ loadModules: z.array(z.string()), config: z.looseObject({}).optional() })
      .optional(),
    hooks: z.array(subscriptionSchema).default([]),
  })
  .refine(({ customerType, data }) => customerType === 'business' || data.company === undefined, {
    path: ['data', 'company'],
    message: 'a company on a consumer session',
  });

export type CreateBody = z.infer<typeof createSchema>;

/** A new session, before any step of the shopper. */
export function createSession(body: CreateBody, behaviour: Behaviour, source: Source): Session {
  const { customerType, country, locale, references, hooks, data } = body;
  const { order, ...given } = data;
  checkTotals(order);
  return {
    sessionId: source.uuid(),
    createdAt: isoTime(source.now()),
    status: 'started',
    customerType,
    country,
    locale,
    references,
    order,
    people: { ...people, ...given },
    hooks,
    behaviour,
    transactions: [],
    captures: [],
    refunds: [],
  };
}
