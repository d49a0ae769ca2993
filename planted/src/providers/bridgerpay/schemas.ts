import { z } from 'zod';

const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? undefined);
// Deposits name amounts as text, payouts as a number; both are decimals of major units.
const decimal = z.union([z.string(), z.number()]).nullish();

/** Everything comes in an envelope whose code counts, whatever the HTTP status says; only a success has the result asked for. */
function envelope<T extends z.ZodType>(result: T) {
  const wire = z.object({ response: z.object({ code: z.coerce.number().int() }), result: z.unknown() });
  return wire.transform(
    ({ response, result: told }, context): { response: typeof response; result?: z.output<T> | null } => {
      if (response.code !== 200 || told === null || told === undefined) return { response };
      const parsed = result.safeParse(told);
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

/** `GET /v2/merchant/{api_key}/deposits/{order_id}`; what it says of card and shopper is dropped here. */
export const depositSchema = envelope(z.object({ deposit: deposit.nullish() }));

const payout = z.object({ ...payment, id: text });

/** `GET /v2/{api_key}/payouts?merchantOrderId=` and `GET /v2/{api_key}/payouts/{id}` */
export const payoutListSchema = envelope(
  // One page of the documents shows a bare list, another one with records.
  z.union([z.array(payout), z.object({ records: z.array(payout) }).transform(({ records }) => records)]),
);
export const payoutSchema = envelope(payout);

export type Deposit = z.infer<typeof deposit>;
export type Payout = z.infer<typeof payout>;
