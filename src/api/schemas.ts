import { z } from 'zod';
import { reasons } from '../domain/escalation/reasons.ts';
import type { Explanation } from '../domain/order/explain.ts';
import { findingCodes } from '../domain/money/findings.ts';
import { evidences, kinds, movementKinds, presences, settlements } from '../domain/money/payment.ts';
import { escalationStates } from '../domain/escalation/ladder.ts';
import { dispositions } from '../domain/order/hints.ts';
import { timelineKinds } from '../domain/order/timeline.ts';
import { exponentOf, isMinorUnits } from '../domain/money/money.ts';
import { statuses } from '../domain/money/status.ts';
import type { Order, TimelineView } from '../domain/order/view.ts';
import { problems, type ProblemCode } from './problems.ts';

// The shapes of the API, written once: they check requests, serialize answers and make the OpenAPI document.

const time = z.iso.datetime().describe('ISO 8601, UTC');
const minorUnits = z
  .number()
  .int()
  .refine(isMinorUnits, { message: 'expected a whole number of minor units' })
  .describe('ISO 4217 minor units');

export const moneySchema = z.object({
  amount: minorUnits.positive(),
  currency: z
    .string()
    .refine((code) => exponentOf(code) !== undefined, { message: 'expected an ISO 4217 code' }),
});

/** Text for timelines and search attributes: no control characters, at most `maxBytes` bytes. */
export function plainText(maxBytes: number) {
  return z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= maxBytes, { message: `expected at most ${maxBytes} bytes` })
    .refine((text) => !/\p{Cc}/u.test(text), { message: 'expected no control characters' });
}

/** Text to search for. No stored text has control characters. */
export const searchText = z.string().regex(/^\P{Cc}*$/u, { message: 'expected no control characters' });

const amountsSchema = z.object({
  currency: z.string().exactOptional(),
  expected: minorUnits.exactOptional(),
  authorized: minorUnits.exactOptional(),
  captured: minorUnits.exactOptional(),
  capturePending: minorUnits.exactOptional(),
  refunded: minorUnits.exactOptional(),
  refundPending: minorUnits.exactOptional(),
  cancelled: minorUnits.exactOptional(),
});

const resolutionSchema = z.object({ by: z.string(), at: time, reason: z.string() });

const escalationSchema = z.object({
  level: z.number().int(),
  reasons: z.array(z.enum(reasons)).readonly(),
  openedAt: time,
  state: z.enum(escalationStates),
  owner: z.string().nullable(),
  snoozedUntil: time.nullable(),
  nextLevelAt: time.nullable(),
  resolved: resolutionSchema
    .exactOptional()
    .describe('In state `resolved`: who resolved last what still holds, when and why'),
});

export const orderSchema = z
  .object({
    id: z.string(),
    account: z.string(),
    provider: z.string(),
    kind: z.enum(kinds),
    reference: z.string().exactOptional(),
    status: z.enum(statuses),
    amounts: amountsSchema,
    method: z.string().exactOptional(),
    verified: z.object({ at: time, attempts: z.number().int() }).exactOptional(),
    unverifiedSince: time.nullable(),
    findings: z.array(z.object({ code: z.enum(findingCodes), at: time, detail: z.string() })).readonly(),
    escalation: escalationSchema.nullable(),
    sequence: z.number().int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Order' }) satisfies z.ZodType<Order>;

/** The order after a resolve. */
export const resolvedOrderSchema = orderSchema
  .extend({
    stillHolding: z
      .array(z.object({ code: z.enum(reasons), subject: z.string() }))
      .readonly()
      .describe('What still holds although it was resolved; the subject is empty for the order as a whole'),
  })
  .meta({ id: 'ResolvedOrder' });

export const timelineSchema = z
  .object({
    entries: z
      .array(
        z.object({
          at: time,
          kind: z.enum(timelineKinds),
          summary: z.string(),
          disposition: z.enum(dispositions).exactOptional(),
          times: z.number().int().exactOptional(),
          lastAt: time.exactOptional(),
        }),
      )
      .readonly(),
    dropped: z.number().int(),
  })
  .meta({ id: 'Timeline' }) satisfies z.ZodType<TimelineView>;

export const explanationSchema = z
  .object({
    presence: z.enum(presences),
    movements: z
      .array(
        z.object({
          kind: z.enum(movementKinds),
          id: z.string(),
          status: z.enum(settlements),
          amount: minorUnits.exactOptional(),
          currency: z.string().exactOptional(),
          evidence: z.enum(evidences),
        }),
      )
      .readonly(),
    expiresAt: time.nullable(),
    claims: z
      .array(z.object({ event: z.string(), status: z.string(), receivedAt: time, rereadAt: time.nullable() }))
      .readonly(),
    disputes: z.array(z.object({ event: z.string(), status: z.string(), at: time })).readonly(),
    reasons: z
      .array(
        z.object({
          code: z.enum(reasons),
          subject: z.string(),
          since: time,
          resolved: resolutionSchema.nullable(),
        }),
      )
      .readonly(),
    registeredReference: z.string().nullable(),
    paidTwice: z.array(z.string()).readonly(),
    next: z.object({ what: z.string(), at: time.nullable() }),
  })
  .meta({ id: 'Explanation' }) satisfies z.ZodType<Explanation>;

/** The parameters that every list of orders takes beside its filters. */
export const listShape = {
  account: searchText.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
};

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
  })
  .meta({ id: 'Problem' });
