import { parseDecimal } from '../../domain/money/money.ts';
import type { Movement, MovementRef, RaisedFlag, Reading, Settlement } from '../../domain/money/payment.ts';
import { parseDate } from '../dates.ts';
import { unreadable, withoutDoubles, type Unreadable } from '../wire.ts';
import { lookUp } from '../words.ts';
import type { Deposit, Payout } from './schemas.ts';
import { depositStatuses, payoutStatuses, type DepositMeaning } from './vocabulary.ts';

/** The reading of an order without a payment. */
export const absent: Reading = { presence: 'absent', movements: [] };

/** What a person has to hear of: words that nobody knows, and what cannot be read. */
interface Notes {
  readonly unknown: string[];
  readonly unreadable: string[];
}

/**
 * A deposit as a reading: its authorization and its capture, or that it has none. The order stays open whatever the
 * status, since the shopper may start another attempt. `now` is epoch milliseconds.
 */
export function depositReading(deposit: Deposit, now: number): Reading {
  const notes: Notes = { unknown: [], unreadable: [] };
  const { psp_order_id: group, status: word } = deposit;
  const named = deposit.transaction_id ?? deposit.id;
  const id = named ?? group ?? 'deposit';
  const meaning = meaningOf(word, id, notes);
  const createdAt = parseDate(deposit.created_at, now) ?? parseDate(deposit.processing_date, now);
  const common = {
    id,
    ...(deposit.id !== undefined && deposit.id !== id && { aliases: [deposit.id] }),
    ...(named === undefined && { isUnnamed: true as const }),
    ...moneyOf(deposit, `deposit ${id}`, notes),
    ...(group !== undefined && { group }),
    ...(createdAt !== undefined && { createdAt }),
  };
  const method = deposit.payment_method ?? deposit.psp_name;
  const isRuledOut = meaning !== undefined && meaning.capture === undefined;
  return {
    presence: 'open',
    movements: meaning ? halvesOf(meaning, common) : [],
    ...(isRuledOut && { ruledOut: [{ kind: 'capture', id }] satisfies MovementRef[] }),
    ...(method !== undefined && { method: method.toLowerCase() }),
    ...(meaning?.flag && { flags: [{ code: meaning.flag, subject: id }] satisfies RaisedFlag[] }),
    ...told(notes),
  };
}

function meaningOf(word: Deposit['status'], id: string, notes: Notes): DepositMeaning | undefined {
  if (word === unreadable) {
    notes.unreadable.push(`deposit ${id}: status`);
    return undefined;
  }
  const meaning: DepositMeaning | undefined = lookUp(depositStatuses, word);
  if (!meaning) notes.unknown.push(word ?? 'no status');
  return meaning;
}

/** One deposit is an authorization and a capture by the same id. An approved one took its payment whole, whatever its amount. */
function halvesOf(meaning: DepositMeaning, common: Omit<Movement, 'kind' | 'status'>): readonly Movement[] {
  const { authorization, capture, refunded } = meaning;
  return [
    ...(authorization ? [{ kind: 'authorization' as const, status: authorization, ...common }] : []),
    ...(capture
      ? [
          {
            kind: 'capture' as const,
            status: capture,
            ...common,
            automatic: true as const,
            ...(capture === 'approved' && { isWhole: true as const }),
            ...(refunded && { refunded }),
          },
        ]
      : []),
  ];
}

/** The payouts of one order as a reading: approved when one of them is, rejected when all are. */
export function payoutReading(payouts: readonly (Payout | Unreadable)[], now: number): Reading {
  const notes: Notes = { unknown: [], unreadable: [] };
  const movements = withoutDoubles(
    payouts.map((payout, index) => payoutMovement(payout, index, now, notes)),
    ({ id }) => notes.unreadable.push(`payout ${id}: told twice, differently`),
  );
  const outcome = strongest(movements.map(({ status }) => status));
  const isClear = notes.unknown.length + notes.unreadable.length === 0;
  return { presence: 'open', ...(outcome && isClear && { outcome }), movements, ...told(notes) };
}

function payoutMovement(payout: Payout | Unreadable, index: number, now: number, notes: Notes): Movement {
  const named = payout === unreadable ? undefined : (payout.transaction_id ?? payout.id);
  const id = named ?? `payout-${index}`;
  const what = `payout ${named ?? index}`;
  if (payout === unreadable || named === undefined) {
    notes.unreadable.push(payout === unreadable ? what : `${what}: id`);
    return { kind: 'authorization', id, isUnnamed: true, status: 'pending' };
  }
  const { status: word } = payout;
  const status = typeof word === 'string' ? lookUp(payoutStatuses, word) : undefined;
  if (word === unreadable) notes.unreadable.push(`${what}: status`);
  else if (!status) notes.unknown.push(word ?? 'no status');
  const createdAt = parseDate(payout.created_at, now) ?? parseDate(payout.processing_date, now);
  return {
    kind: 'authorization',
    id,
    ...(payout.id !== undefined && payout.id !== id && { aliases: [payout.id] }),
    status: status ?? 'pending',
    ...moneyOf(payout, what, notes),
    ...(createdAt !== undefined && { createdAt }),
  };
}

function strongest(statuses: readonly Settlement[]): Settlement | undefined {
  return (['approved', 'pending', 'rejected', 'cancelled'] as const).find((status) =>
    statuses.includes(status),
  );
}

/** Major units as minor units. An amount that is none, is below zero or does not fit its currency is told, never rounded. */
function moneyOf({ amount: major, currency }: Deposit | Payout, what: string, notes: Notes) {
  const minor =
    currency === undefined || typeof major !== 'string' ? undefined : parseDecimal(major, currency);
  const amount = minor !== undefined && minor >= 0 ? minor : undefined;
  if (amount === undefined && major !== undefined) notes.unreadable.push(`${what}: amount`);
  return { ...(amount !== undefined && { amount }), ...(currency !== undefined && { currency }) };
}

function told(notes: Notes) {
  return {
    ...(notes.unknown.length > 0 && { unknown: notes.unknown }),
    ...(notes.unreadable.length > 0 && { unreadable: notes.unreadable }),
  };
}

/**
 * A reading with what was read of further attempts, each by its own id. What the first reading tells of a movement
 * stands.
 */
export function withAttempts(reading: Reading, attempts: readonly Reading[]): Reading {
  return attempts.reduce((known, attempt) => {
    const isKnown = ({ kind, id }: MovementRef) =>
      [...known.movements, ...(known.ruledOut ?? [])].some((one) => one.kind === kind && one.id === id);
    const all = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined) => [
      ...(one ?? []),
      ...(other ?? []),
    ];
    const ruledOut = all(
      known.ruledOut,
      attempt.ruledOut?.filter((one) => !isKnown(one)),
    );
    const flags = all(known.flags, attempt.flags);
    const unknown = all(known.unknown, attempt.unknown);
    const cannotBeRead = all(known.unreadable, attempt.unreadable);
    return {
      ...known,
      presence: 'open',
      movements: [...known.movements, ...attempt.movements.filter((one) => !isKnown(one))],
      ...(ruledOut.length > 0 && { ruledOut }),
      ...(flags.length > 0 && { flags }),
      ...(unknown.length > 0 && { unknown }),
      ...(cannotBeRead.length > 0 && { unreadable: cannotBeRead }),
    };
  }, reading);
}
