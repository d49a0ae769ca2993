import { clientToken, htmlSnippet } from './canaries.ts';
import { type Movement, type Session, type Transaction, orderStatusOf } from './session.ts';

/** The session as `GET /v3/session/{id}` shows it. */
export function wireSession(session: Session) {
  const { sessionId, createdAt, status, customerType, country, locale, references } = session;
  const captures = session.captures.map(wireMovement);
  const refunds = session.refunds.map(wireMovement);
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
        ...(orderStatus !== undefined && { orderStatus: orderStatus as string }),
      },
    },
    data: {
      ...session.people,
      order: session.order,
      transactions: session.transactions.map(wireTransaction),
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

function wireTransaction(transaction: Transaction) {
  const { transactionId, reservationId, pspDisplayName } = transaction;
  return {
    ...transaction,
    pspId: `psp-${pspDisplayName.toLowerCase()}`,
    pspIntegrationName: `Sandbox - ${pspDisplayName}`,
    ...(reservationId && { secondaryReservationId: `SEC-${transactionId.slice(0, 8)}` }),
    pspOrderManagementIds: {
      capture: { apiTransactionId: `${transactionId}-c` },
      refund: { apiTransactionId: `${transactionId}-r` },
      cancel: { apiTransactionId: `${transactionId}-x` },
    },
  };
}

function wireMovement<M extends Movement>({ isStatusHidden, status, ...shown }: M) {
  return isStatusHidden ? shown : { ...shown, status };
}
