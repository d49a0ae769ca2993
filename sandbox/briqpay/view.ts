import { clientToken, htmlSnippet } from './canaries.ts';
import { type Capture, type Refund, type Session, type Transaction, orderStatusOf } from './session.ts';

/** The session as `GET /v3/session/{id}` shows it. */
export function wireSession(session: Session) {
  const { sessionId, createdAt, status, customerType, country, locale, references } = session;
  const captures = listed(session.captures).map(wireCapture);
  const refunds = listed(session.refunds).map(wireRefund);
  const orderStatus = orderStatusOf(session);
  return {
    sessionId,
    createdAt,
    status,
    customerType,
    country,
    locale,
    references,
    moduleStatus: {
      payment: {
        uiStatus: status === 'completed' ? 'completed' : 'visible',
        ...(orderStatus !== undefined && { orderStatus }),
      },
    },
    data: {
      ...session.people,
      order: session.order,
      transactions: listed(session.transactions).map(wireTransaction),
      captures,
      refunds,
      ...(session.paymentTags && { paymentTags: session.paymentTags }),
    },
    ...(session.behaviour.legacyLists && { captures, refunds }),
    clientToken: clientToken(sessionId),
    htmlSnippet: htmlSnippet(sessionId),
  };
}

export type WireSession = ReturnType<typeof wireSession>;

/** The top-level fields that `?fields=a,b` names; unknown names are ignored. */
export function pick(wire: WireSession, fields: string | undefined): Partial<WireSession> {
  if (fields === undefined || fields === '') return wire;
  const wanted = fields.split(',');
  return Object.fromEntries(Object.entries(wire).filter(([name]) => wanted.includes(name)));
}

function listed<E extends { readonly isHidden?: boolean }>(entries: readonly E[]): E[] {
  return entries.filter(({ isHidden }) => !isHidden);
}

function wireTransaction(transaction: Transaction) {
  const { transactionId, ...shown } = shownOf(transaction);
  const { reservationId, pspDisplayName, isIdHidden } = transaction;
  return {
    ...(!isIdHidden && { transactionId }),
    ...shown,
    pspId: `psp-${pspDisplayName.toLowerCase()}`,
    pspIntegrationName: `Sandbox - ${pspDisplayName}`,
    ...(reservationId && !isIdHidden && { secondaryReservationId: `SEC-${transactionId.slice(0, 8)}` }),
    ...(!isIdHidden && {
      pspOrderManagementIds: {
        capture: { apiTransactionId: `${transactionId}-c` },
        refund: { apiTransactionId: `${transactionId}-r` },
        cancel: { apiTransactionId: `${transactionId}-x` },
      },
    }),
  };
}

/** The capture as a read and the answer to its command show it. */
export function wireCapture(capture: Capture) {
  const { captureId, ...shown } = shownOf(capture);
  return { ...(!capture.isIdHidden && { captureId }), ...shown };
}

export function wireRefund(refund: Refund) {
  const { refundId, ...shown } = shownOf(refund);
  return { ...(!refund.isIdHidden && { refundId }), ...shown };
}

/** An entry without the marks that say what reads hide. */
function shownOf<E extends Transaction | Capture | Refund>(entry: E) {
  const { isHidden: _entry, isIdHidden: _id, isStatusHidden, status, ...shown } = entry;
  return { ...shown, ...(!isStatusHidden && { status }) };
}
