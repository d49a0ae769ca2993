import { z } from 'zod';
import { Refusal } from '../answers.ts';
import { decide } from './apply-action.ts';
import {
  type Line,
  type BriqpayOrder,
  checkCaptureLine,
  checkRefundLine,
  checkTotals,
  isProduct,
  orderSchema,
} from './lines.ts';
import { addCapture, addRefund } from './movements.ts';
import {
  type Capture,
  type Change,
  type Session,
  type Source,
  authorizedOf,
  claimed,
  sum,
} from './session.ts';
import type { EntryStatus } from './vocabulary.ts';

export const captureSchema = z.looseObject({ data: z.looseObject({ order: orderSchema }) });
export const refundSchema = captureSchema.extend({ captureId: z.string().optional() });

/** Captures lines of the session, whole or by quantity, up to the authorized amount. */
export function capture(session: Session, body: z.infer<typeof captureSchema>, source: Source): Change {
  const { order } = body.data;
  if (session.outcome !== 'order_approved_not_captured')
    throw refusal('CAPTURE_NOT_ALLOWED', `the order is ${session.outcome ?? 'not completed'}`);
  checkOrder(session, order);
  for (const line of order.cart) checkCaptured(session, line);
  if (sum(session.captures, claimed) + order.amountIncVat > authorizedOf(session))
    throw refusal('CAPTURE_NOT_ALLOWED', 'more than what is authorized and not captured yet');
  return addCapture(session, { ...order, status: firstStatus(session) }, source);
}

/** Refunds a capture, up to its amount. */
export function refund(session: Session, body: z.infer<typeof refundSchema>, source: Source): Change {
  const { order } = body.data;
  const parent = captureToRefund(session, body.captureId);
  checkOrder(session, order);
  for (const line of order.cart) checkRefunded(parent, session, line);
  const refunded = session.refunds.filter((entry) => entry.parentCaptureId === parent.captureId);
  if (sum(refunded, claimed) + order.amountIncVat > parent.amountIncVat)
    throw refusal('REFUND_NOT_ALLOWED', 'more than what is left of this capture');
  const input = { ...order, parentCaptureId: parent.captureId, status: firstStatus(session) };
  return addRefund(session, input, source);
}

/** Cancels an authorization that has no capture, not even a pending one. */
export function cancel(session: Session): Change {
  if (!session.behaviour.cancelSupported)
    throw refusal('CANCEL_NOT_SUPPORTED', 'the payment method cannot cancel');
  if (session.outcome !== 'order_approved_not_captured')
    throw refusal('CANCEL_NOT_ALLOWED', `the order is ${session.outcome ?? 'not completed'}`);
  if (sum(session.captures, claimed) > 0)
    throw refusal('CANCEL_NOT_ALLOWED', 'captured, or a capture is pending');
  return decide(session, 'order_cancelled');
}

function firstStatus({ behaviour }: Session): EntryStatus {
  return behaviour.asynchronous ? 'pending' : 'approved';
}

function checkOrder(session: Session, order: BriqpayOrder) {
  if (order.currency !== session.order.currency)
    throw refusal('INVALID_DATA', `body.data.order.currency: the session is in ${session.order.currency}`);
  if (order.amountIncVat === 0)
    throw refusal('INVALID_DATA', 'body.data.order.amountIncVat: nothing to move');
  checkTotals(order);
}

function checkCaptured(session: Session, line: Line) {
  if (!isProduct(line)) return;
  if (line.productType === 'adjustment')
    throw refusal('INVALID_DATA', 'an adjustment line is for refunds only');
  checkCaptureLine(line);
  const own = session.order.cart.filter(isProduct).find(({ reference }) => reference === line.reference);
  if (own === undefined) throw refusal('CART_ITEM_NOT_FOUND', `no line ${line.reference}`);
  if (own.unitPrice !== line.unitPrice || own.taxRate !== line.taxRate)
    throw refusal('CART_ITEM_NOT_FOUND', `line ${line.reference}: mismatching unitPrice / taxRate`);
  if (capturedQuantity(session, line.reference) + line.quantity > own.quantity)
    throw refusal('CAPTURE_NOT_ALLOWED', `line ${line.reference}: more than was ordered`);
}

function capturedQuantity({ captures }: Session, reference: string): number {
  return captures
    .filter(({ status }) => status === 'pending' || status === 'approved')
    .flatMap(({ cart }) => cart.filter(isProduct))
    .filter((line) => line.reference === reference)
    .reduce((total, { quantity }) => total + quantity, 0);
}

/** The capture to refund. `captureId` is optional only where there is exactly one capture. */
function captureToRefund({ captures }: Session, captureId: string | undefined): Capture {
  const approved = captures.filter(({ status }) => status === 'approved');
  if (approved.length === 0) throw refusal('REFUND_NOT_ALLOWED', 'nothing is captured');
  if (captureId === undefined && approved.length > 1)
    throw refusal('INVALID_DATA', 'body.captureId: required, the session has several captures');
  const found =
    captureId === undefined ? approved[0] : approved.find((entry) => entry.captureId === captureId);
  if (found === undefined) throw refusal('INVALID_DATA', 'body.captureId: no such capture');
  return found;
}

/** Checks a refund line: goods must be a captured line; an amount without goods is an adjustment. */
function checkRefunded(parent: Capture, session: Session, line: Line) {
  if (!isProduct(line)) return;
  checkRefundLine(line);
  if (line.productType === 'adjustment') return;
  const cart = parent.cart.length > 0 ? parent.cart : session.order.cart;
  if (!cart.filter(isProduct).some(({ reference }) => reference === line.reference))
    throw refusal('CART_ITEM_NOT_FOUND', `the capture has no line ${line.reference}`);
}

function refusal(code: string, message: string) {
  return new Refusal(400, code, message);
}
