import { z } from 'zod';
import {
  anything,
  currencyOf,
  entriesOf,
  fieldOf,
  idOf,
  isFields,
  isNothing,
  isTrue,
  minorUnitsOf,
  textOf,
  unreadable,
  wordOf,
} from '../wire.ts';

const money = { currency: anything(currencyOf), amountIncVat: anything(minorUnitsOf) };
const text = anything(textOf);

const transaction = z.object({
  ...money,
  transactionId: anything(idOf),
  reservationId: anything(idOf),
  status: anything(wordOf),
  createdAt: z.unknown().optional(),
  expiresAt: z.unknown().optional(),
  pspDisplayName: text,
  pspIntegrationName: text,
});

/** A capture or a refund; each has its id in a field of its own. */
const change = z.object({
  ...money,
  captureId: anything(idOf),
  refundId: anything(idOf),
  status: anything(wordOf),
  createdAt: z.unknown().optional(),
  autoCaptured: anything(isTrue),
});

/** Each entry of a list by itself: one that is no object is `unreadable`, and spoils no other. */
function listOf<T extends z.ZodType>(entry: T) {
  return anything((value) => {
    const entries = entriesOf(value);
    return typeof entries === 'symbol'
      ? unreadable
      : entries.map((one) => (isFields(one) ? entry.parse(one) : unreadable));
  });
}

/** The word at the end of these names; `unreadable` where something stands in the way to it. */
function wordAt(...names: readonly string[]) {
  return anything((value) => {
    let held = value;
    for (const name of names) {
      if (!isFields(held)) return isNothing(held) ? undefined : unreadable;
      held = fieldOf(held, name);
    }
    return wordOf(held);
  });
}

/** An object whose fields may all be absent; what is none has none of them. */
function fieldsOf<T extends z.ZodType>(schema: T) {
  return anything((value) => schema.parse(isFields(value) ? value : {}));
}

const captures = listOf(change);
const refunds = listOf(change);

const data = z.object({
  order: fieldsOf(z.object(money)),
  transactions: listOf(transaction),
  captures,
  refunds,
  paymentTags: z.unknown().optional(),
});

/**
 * `GET /v3/session/{id}`: the fields about money. Only the session's id is needed; a field of the wrong type counts as
 * absent, and as `unreadable` where money hangs on it. Everything else is dropped here, above all personal data.
 */
export const sessionSchema = z.object({
  sessionId: z.string(),
  status: anything(wordOf),
  references: fieldsOf(z.object({ reference1: text })),
  moduleStatus: wordAt('payment', 'orderStatus'),
  data: anything((value) =>
    isFields(value) || isNothing(value) ? data.parse(isFields(value) ? value : {}) : unreadable,
  ),
  captures,
  refunds,
});

export type Session = z.infer<typeof sessionSchema>;
export type Transaction = z.infer<typeof transaction>;
export type Change = z.infer<typeof change>;
