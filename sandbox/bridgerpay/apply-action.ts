import { Refusal } from '../answers.ts';
import type { ActionName, ActionOf } from './actions.ts';
import { givenAmount } from './money.ts';
import {
  type Attempt,
  type CashierSession,
  type Change,
  type BridgerpayOrder,
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
import { type TransactionOutcome, isOpen, isPaid } from './vocabulary.ts';

type Step<N extends ActionName> = (order: BridgerpayOrder, action: ActionOf<N>, source: Source) => Change;

/** Applies an action to an order. Refuses only what makes no sense, such as a cashier session of a payout. */
export function applyAction<N extends ActionName>(
  order: BridgerpayOrder,
  action: ActionOf<N>,
  source: Source,
): Change {
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
  say: (order, { word, transactionId }) => marked(order, transactionId, { word: word ?? undefined }),
  hide: (order, { on, transactionId }) => marked(order, transactionId, { isHidden: on }),
};

interface ActionMoney {
  readonly transactionId?: string | undefined;
  readonly newTransactionId?: string | undefined;
  readonly pspOrderId?: string | undefined;
  readonly hideId?: boolean | undefined;
  readonly amount?: string | number | undefined;
  readonly currency?: string | undefined;
}

function inSession(
  order: BridgerpayOrder,
  type: 'cashier.session.init' | 'cashier.session.close',
  at: object,
): Change {
  const session = depositOnly(order, type).sessions.at(-1);
  if (session === undefined) throw new Error('a deposit without a session');
  const touched: CashierSession = { ...session, ...at };
  return {
    order: { ...order, sessions: [...order.sessions.slice(0, -1), touched] },
    hooks: [{ type, session: touched }],
    ids: { cashierSessionId: session.sessionId },
  };
}

/** Starts a transaction, or changes the status of the open one. Neither sends a notification. */
function pay(order: BridgerpayOrder, action: ActionOf<'pay'>, source: Source): Change {
  const named = attemptFor(order, action, source);
  const isNew = action.transactionId === undefined && !isOpen(named.status);
  const attempt = isNew ? beginAttempt(order, undefined, source) : named;
  const paying = { ...renamed(attempt, action), ...moneyOf(attempt, action), status: action.status };
  return { order: withAttempt(order, paying), hooks: [], ids: idsOf(paying) };
}

function settle(
  order: BridgerpayOrder,
  status: TransactionOutcome,
  action: ActionMoney,
  source: Source,
  more: Partial<Attempt> = {},
): Change {
  const attempt = attemptFor(order, action, source);
  const cleared = { declineCode: null, declineReason: null };
  const settled = { ...renamed(attempt, action), ...moneyOf(attempt, action), ...cleared, ...more, status };
  return {
    order: withAttempt(order, settled),
    hooks: [{ type: status, attempt: settled }],
    ids: idsOf(settled),
  };
}

function decline(order: BridgerpayOrder, action: ActionOf<'decline'>, source: Source): Change {
  const { declineCode = -4, declineReason = 'User Authentication Failed' } = action;
  return settle(order, 'declined', action, source, { declineCode, declineReason });
}

/** Less money arrived than was requested: half, unless the action names an amount. */
function hold(order: BridgerpayOrder, action: ActionOf<'hold'>, source: Source): Change {
  const { amount = Math.floor(attemptFor(order, action, source).amount / 2) } = action;
  return settle(depositOnly(order, 'hold'), 'approved_on_hold', { ...action, amount }, source);
}

function refund(order: BridgerpayOrder, action: ActionOf<'refund'>, source: Source): Change {
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

/** Adds a refund and its notification. Checks nothing. */
export function addRefund(
  order: BridgerpayOrder,
  deposit: Attempt,
  request: Pick<Refund, 'amount' | 'currency' | 'refundId'>,
  source: Source,
): Change {
  const refund: Refund = { ...request, attemptId: deposit.id, createdAt: source.now() };
  const refunded = { ...order, refunds: [...order.refunds, refund] };
  return {
    order: refunded,
    hooks: [{ type: refundTypeOf(refunded, deposit), attempt: deposit, refund }],
    ids: { ...idsOf(deposit), refundId: refund.refundId },
  };
}

/** Another attempt under the same order id: for a deposit a new cashier session with a transaction in it. */
function newAttempt(order: BridgerpayOrder, action: ActionOf<'new_attempt'>, source: Source): Change {
  const { payload = order.request.payload, transactionId } = action;
  const request = { ...order.request, ...moneyOf(order.request, action), payload };
  const reopened = openOrder(order, { ...order, request }, source);
  if (order.kind === 'payout') return reopened;
  const opened = inSession(reopened.order, 'cashier.session.init', { openedAt: source.now() });
  const attempt = renamed(beginAttempt(opened.order, transactionId, source), action);
  return { order: withAttempt(opened.order, attempt), hooks: opened.hooks, ids: idsOf(attempt) };
}

/** Changes what reads show of a transaction: the named one, else the newest. No notification tells it. */
function marked(
  order: BridgerpayOrder,
  transactionId: string | undefined,
  marks: Pick<Attempt, 'word' | 'isHidden'>,
): Change {
  const attempt =
    transactionId === undefined
      ? order.attempts.at(-1)
      : order.attempts.find((each) => each.transactionId === transactionId);
  if (attempt === undefined) throw new Refusal(409, 'TRANSACTION_NOT_FOUND', 'no such transaction');
  return { order: withAttempt(order, { ...attempt, ...marks }), hooks: [], ids: idsOf(attempt) };
}

/** The transaction in its next status, which takes a scripted word back, under the ids of the action. */
function renamed(attempt: Attempt, action: ActionMoney): Attempt {
  const { word: _, ...rest } = attempt;
  const { newTransactionId, pspOrderId, hideId } = action;
  return {
    ...rest,
    ...(newTransactionId !== undefined && { transactionId: newTransactionId }),
    ...(pspOrderId !== undefined && { pspOrderId }),
    ...(hideId !== undefined && { isIdHidden: hideId }),
  };
}

/** The named transaction, else the current one; a new one where there is none. */
function attemptFor(order: BridgerpayOrder, { transactionId }: ActionMoney, source: Source): Attempt {
  const found =
    transactionId === undefined
      ? currentOf(order)
      : order.attempts.find((attempt) => attempt.transactionId === transactionId);
  return found ?? beginAttempt(order, transactionId, source);
}

function moneyOf(before: { amount: number; currency: string }, { amount, currency }: ActionMoney) {
  const next = currency ?? before.currency;
  return { amount: amount === undefined ? before.amount : givenAmount(amount, next), currency: next };
}

function depositOnly(order: BridgerpayOrder, what: string): BridgerpayOrder {
  if (order.kind === 'payout') throw new Refusal(409, 'NOT_OF_A_PAYOUT', `a payout has no ${what}`);
  return order;
}
