import { bridgerpayHooks } from '../../../src/providers/bridgerpay/hooks.ts';
import {
  absent,
  depositReading,
  payoutReading,
  withAttempts,
} from '../../../src/providers/bridgerpay/reading.ts';
import {
  depositSchema,
  payoutListSchema,
  transactionSchema,
} from '../../../src/providers/bridgerpay/schemas.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';
import type { Action } from '../../../sandbox/bridgerpay/actions.ts';
import { plainBehaviour, type Behaviour } from '../../../sandbox/bridgerpay/behaviour.ts';
import { applyAction } from '../../../sandbox/bridgerpay/apply-action.ts';
import { notificationOf } from '../../../sandbox/bridgerpay/notifications.ts';
import {
  newestOf,
  openOrder,
  shownAttempts,
  type Attempt,
  type HookEvent,
  type BridgerpayOrder,
  type Source,
  type PaymentRequest,
} from '../../../sandbox/bridgerpay/order.ts';
import { shownOf, wireDeposit, wirePayout, wireTransaction } from '../../../sandbox/bridgerpay/view.ts';
import type { Kind } from '../../../sandbox/bridgerpay/vocabulary.ts';
import type { Random } from '../../kit/random.ts';
import { notifiedEntry, truthOfOrder } from '../../kit/oracle/bridgerpay.ts';
import type { Claim } from '../../kit/oracle/claims.ts';
import { nothing, type Outcome } from '../../kit/oracle/truth.ts';
import { bridgerpayMoves, type Move } from './bridgerpay-moves.ts';
import type { Moment, WireHook, World } from './world.ts';

const isAbsent: ReadAttempt = { ok: true, reading: absent };

/** One deposit or payout at BridgerPay: it follows the sandbox's rules, and reads pass the product's own parser. */
export function bridgerpayWorld(random: Random, from: number): World {
  const kind: Kind = random.chance(0.75) ? 'deposit' : 'payout';
  const orderId = random.weighted(
    [6, `order-${random.int(1, 99_999)}`],
    [1, `${random.int(1, 99_999)}`],
    [1, `Bestellung Nr. ${random.int(1, 99)}/ü`],
  );
  let now = from;
  const source: Source = { now: () => now, uuid: () => random.uuid() };
  let order = openOrder(undefined, { orderId, kind, request: drawTerms(random) }, source).order;
  const behaviour = drawBehaviour(random);
  const moments: Moment[] = [momentOf(order, from, 'the order is created', [], behaviour)];
  for (const { at, what, move } of bridgerpayMoves(random, kind, from)) {
    now = at;
    const change = applyAction(order, fill(move, order), source);
    order = change.order;
    moments.push(momentOf(order, at, what, change.hooks, behaviour));
  }
  return {
    hooks: bridgerpayHooks,
    kind,
    key: orderId,
    ordered: { amount: order.request.amount, currency: order.request.currency },
    moments,
    before: isAbsent,
    truthBefore: nothing,
    forgeries: forgeriesFor(random, order, now, behaviour),
    newForgery: (own) =>
      wireHook(order, { type: 'approved', attempt: forgedAttempt(own, order, now) }, now, behaviour),
  };
}

function fill(move: Move, order: BridgerpayOrder): Action {
  const newest = newestOf(order);
  return {
    hooks: true,
    ...move,
    ...(move['transactionId'] === 'newest' && { transactionId: newest?.transactionId }),
    ...(move['pspOrderId'] === 'newest' && { pspOrderId: newest?.pspOrderId }),
  } as Action;
}

function drawTerms(random: Random): PaymentRequest {
  return {
    amount: random.weighted([5, 9_995], [3, random.int(10, 999_999)]),
    currency: random.weighted([6, 'EUR'], [1, 'JPY'], [1, 'KWD']),
    country: 'DE',
    method: random.pick(['credit_card', 'apm']),
    payload: null,
    platformId: null,
    shopper: {},
  };
}

/** Draws what the provider's documentation leaves open. */
function drawBehaviour(random: Random): Behaviour {
  if (random.chance(0.5)) return plainBehaviour;
  return {
    ...plainBehaviour,
    // Nobody knows whether the word of a live deposit follows its refunds.
    readsShowRefunds: random.chance(0.6),
    refundCharge: random.pick(['deposit', 'own']),
    refundIds: random.pick(['own', 'deposit']),
    refundAmounts: random.pick(['number', 'text', 'positive', 'positive_text']),
    notApplicable: random.pick(['absent', 'null']),
    newerFields: random.chance(0.5),
  };
}

function momentOf(
  order: BridgerpayOrder,
  at: number,
  what: string,
  events: readonly HookEvent[],
  behaviour: Behaviour,
): Moment {
  const full = readOf(order, at, behaviour);
  return {
    at,
    what,
    hooks: events.map((event) => wireHook(order, event, at, behaviour)),
    truth: truthOfOrder(order, behaviour.readsShowRefunds),
    full,
    poor: full,
    withAttempts: (ids) => withFurther(full, order, at, behaviour, ids),
  };
}

