import {
  shownAttempts,
  statusOf,
  type Attempt,
  type BridgerpayOrder,
  type Refund,
} from '../../../sandbox/bridgerpay/order.ts';
import { nothing, type Entry, type Outcome, type Summary, type Truth } from './truth.ts';

interface Meaning {
  readonly authorization?: Outcome;
  readonly capture?: 'pending' | 'approved';
  readonly refunded?: Summary;
  readonly flag?: 'on_hold' | 'chargeback';
}

const taken = { authorization: 'approved', capture: 'approved' } as const;

/** What each word of a deposit means. */
const meanings: Readonly<Record<string, Meaning>> = {
  init: {},
  in_process: { authorization: 'pending' },
  pending: { authorization: 'pending' },
  approved_on_hold: { authorization: 'pending', flag: 'on_hold' },
  authorized: { authorization: 'approved' },
  capture_in_progress: { authorization: 'approved', capture: 'pending' },
  approved: taken,
  partly_refunded: { ...taken, refunded: 'partial' },
  refunded: { ...taken, refunded: 'full' },
  chargeback: { ...taken, flag: 'chargeback' },
  declined: { authorization: 'rejected' },
  voided: { authorization: 'cancelled' },
};

/** The truth of a deposit or a payout as the sandbox holds it and as reads tell it: they list no single refund. */
export function truthOfOrder(order: BridgerpayOrder, showsRefunds = true): Truth {
  return order.kind === 'payout' ? truthOfPayout(order) : truthOfDeposit(order, showsRefunds);
}

/** A read of a deposit tells the newest attempt alone; a read by an attempt's own id tells that one. */
function truthOfDeposit(order: BridgerpayOrder, showsRefunds: boolean): Truth {
  const shown = shownAttempts(order);
  const newest = shown.at(-1);
  const further = Object.fromEntries(
    shown.map((attempt) => [attempt.id, truthOfAttempt(order, attempt, showsRefunds)]),
  );
  return newest ? { ...truthOfAttempt(order, newest, showsRefunds), further } : nothing;
}

function truthOfAttempt(order: BridgerpayOrder, attempt: Attempt, showsRefunds: boolean): Truth {
  const { transactionId: id, pspOrderId: group, amount, currency, isIdHidden } = attempt;
  const word = statusOf(order, attempt, showsRefunds);
  const meaning = meanings[word];
  if (!meaning) return { isOver: false, entries: [], unknownWords: [word] };
  const { authorization, capture, refunded, flag } = meaning;
  const common = { id, group, amount, currency, ...(isIdHidden && { isUnnamed: true }) };
  return {
    isOver: false,
    entries: [
      ...(authorization ? [{ kind: 'authorization' as const, status: authorization, ...common }] : []),
      ...(capture
        ? [
            {
              kind: 'capture' as const,
              status: capture,
              ...common,
              ...(capture === 'approved' && { isWhole: true }),
              ...(refunded && { refunded }),
            },
          ]
        : []),
    ],
    ...(!capture && { excluded: [id] }),
    ...(flag && { flags: [{ code: flag, id }] }),
  };
}

const underWay = ['init', 'in_process', 'pending', 'authorized', 'capture_in_progress'];

function truthOfPayout(order: BridgerpayOrder): Truth {
  const attempts = shownAttempts(order);
  if (attempts.length === 0) return nothing;
  const entries = attempts.map(
    ({ transactionId: id, status, word = status, amount, currency, createdAt }): Entry => ({
      kind: 'authorization',
      id,
      // What is on its way, and has no outcome of its own, is pending.
      status: word === 'approved' ? 'approved' : word === 'declined' ? 'rejected' : 'pending',
      amount,
      currency,
      createdAt,
    }),
  );
  const unknownWords = attempts
    .map(({ status, word = status }) => word)
    .filter((word) => word !== 'approved' && word !== 'declined' && !underWay.includes(word));
  const outcome = (['approved', 'pending', 'rejected'] as const).find((word) =>
    entries.some(({ status }) => status === word),
  );
  const isClear = unknownWords.length === 0;
  return { ...(outcome && isClear && { outcome }), isOver: false, entries, unknownWords };
}

/** A refund as its notification tells it. */
export function notifiedEntry({ refundId: id, amount, currency }: Refund): Entry {
  return { kind: 'refund', id, status: 'approved', amount, currency };
}
