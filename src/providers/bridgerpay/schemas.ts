import { z } from 'zod';

const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? undefined);
// Amounts are text in deposits and numbers in payouts, both decimals in major units.
const decimal = z.union([z.string(), z.number()]).nullish();

/** The envelope of every answer. Its code counts, not the HTTP status; only a success has a result. */
function envelope<T extends z.ZodType>(result: T) {
  const wire = z.object({ response: z.object({ code: z.coerce.number().int() }), result: z.unknown() });
  return wire.transform(
    ({ response, result: content }, context): { response: typeof response; result?: z.output<T> | null } => {
      if (response.code !== 200 || content === null || content === undefined) return { response };
      const parsed = result.safeParse(content);
      if (parsed.success) return { response, result: parsed.data };
      context.addIssue({ code: 'custom', path: ['result'], message: 'unexpected shape' });
      return z.NEVER;
    },
  );
}

const payment = {
  transaction_id: text,
  merchant_order_id: text,
  amount: decimal,
  currency: text,
  status: text,
};

/** `POST /v2/auth/login` */
export const loginSchema = envelope(
  z.object({
    access_token: z.object({
      token: z.string().min(1),
      expires_in: z.coerce.number().positive().default(7_200),
    }),
  }),
);

const deposit = z.object({
  ...payment,
  psp_order_id: text,
  payment_method: text,
  card_type: text,
  psp_name: text,
});

/** `GET /v2/merchant/{api_key}/deposits/{order_id}`; fields of card and shopper are dropped here. */
export const depositSchema = envelope(z.object({ deposit: deposit.nullish() }));

const payout = z.object({ ...payment, id: text });

/** `GET /v2/{api_key}/payouts?merchantOrderId=` and `GET /v2/{api_key}/payouts/{id}` */
export const payoutListSchema = envelope(
  // The documentation shows both a bare list and a list in `records`.
  z.union([z.array(payout), z.object({ records: z.array(payout) }).transform(({ records }) => records)]),
);
export const payoutSchema = envelope(payout);

export type Deposit = z.infer<typeof deposit>;
export type Payout = z.infer<typeof payout>;
