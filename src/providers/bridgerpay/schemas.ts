import { z } from 'zod';
import {
  anything,
  entriesOf,
  fieldOf,
  idOf,
  isFields,
  isNothing,
  textOf,
  unreadable,
  wordOf,
  type Unreadable,
} from '../wire.ts';
import { something } from './vocabulary.ts';

/** Text, or a number as text; what stands for nothing is undefined. */
const text = anything(something);
const id = anything((value) => (something(value) === undefined ? undefined : idOf(value)));

/** A status in lower case, with one way to part its words. */
const status = anything((value) => {
  const word = wordOf(value);
  if (typeof word !== 'string') return word;
  return something(word)
    ?.toLowerCase()
    .replace(/[\s-]+/g, '_');
});

/** A decimal in major units; deposits have text and payouts numbers. */
const decimal = anything((value): string | Unreadable | undefined =>
  isNothing(value) ? undefined : textOf(value) === undefined ? unreadable : something(value),
);

/** An answer of the API. Its code counts, not the HTTP status. */
export interface Envelope<T> {
  readonly code: number;
  /** Undefined where the answer has none, whatever its code is. */
  readonly result?: T | undefined;
}

/** The code of an envelope; without one, what its word says. Undefined for what is no envelope of BridgerPay. */
export function envelopeCode(answer: unknown): number | undefined {
  const response = fieldOf(answer, 'response');
  const code = textOf(fieldOf(response, 'code'));
  if (code !== undefined) return /^[1-5]\d\d$/.test(code) ? Number(code) : undefined;
  return /^(ok|success)$/i.test(textOf(fieldOf(response, 'status')) ?? '') ? 200 : undefined;
}

/** The envelope of every answer; the result of a failure is not looked at. */
function envelope<T extends z.ZodType>(result: T) {
  return z.unknown().transform((answer, context): Envelope<z.output<T>> => {
    const code = envelopeCode(answer);
    const issue = (path: string[]) => {
      context.addIssue({ code: 'custom', path, message: 'unexpected shape' });
      return z.NEVER;
    };
    if (code === undefined) return issue(['response']);
    const content = fieldOf(answer, 'result');
    if (code !== 200 || content === undefined || content === null) return { code };
    const parsed = result.safeParse(content);
    return parsed.success ? { code, result: parsed.data } : issue(['result']);
  });
}

const lifetimeS = 7_200;

/** `POST /v2/auth/login` */
export const loginSchema = envelope(
  z.object({
    access_token: z.object({
      token: z.string().min(1),
      expires_in: anything((value) => {
        const seconds = Number(textOf(value));
        return seconds > 0 && Number.isFinite(seconds) ? seconds : lifetimeS;
      }),
    }),
  }),
);

const payment = {
  id,
  transaction_id: id,
  // As it is, since it is compared.
  merchant_order_id: anything((value) => (typeof value === 'number' ? String(value) : value)),
  amount: decimal,
  currency: anything((value) => something(value)?.toUpperCase()),
  status,
  created_at: z.unknown().optional(),
  processing_date: z.unknown().optional(),
};

const deposit = z.object({ ...payment, psp_order_id: id, payment_method: text, psp_name: text });

/** The deposit of a result; null where it says that there is none, undefined where it says neither. */
const heldDeposit = z.unknown().transform((result, context): Deposit | null | undefined => {
  const held = fieldOf(result, 'deposit');
  if (isFields(held) && !isNothing(held)) return deposit.parse(held);
  if (isFields(result) && Object.hasOwn(result, 'deposit') && isNothing(held)) return null;
  if (isNothing(result) || (isFields(result) && held === undefined)) return undefined;
  context.addIssue({ code: 'custom', message: 'not a deposit' });
  return z.NEVER;
});

/** `GET /v2/merchant/{api_key}/deposits/{order_id}`; fields of card and shopper are dropped here. */
export const depositSchema = envelope(heldDeposit);

/** `GET /mpi/v2/{api_key}/deposit/transaction/{id}`: the result is the deposit, or has one. */
export const transactionSchema = envelope(
  anything((result) => {
    const held = fieldOf(result, 'deposit') ?? result;
    return isFields(held) ? deposit.parse(held) : undefined;
  }),
);

const payout = z.object(payment);

/**
 * `GET /v2/{api_key}/payouts?merchantOrderId=`. The documentation shows both a bare list and a list in `records`. An
 * entry that is no object is `unreadable`, and spoils no other.
 */
export const payoutListSchema = envelope(
  z.unknown().transform((result, context) => {
    const entries = entriesOf(fieldOf(result, 'records') ?? result);
    if (entries !== unreadable)
      return entries.map((one): Payout | Unreadable => (isFields(one) ? payout.parse(one) : unreadable));
    context.addIssue({ code: 'custom', message: 'not a list' });
    return z.NEVER;
  }),
);

/** `GET /v2/{api_key}/payouts/{id}` */
export const payoutSchema = envelope(
  z.unknown().transform((result, context): Payout | undefined => {
    if (isNothing(result)) return undefined;
    if (isFields(result)) return payout.parse(result);
    context.addIssue({ code: 'custom', message: 'not a payout' });
    return z.NEVER;
  }),
);

export type Deposit = z.infer<typeof deposit>;
export type Payout = z.infer<typeof payout>;
