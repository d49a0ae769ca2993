import { Refusal } from '../answers.ts';
import type { ActionName, ActionOf } from './actions.ts';
import { givenAmount } from './money.ts';
import {
  type Attempt,
  type CashierSession,
  type Change,
  type Order,
  type Refund,
  type Source,
  beginAttempt,
  currentOf,
  idsOf,
  openOrder,
  refundTypeOf,
  refundedOf,
  withAttempt,
} from './order.ts';
import { type Outcome, isOpen, isPaid } from './vocabulary.ts';

type Step<N extends ActionName> = (order: Order, action: ActionOf<N>, source: Source) => Change;

/** One action's step. Refuses only what has no meaning, such as a cashier session of a payout. */
export function act<N extends ActionName>(order: Order, action: ActionOf<N>, source: Source): Change {
  const change = steps[action.action](order, action, source);
  return action.hooks ? change : { ...change, hooks: [] };
}

const steps: { readonly [N in ActionName]: Step<N> } = {
  init: (order, _action, { now }) => inSession(order, 'cashier.session.init', { openedAt: now() }),
  close: (order, _action, { now }) => inSession(order, 'cashier.session.close', { closedAt: now() }),
  pay,
  approve: (order, action, source) => settle(order, 'approved', action, source),
  decline,
  authorize: (order, action, source) => settle(order, 'authorized', action, source),
  void: (order, action, source) => settle(depositOnly(order, 'void'), 'voided', action, source),
  hold,
  refund,
  new_attempt: newAttempt,
};

interface Terms {
  readonly transactionId?: string | undefined;
  readonly amount?: string | number | undefined;
  readonly currency?: string | undefined;
}

function inSession(order: Order, type: 'cashier.session.init' | 'cashier.session.close', at: object): Change {
  const session = depositOnly(order, type).sessions.at(-1);
  if (session === undefined) throw new Error('a deposit without a session');
  const touched: CashierSession = { ...session, ...at };
  return {
    order: { ...order, sessions: [...order.sessions.slice(0, -1), touched] },
    hooks: [{ type, session: touched }],
    ids: { cashierSessionId: session.sessionId },
  };
}

/** Starts a transaction, or tells how far the one that is under way has come. Nobody is notified of either. */
function pay(order: Order, action: ActionOf<'pay'>, source: Source): Change {
  const named = attemptFor(order, action, source);
  const isOver = action.transactionId === undefined && !isOpen(named.status);
  const attempt = isOver ? beginAttempt(order, undefined, source) : named;
  const paying = { ...attempt, ...moneyOf(attempt, action), status: action.status };
  return { order: withAttempt(order, paying), hooks: [], ids: idsOf(paying) };
}

function settle(
  order: Order,
  status: Outcome,
  action: Terms,
  source: Source,
  more: Partial<Attempt> = {},
): Change {
  const attempt = attemptFor(order, action, source);
  const cleared = { declineCode: null, declineReason: null };
  const settled = { ...attempt, ...moneyOf(attempt, action), ...cleared, ...more, status };
  return {
    order: withAttempt(order, settled),
    hooks: [{ type: status, attempt: settled }],
    ids: idsOf(settled),
  };
}

function decline(order: Order, action: ActionOf<'decline'>, source: Source): Change {
  const { declineCode = -4, declineReason = 'User Authentication Failed' } = action;
  return settle(order, 'declined', action, source, { declineCode, declineReason });
}

/** Less arrived than was asked for: half, unless told. */
function hold(order: Order, action: ActionOf<'hold'>, source: Source): Change {
  const { amount = Math.floor(attemptFor(order, action, source).amount / 2) } = action;
  return settle(depositOnly(order, 'hold'), 'approved_on_hold', { ...action, amount }, source);
}

function refund(order: Order, action: ActionOf<'refund'>, source: Source): Change {
  const { transactionId, refundId } = action;
  const deposit =
    transactionId === undefined
      ? depositOnly(order, 'refund').attempts.findLast(({ status }) => isPaid(status))
      : order.attempts.find((attempt) => attempt.transactionId === transactionId);
  if (deposit === undefined)
    throw new Refusal(
      409,
      'NOTHING_PAID',
      'no paid transaction: name a transactionId to refund all the same',
    );
  const rest = Math.max(0, deposit.amount - refundedOf(order, deposit));
  const { amount, currency } = moneyOf({ ...deposit, amount: rest }, action);
  return addRefund(order, deposit, { amount, currency, refundId: refundId ?? source.uuid() }, source);
}

/** Gives money back and says so; nothing is checked here. */
export function addRefund(
  order: Order,
  deposit: Attempt,
  terms: Pick<Refund, 'amount' | 'currency' | 'refundId'>,
  source: Source,
): Change {
  const refund: Refund = { ...terms, attemptId: deposit.id, createdAt: source.now() };
  const refunded = { ...order, refunds: [...order.refunds, refund] };
  return {
    order: refunded,
    hooks: [{ type: refundTypeOf(refunded, deposit), attempt: deposit, refund }],
    ids: { ...idsOf(deposit), refundId: refund.refundId },
  };
}

/** Another try on the same order id: a new cashier session (of a deposit), and a transaction in it. */
function newAttempt(order: Order, action: ActionOf<'new_attempt'>, source: Source): Change {
  const { payload = order.terms.payload, transactionId } = action;
  const terms = { ...order.terms, ...moneyOf(order.terms, action), payload };
  const reopened = openOrder(order, { ...order, terms }, source);
  if (order.kind === 'payout') return reopened;
  const opened = inSession(reopened.order, 'cashier.session.init', { openedAt: source.now() });
  const attempt = beginAttempt(opened.order, transactionId, source);
  return { order: withAttempt(opened.order, attempt), hooks: opened.hooks, ids: idsOf(attempt) };
}

/** The transaction that is named, else the current one; a fresh one where there is no such. */
function attemptFor(order: Order, { transactionId }: Terms, source: Source): Attempt {
  const found =
    transactionId === undefined
      ? currentOf(order)
      : order.attempts.find((attempt) => attempt.transactionId === transactionId);
  return found ?? beginAttempt(order, transactionId, source);
}

function moneyOf(before: { amount: number; currency: string }, { amount, currency }: Terms) {
  const next = currency ?? before.currency;
  return { amount: amount === undefined ? before.amount : givenAmount(amount, next), currency: next };
}

function depositOnly(order: Order, what: string): Order {
  if (order.kind === 'payout') throw new Refusal(409, 'NOT_OF_A_PAYOUT', `a payout has no ${what}`);
  return order;
}
