import { Refusal } from '../answers.ts';
import type { ActionName, ActionOf } from './actions.ts';
import { exVatShare } from './lines.ts';
import { addCapture, addRefund, settleCapture, settleRefund } from './movements.ts';
import {
  type Change,
  type HookEvent,
  type Session,
  type Source,
  type Transaction,
  authorizedOf,
  claimed,
  isoTime,
  sum,
} from './session.ts';
import { type OrderOutcome, transactionStatus } from './vocabulary.ts';

type Step<N extends ActionName> = (session: Session, action: ActionOf<N>, source: Source) => Change;

/** Applies an action to a session. Refuses only what makes no sense, such as approving a session that is not completed. */
export function applyAction<N extends ActionName>(
  session: Session,
  action: ActionOf<N>,
  source: Source,
): Change {
  const change = steps[action.action](session, action, source);
  return action.hooks ? change : { ...change, hooks: [] };
}

const steps: { readonly [N in ActionName]: Step<N> } = {
  complete,
  approve,
  reject: (session, { transactionId }) => decide(session, 'order_rejected', transactionId),
  cancel: (session, { transactionId }) => decide(session, 'order_cancelled', transactionId),
  capture: (session, { amount, ...input }, source) =>
    addCapture(session, { ...input, amountIncVat: amount ?? uncaptured(session) }, source),
  refund,
  settle_capture: (session, { captureId, ...rest }) =>
    settleCapture(session, { id: captureId, ...settlement(rest) }),
  settle_refund: (session, { refundId, ...rest }) =>
    settleRefund(session, { id: refundId, ...settlement(rest) }),
  add_transaction: addTransaction,
  review,
  change_order: changeOrder,
  set_expiry: (session, { expiresAt }) =>
    withoutHooks({
      ...session,
      transactions: session.transactions.map((entry) => ({ ...entry, expiresAt })),
    }),
  expire: (session) => withoutHooks({ ...session, status: 'expired' }),
  set_session: (session, { status }) => ({
    session: { ...session, status },
    hooks: status === 'completed' ? [{ event: 'session_status', status }] : [],
    ids: {},
  }),
  say,
  hide,
};

/** Completes the session, or one attempt of the shopper in a session that stays open. */
function complete(session: Session, action: ActionOf<'complete'>, source: Source): Change {
  const { method, expiresAt, keepOpen } = action;
  if (session.status !== 'started')
    throw new Refusal(409, 'SESSION_ALREADY_COMPLETED', `the session is ${session.status}`);
  const { currency, amountIncVat, amountExVat, cart } = session.order;
  const transaction: Transaction = {
    ...namesOf(action, source),
    status: 'pending',
    amountIncVat,
    amountExVat,
    currency,
    createdAt: isoTime(source.now()),
    expiresAt,
    pspDisplayName: method,
    autoCaptureEnabled: session.behaviour.autoCapture,
    cart,
  };
  const transactions = [...session.transactions, transaction];
  const paying = { ...withoutWord(session), outcome: 'order_pending', transactions } as const;
  const pending: HookEvent = { event: 'order_status', status: 'order_pending' };
  return {
    session: keepOpen ? paying : { ...paying, status: 'completed' },
    hooks: keepOpen ? [pending] : [{ event: 'session_status', status: 'completed' }, pending],
    ids: { transactionId: transaction.transactionId },
  };
}

function approve(session: Session, action: ActionOf<'approve'>, source: Source): Change {
  const approved = decide(session, 'order_approved_not_captured', action.transactionId);
  const autoCapture = action.autoCapture ?? session.transactions.some((entry) => entry.autoCaptureEnabled);
  if (!autoCapture) return approved;
  const input = {
    amountIncVat: uncaptured(approved.session),
    status: 'approved',
    autoCaptured: true,
  } as const;
  const captured = addCapture(approved.session, input, source);
  return {
    session: captured.session,
    hooks: [...approved.hooks, ...captured.hooks],
    ids: { ...approved.ids, ...captured.ids },
  };
}

/** Settles the order and one authorization: the one with `transactionId`, else the last. */
export function decide(session: Session, outcome: OrderOutcome, transactionId?: string): Change {
  const { transactions } = session;
  const decided =
    transactionId === undefined
      ? transactions.at(-1)
      : transactions.find((entry) => entry.transactionId === transactionId);
  if (decided === undefined)
    throw new Refusal(409, 'SESSION_NOT_COMPLETED', 'no such transaction: complete the session first');
  const settled = {
    ...decided,
    status: transactionStatus[outcome],
    ...(outcome === 'order_approved_not_captured' && {
      reservationId: decided.reservationId ?? `RES-${decided.transactionId.slice(0, 8)}`,
    }),
  };
  return {
    session: {
      ...withoutWord(session),
      outcome,
      transactions: transactions.map((entry) => (entry === decided ? settled : entry)),
    },
    hooks: [{ event: 'order_status', status: outcome }],
    ids: { transactionId: decided.transactionId },
  };
}

