import { bridgerpayHooks } from '../../../src/providers/bridgerpay/hooks.ts';
import { absent, depositReading, payoutReading } from '../../../src/providers/bridgerpay/reading.ts';
import { depositSchema, payoutListSchema } from '../../../src/providers/bridgerpay/schemas.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';
import type { Action } from '../../../sandbox/bridgerpay/actions.ts';
import { plainBehaviour } from '../../../sandbox/bridgerpay/behaviour.ts';
import { applyAction } from '../../../sandbox/bridgerpay/apply-action.ts';
import { notificationOf } from '../../../sandbox/bridgerpay/notifications.ts';
import {
  newestOf,
  openOrder,
  type Attempt,
  type HookEvent,
  type BridgerpayOrder,
  type Source,
  type PaymentRequest,
} from '../../../sandbox/bridgerpay/order.ts';
import { shownOf, wireDeposit, wirePayout } from '../../../sandbox/bridgerpay/view.ts';
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
  const moments: Moment[] = [momentOf(order, from, 'the order is created', [])];
  for (const { at, what, move } of bridgerpayMoves(random, kind, from)) {
    now = at;
    const change = applyAction(order, fill(move, order), source);
    order = change.order;
    moments.push(momentOf(order, at, what, change.hooks));
  }
  return {
    hooks: bridgerpayHooks,
    kind,
    key: orderId,
    ordered: { amount: order.request.amount, currency: order.request.currency },
    moments,
    before: isAbsent,
    truthBefore: nothing,
    forgeries: forgeriesFor(random, order, now),
    newForgery: (own) => wireHook(order, { type: 'approved', attempt: forgedAttempt(own, order, now) }, now),
  };
}

function fill(move: Move, order: BridgerpayOrder): Action {
  const isNewest = move['transactionId'] === 'newest';
  return {
    hooks: true,
    ...move,
    ...(isNewest && { transactionId: newestOf(order)?.transactionId }),
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

function momentOf(order: BridgerpayOrder, at: number, what: string, events: readonly HookEvent[]): Moment {
  const full = readOf(order, at);
  return {
    at,
    what,
    hooks: events.map((event) => wireHook(order, event, at)),
    truth: truthOfOrder(order),
    full,
    poor: full,
  };
}

function readOf(order: BridgerpayOrder, now: number): ReadAttempt {
  const newest = newestOf(order);
  if (!newest) return isAbsent;
  const show = (attempt: Attempt) => shownOf(order, attempt, plainBehaviour);
  const response = { code: 200 };
  if (order.kind === 'payout') {
    const result = order.attempts.map((attempt) => wirePayout(order, attempt, show(attempt)));
    const payouts = payoutListSchema.parse({ response, result }).result ?? [];
    return { ok: true, reading: payoutReading(payouts, now) };
  }
  const deposit = wireDeposit(order, newest, show(newest));
  const read = depositSchema.parse({ response, result: { deposit } }).result;
  if (!read) throw new Error('a deposit that does not pass the schema');
  return { ok: true, reading: depositReading(read, now) };
}

function wireHook(order: BridgerpayOrder, event: HookEvent, at: number): WireHook {
  const fields = notificationOf({ ...event, order, at, behaviour: plainBehaviour });
  const { attempt, refund, type } = event;
  return {
    what: type,
    fields,
    claim: claimOf(event),
    ...(refund &&
      attempt && {
        notified: {
          entry: notifiedEntry(refund),
          isWhole: type === 'refunded',
          payments: [attempt.transactionId, attempt.pspOrderId],
        },
      }),
  };
}

function claimOf({ type, attempt, refund }: HookEvent): Claim {
  switch (type) {
    case 'cashier.session.init':
      return { of: 'session', status: 'opened' };
    case 'cashier.session.close':
      return { of: 'session', status: 'closed' };
    case 'approved':
    case 'authorized':
      return attemptClaim(attempt!, 'approved');
    case 'declined':
      return attemptClaim(attempt!, 'rejected');
    case 'approved_on_hold':
      return { ...attemptClaim(attempt!, 'pending'), isOnHold: true };
    case 'voided':
      return attemptClaim(attempt!, 'cancelled');
    case 'partly_refunded':
    case 'refunded':
      return { of: 'refund', id: refund!.refundId, status: 'approved' };
  }
}

function attemptClaim({ transactionId: id, pspOrderId: group }: Attempt, status: Outcome) {
  return { of: 'authorization' as const, id, status, group };
}

/** Forged notifications: about a transaction that never was, or about more money than there is. */
function forgeriesFor(random: Random, order: BridgerpayOrder, at: number): WireHook[] {
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
    fields: notificationOf({ type: 'chargeback', order, attempt, at, behaviour: plainBehaviour }),
    claim: { of: 'nothing' },
  };
  // No read proves the payment of a forged refund, so that it never counts.
  return [...forged.map((event) => ({ ...wireHook(order, event, at), notified: undefined })), unknownWord];
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
