import { Refusal } from '../answers.ts';
import type { ActionName, ActionOf } from './actions.ts';
import { exVatShare } from './lines.ts';
import { addCapture, addRefund, settleCapture, settleRefund } from './movements.ts';
import {
  type Change,
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
};

function complete(session: Session, { method, expiresAt }: ActionOf<'complete'>, source: Source): Change {
  if (session.status !== 'started')
    throw new Refusal(409, 'SESSION_ALREADY_COMPLETED', `the session is ${session.status}`);
  const { currency, amountIncVat, amountExVat, cart } = session.order;
  const transaction: Transaction = {
    transactionId: source.uuid(),
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
  return {
    session: { ...session, status: 'completed', outcome: 'order_pending', transactions: [transaction] },
    hooks: [
      { event: 'session_status', status: 'completed' },
      { event: 'order_status', status: 'order_pending' },
    ],
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
      reservationId: `RES-${decided.transactionId.slice(0, 8)}`,
    }),
  };
  return {
    session: {
      ...session,
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
    transactionId: source.uuid(),
    status: action.status,
    amountIncVat,
    amountExVat: exVatShare(session.order, amountIncVat),
    currency: session.order.currency,
    createdAt: isoTime(source.now()),
    expiresAt: null,
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
