import { z } from 'zod';

// Minor units, as a number or as text. Fractions and negative numbers fail.
const minorUnits = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);
const text = optional(z.string());

const money = { currency: text, amountIncVat: optional(minorUnits) };

const transaction = z.object({
  ...money,
  transactionId: text,
  reservationId: text,
  status: text,
  createdAt: text,
  expiresAt: text,
  pspDisplayName: text,
  pspIntegrationName: text,
});

const capture = z.object({
  ...money,
  captureId: z.string().min(1),
  status: text,
  autoCaptured: optional(z.boolean()),
});
const refund = z.object({ ...money, refundId: z.string().min(1), status: text });

const listOf = <T extends z.ZodType>(schema: T) => optional(z.array(schema));

/** `GET /v3/session/{id}`: the fields about money. Everything else is dropped here, above all personal data. */
export const sessionSchema = z.object({
  sessionId: z.string(),
  status: text,
  references: optional(z.record(z.string(), z.unknown())),
  moduleStatus: optional(z.object({ payment: optional(z.object({ orderStatus: text })) })),
  data: optional(
    z.object({
      order: optional(z.object(money)),
      transactions: listOf(transaction),
      captures: listOf(capture),
      refunds: listOf(refund),
      paymentTags: optional(z.union([z.array(z.string()), z.record(z.string(), z.unknown())])),
    }),
  ),
  captures: listOf(capture),
  refunds: listOf(refund),
});

export type Session = z.infer<typeof sessionSchema>;
export type Transaction = z.infer<typeof transaction>;
export type Entry = z.infer<typeof capture> | z.infer<typeof refund>;