function readOf(order: BridgerpayOrder, now: number, behaviour: Behaviour): ReadAttempt {
  const attempts = shownAttempts(order);
  const newest = attempts.at(-1);
  if (!newest) return isAbsent;
  const show = (attempt: Attempt) => shownOf(order, attempt, behaviour);
  const response = { code: 200 };
  if (order.kind === 'payout') {
    const result = attempts.map((attempt) => wirePayout(order, attempt, show(attempt)));
    const payouts = payoutListSchema.parse({ response, result }).result ?? [];
    return { ok: true, reading: payoutReading(payouts, now) };
  }
  const deposit = wireDeposit(order, newest, show(newest));
  const read = depositSchema.parse({ response, result: { deposit } }).result;
  if (!read) throw new Error('a deposit that does not pass the schema');
  return { ok: true, reading: depositReading(read, now) };
}

/** A read that asks for further attempts by BridgerPay's own ids too, as the product's client does. */
function withFurther(
  full: ReadAttempt,
  order: BridgerpayOrder,
  now: number,
  behaviour: Behaviour,
  ids: readonly string[],
): ReadAttempt {
  if (!full.ok) return full;
  const further = ids.flatMap((id) => {
    const attempt = shownAttempts(order).find((one) => one.id === id);
    if (!attempt) return [];
    const result = wireTransaction(order, attempt, shownOf(order, attempt, behaviour));
    const read = transactionSchema.parse({ response: { code: 200 }, result }).result;
    return read ? [depositReading({ ...read, id: read.id ?? id }, now)] : [];
  });
  return { ok: true, reading: withAttempts(full.reading, further) };
}

function wireHook(order: BridgerpayOrder, event: HookEvent, at: number, behaviour: Behaviour): WireHook {
  const fields = notificationOf({ ...event, order, at, behaviour });
  const { attempt, refund, type } = event;
  // The charge of a notification, where it names the deposit.
  const named =
    behaviour.refundCharge === 'deposit' && !attempt?.isIdHidden ? attempt?.transactionId : undefined;
  return {
    what: type,
    fields,
    claim: claimOf(event, order.kind, behaviour),
    ...(refund &&
      attempt && {
        notified: {
          entry: notifiedEntry(refund),
          isWhole: type === 'refunded',
          payments: [...(named === undefined ? [] : [named]), attempt.pspOrderId],
        },
      }),
  };
}

function claimOf({ type, attempt, refund }: HookEvent, kind: Kind, { newerFields }: Behaviour): Claim {
  const claimed = (status: Outcome) => attemptClaim(attempt!, status, newerFields);
  switch (type) {
    case 'cashier.session.init':
      return { of: 'session', status: 'opened' };
    case 'cashier.session.close':
      return { of: 'session', status: 'closed' };
    case 'approved': {
      const claim = claimed('approved');
      return claim.of === 'authorization' && kind === 'deposit' ? { ...claim, isTaken: true } : claim;
    }
    case 'authorized':
      return claimed('approved');
    case 'declined':
      return claimed('rejected');
    case 'approved_on_hold': {
      const claim = claimed('pending');
      return claim.of === 'authorization' ? { ...claim, isOnHold: true } : claim;
    }
    case 'voided':
      return claimed('cancelled');
    case 'partly_refunded':
    case 'refunded':
      return { of: 'refund', id: refund!.refundId, status: 'approved' };
  }
}

/** About the attempt that the notification names; where it names none, about the payment as a whole. */
function attemptClaim(attempt: Attempt, status: Outcome, hasOwnId: boolean): Claim {
  const { id: ownId, transactionId, pspOrderId: group, isIdHidden } = attempt;
  const id = isIdHidden ? (hasOwnId ? ownId : undefined) : transactionId;
  return id === undefined ? { of: 'outcome', status } : { of: 'authorization', id, status, group };
}

/** Forged notifications: about a transaction that never was, or about more money than there is. */
function forgeriesFor(random: Random, order: BridgerpayOrder, at: number, behaviour: Behaviour): WireHook[] {
  const attempt = forgedAttempt(random, order, at);
  const forged: HookEvent[] = [
    { type: 'approved', attempt },
    { type: 'declined', attempt },
    ...(order.kind === 'deposit'
      ? [
          { type: 'voided' as const, attempt },
          {
            type: 'partly_refunded' as const,
            attempt,
            refund: {
              refundId: random.uuid(),
              attemptId: attempt.id,
              amount: 1,
              currency: attempt.currency,
              createdAt: at,
            },
          },
          { type: 'cashier.session.close' as const },
        ]
      : []),
  ];
  const unknownWord: WireHook = {
    what: 'chargeback',
    fields: notificationOf({ type: 'chargeback', order, attempt, at, behaviour }),
    claim: { of: 'nothing' },
  };
  // No read proves the payment of a forged refund, so that it never counts.
  return [
    ...forged.map((event) => ({ ...wireHook(order, event, at, behaviour), notified: undefined })),
    unknownWord,
  ];
}

function forgedAttempt(
  random: Random,
  { request: { amount, currency } }: BridgerpayOrder,
  createdAt: number,
): Attempt {
  return {
    id: random.uuid(),
    transactionId: random.uuid().replaceAll('-', ''),
    pspOrderId: random.uuid().replaceAll('-', ''),
    status: 'approved',
    amount,
    currency,
    declineCode: null,
    declineReason: null,
    createdAt,
  };
}