function refund(session: Session, action: ActionOf<'refund'>, source: Source): Change {
  const { amount, captureId, ...input } = action;
  const capture =
    captureId === undefined
      ? session.captures[0]
      : session.captures.find((entry) => entry.captureId === captureId);
  const parentCaptureId = captureId ?? capture?.captureId;
  if (parentCaptureId === undefined)
    throw new Refusal(
      409,
      'CAPTURE_NOT_FOUND',
      'nothing is captured: name a captureId to refund all the same',
    );
  const refunded = session.refunds.filter((entry) => entry.parentCaptureId === parentCaptureId);
  const rest = Math.max(0, (capture?.amountIncVat ?? 0) - sum(refunded, claimed));
  return addRefund(session, { ...input, parentCaptureId, amountIncVat: amount ?? rest }, source);
}

function addTransaction(session: Session, action: ActionOf<'add_transaction'>, source: Source): Change {
  const amountIncVat = action.amount ?? session.order.amountIncVat;
  const transaction: Transaction = {
    ...namesOf(action, source),
    status: action.status,
    amountIncVat,
    amountExVat: exVatShare(session.order, amountIncVat),
    currency: session.order.currency,
    createdAt: isoTime(source.now()),
    expiresAt: action.expiresAt ?? null,
    pspDisplayName: 'Card',
    autoCaptureEnabled: false,
    cart: session.order.cart,
  };
  const { transactions } = session;
  const joined =
    action.position === 'first' ? [transaction, ...transactions] : [...transactions, transaction];
  return {
    ...withoutHooks({ ...session, transactions: joined }),
    ids: { transactionId: transaction.transactionId },
  };
}

/** Sets the review tag in one of the two forms that Briqpay uses. */
function review(session: Session, { on, as }: ActionOf<'review'>): Change {
  if (as === 'map') return withoutHooks({ ...session, paymentTags: { manual_review: on } });
  return withoutHooks({ ...session, paymentTags: on ? ['manual_review'] : [] });
}

function changeOrder(session: Session, { amount, currency }: ActionOf<'change_order'>): Change {
  const { order } = session;
  const changed = { currency: currency ?? order.currency, amountExVat: exVatShare(order, amount) };
  return withoutHooks({ ...session, order: { ...order, ...changed, amountIncVat: amount } });
}

/** Sets the order status. Its hook has only the statuses that hooks have. */
function say(session: Session, { word }: ActionOf<'say'>): Change {
  if (word === null) return withoutHooks(withoutWord(session));
  return { session: { ...session, word }, hooks: [{ event: 'order_status', status: word }], ids: {} };
}

const hiddenFlags = { entry: 'isHidden', id: 'isIdHidden', status: 'isStatusHidden' } as const;

function hide(session: Session, { id, part, on }: ActionOf<'hide'>): Change {
  const { transactions, captures, refunds } = session;
  const wanted = id ?? transactions.at(-1)?.transactionId;
  const known = [
    ...transactions.map(({ transactionId }) => transactionId),
    ...captures.map(({ captureId }) => captureId),
    ...refunds.map(({ refundId }) => refundId),
  ];
  if (wanted === undefined || !known.includes(wanted))
    throw new Refusal(409, 'ENTRY_NOT_FOUND', 'no such transaction, capture or refund');
  const changed = <E extends object>(entry: E, own: string): E =>
    own === wanted ? { ...entry, [hiddenFlags[part]]: on } : entry;
  return withoutHooks({
    ...session,
    transactions: transactions.map((entry) => changed(entry, entry.transactionId)),
    captures: captures.map((entry) => changed(entry, entry.captureId)),
    refunds: refunds.map((entry) => changed(entry, entry.refundId)),
  });
}

function withoutWord(session: Session): Session {
  const { word: _, ...rest } = session;
  return rest;
}

interface Named {
  readonly transactionId?: string | undefined;
  readonly reservationId?: string | undefined;
  readonly hideId?: boolean;
  readonly hideStatus?: boolean;
}

/** The names of a new transaction, and which of them reads show. */
function namesOf({ transactionId, reservationId, hideId, hideStatus }: Named, source: Source) {
  return {
    transactionId: transactionId ?? source.uuid(),
    ...(reservationId !== undefined && { reservationId }),
    ...(hideId && { isIdHidden: true }),
    ...(hideStatus && { isStatusHidden: true }),
  };
}

function settlement({ status, amount }: ActionOf<'settle_capture' | 'settle_refund'>) {
  return { status, amount };
}

function uncaptured(session: Session): number {
  return Math.max(0, authorizedOf(session) - sum(session.captures, claimed));
}

/** A change for which Briqpay sends no hook. */
function withoutHooks(session: Session): Change {
  return { session, hooks: [], ids: {} };
}
