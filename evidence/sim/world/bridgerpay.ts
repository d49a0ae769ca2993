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
  refundedOf,
  type Attempt,
  type HookEvent,
  type BridgerpayOrder,
  type Source,
  type PaymentRequest,
} from '../../../sandbox/bridgerpay/order.ts';
import { shownOf, wireDeposit, wirePayout } from '../../../sandbox/bridgerpay/view.ts';
import type { Kind } from '../../../sandbox/bridgerpay/vocabulary.ts';
import type { Dice } from '../dice.ts';
import { bridgerpayMoves } from './bridgerpay-moves.ts';
import {
  nothing,
  type Entry,
  type Moment,
  type Outcome,
  type Told,
  type Truth,
  type WireHook,
  type World,
} from './world.ts';

const isAbsent: ReadAttempt = { ok: true, reading: absent };

/** An action as somebody at the provider gives it; what it leaves out is as usual. */
export type Move = { readonly action: Action['action'] } & Partial<Record<string, unknown>>;

/** One deposit or payout at BridgerPay, by the sandbox's rules and the product's own parsers. */
export function bridgerpayWorld(dice: Dice, from: number): World {
  const kind: Kind = dice.chance(0.75) ? 'deposit' : 'payout';
  const orderId = dice.weighted([
    [6, `order-${dice.whole(1, 99_999)}`],
    [1, `${dice.whole(1, 99_999)}`],
    [1, `Bestellung Nr. ${dice.whole(1, 99)}/ü`],
  ]);
  let now = from;
  const source: Source = { now: () => now, uuid: () => dice.uuid() };
  let order = openOrder(undefined, { orderId, kind, request: drawTerms(dice) }, source).order;
  const moments: Moment[] = [momentOf(order, from, 'the order is created', [])];
  for (const { at, what, move } of bridgerpayMoves(dice, kind, from)) {
    now = at;
    const change = applyAction(order, fill(move, order), source);
    order = change.order;
    moments.push(momentOf(order, at, what, change.hooks));
  }
  return {
    hooks: bridgerpayHooks,
    kind,
    key: orderId,
    asked: { amount: order.request.amount, currency: order.request.currency },
    moments,
    before: isAbsent,
    truthBefore: nothing,
    hasTakenBack: false,
    inventions: inventionsFor(dice, order, now),
    invent: (own) => wireHook(order, { type: 'approved', attempt: inventedAttempt(own, order, now) }, now),
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

function drawTerms(dice: Dice): PaymentRequest {
  return {
    amount: dice.weighted([
      [5, 9_995],
      [3, dice.whole(10, 999_999)],
    ]),
    currency: dice.weighted([
      [6, 'EUR'],
      [1, 'JPY'],
      [1, 'KWD'],
    ]),
    country: 'DE',
    method: dice.pick(['credit_card', 'apm']),
    payload: null,
    platformId: null,
    shopper: {},
  };
}

function momentOf(order: BridgerpayOrder, at: number, what: string, events: readonly HookEvent[]): Moment {
  const full = readOf(order);
  return {
    at,
    what,
    hooks: events.map((event) => wireHook(order, event, at)),
    truth: truthOf(order),
    full,
    poor: full,
  };
}

function readOf(order: BridgerpayOrder): ReadAttempt {
  const newest = newestOf(order);
  if (!newest) return isAbsent;
  const show = (attempt: Attempt) => shownOf(order, attempt, plainBehaviour);
  const response = { code: 200 };
  if (order.kind === 'payout') {
    const result = order.attempts.map((attempt) => wirePayout(order, attempt, show(attempt)));
    const payouts = payoutListSchema.parse({ response, result }).result ?? [];
    return { ok: true, reading: payoutReading(payouts) };
  }
  const deposit = wireDeposit(order, newest, show(newest));
  const read = depositSchema.parse({ response, result: { deposit } }).result?.deposit;
  if (!read) throw new Error('a deposit that does not pass the schema');
  return { ok: true, reading: depositReading(read) };
}

const outcomes: Readonly<Record<Attempt['status'], Outcome | undefined>> = {
  init: undefined,
  in_process: 'pending',
  pending: 'pending',
  capture_in_progress: 'approved',
  approved: 'approved',
  authorized: 'approved',
  declined: 'rejected',
  voided: 'cancelled',
  approved_on_hold: 'pending',
};

/** A read of a deposit shows the newest attempt alone; approved means that the money is taken. */
function truthOf(order: BridgerpayOrder): Truth {
  if (order.kind === 'payout') return payoutTruth(order);
  const newest = newestOf(order);
  if (!newest) return nothing;
  const { transactionId: id, status, amount, currency } = newest;
  const outcome = outcomes[status];
  const money = { id, amount, currency };
  const refunded = refundedOf(order, newest);
  const isPaid = status === 'approved';
  return {
    ...(outcome && { outcome }),
    isOver: false,
    entries: [
      ...(outcome ? [{ kind: 'authorization' as const, status: outcome, ...money }] : []),
      ...(isPaid ? [{ kind: 'capture' as const, status: 'approved' as const, ...money }] : []),
      ...(status === 'capture_in_progress'
        ? [{ kind: 'capture' as const, status: 'pending' as const, ...money }]
        : []),
    ],
    ...(isPaid && refunded > 0 && { refundedWord: refunded >= amount ? 'full' : 'partial' }),
    told: [],
  };
}

function payoutTruth({ attempts }: BridgerpayOrder): Truth {
  const entries = attempts.map(({ transactionId: id, status, amount, currency }): Entry => ({
    kind: 'authorization',
    id,
    // What is on its way, and has no outcome of its own, is pending.
    status: status === 'approved' ? 'approved' : status === 'declined' ? 'rejected' : 'pending',
    amount,
    currency,
  }));
  const outcome = (['approved', 'pending', 'rejected'] as const).find((word) =>
    entries.some(({ status }) => status === word),
  );
  return { ...(outcome && { outcome }), isOver: false, entries, told: [] };
}

function wireHook(order: BridgerpayOrder, event: HookEvent, at: number): WireHook {
  const fields = notificationOf({ ...event, order, at, behaviour: plainBehaviour });
  const { refund, type } = event;
  const entry: Entry | undefined = refund && {
    kind: 'refund',
    id: refund.refundId,
    status: 'approved',
    amount: refund.amount,
    currency: refund.currency,
  };
  return {
    what: type,
    fields,
    told: toldBy(event),
    ...(entry && { money: { entry, isWhole: type === 'refunded' } }),
  };
}

function toldBy({ type, attempt, refund }: HookEvent): Told {
  switch (type) {
    case 'cashier.session.init':
      return { of: 'session', status: 'opened' };
    case 'cashier.session.close':
      return { of: 'session', status: 'closed' };
    case 'approved':
    case 'authorized':
      return { of: 'authorization', id: attempt!.transactionId, status: 'approved' };
    case 'declined':
      return { of: 'authorization', id: attempt!.transactionId, status: 'rejected' };
    case 'approved_on_hold':
      return { of: 'outcome', status: 'pending' };
    case 'voided':
      return { of: 'outcome', status: 'cancelled' };
    case 'partly_refunded':
    case 'refunded':
      return { of: 'refund', id: refund!.refundId, status: 'approved' };
  }
}

/** Notifications that somebody made up: about a transaction that never was, or about more money than there is. */
function inventionsFor(dice: Dice, order: BridgerpayOrder, at: number): WireHook[] {
  const attempt = inventedAttempt(dice, order, at);
  const invented: HookEvent[] = [
    { type: 'approved', attempt },
    { type: 'declined', attempt },
    ...(order.kind === 'deposit'
      ? [
          { type: 'voided' as const, attempt },
          {
            type: 'partly_refunded' as const,
            attempt,
            refund: {
              refundId: dice.uuid(),
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
  const strange: WireHook = {
    what: 'chargeback',
    fields: notificationOf({ type: 'chargeback', order, attempt, at, behaviour: plainBehaviour }),
    told: { of: 'nothing' },
  };
  // Nothing that is known of a refund is about a payment that a read could prove.
  return [...invented.map((event) => ({ ...wireHook(order, event, at), money: undefined })), strange];
}

function inventedAttempt(
  dice: Dice,
  { request: { amount, currency } }: BridgerpayOrder,
  createdAt: number,
): Attempt {
  return {
    id: dice.uuid(),
    transactionId: dice.uuid().replaceAll('-', ''),
    pspOrderId: dice.uuid().replaceAll('-', ''),
    status: 'approved',
    amount,
    currency,
    declineCode: null,
    declineReason: null,
    createdAt,
  };
}
