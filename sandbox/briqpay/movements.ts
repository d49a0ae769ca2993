import { Refusal } from '../answers.ts';
import { type Line, exVatShare } from './lines.ts';
import {
  type Capture,
  type Change,
  type HookEvent,
  type Refund,
  type Session,
  type Source,
  isoTime,
} from './session.ts';
import type { EntryStatus } from './vocabulary.ts';

export interface MovementTerms {
  readonly amountIncVat: number;
  readonly amountExVat?: number;
  readonly currency?: string | undefined;
  readonly status: EntryStatus;
  readonly hideStatus?: boolean;
  readonly cart?: readonly Line[];
}

export interface CaptureTerms extends MovementTerms {
  readonly captureId?: string | undefined;
  readonly autoCaptured?: boolean;
  readonly isPreExistingCapture?: boolean;
}

export interface RefundTerms extends MovementTerms {
  readonly refundId?: string | undefined;
  readonly parentCaptureId: string;
}

/** Adds a capture, or says its terms anew where the id is known. */
export function addCapture(session: Session, terms: CaptureTerms, source: Source): Change {
  const capture: Capture = {
    captureId: terms.captureId ?? source.uuid(),
    autoCaptured: terms.autoCaptured ?? false,
    ...movement(session, terms, source),
  };
  const { captureId } = capture;
  const others = session.captures.filter((other) => other.captureId !== captureId);
  return {
    session: { ...session, captures: [...others, capture] },
    hooks: [captureHook(capture, terms.isPreExistingCapture)],
    ids: { captureId },
  };
}

/** Adds a refund of one capture, or says its terms anew where the id is known. */
export function addRefund(session: Session, terms: RefundTerms, source: Source): Change {
  const refund: Refund = {
    refundId: terms.refundId ?? source.uuid(),
    parentCaptureId: terms.parentCaptureId,
    ...movement(session, terms, source),
  };
  const { refundId } = refund;
  const others = session.refunds.filter((other) => other.refundId !== refundId);
  return {
    session: { ...session, refunds: [...others, refund] },
    hooks: [refundHook(refund)],
    ids: { refundId },
  };
}

export interface Settlement {
  readonly id: string | undefined;
  readonly status: EntryStatus;
  readonly amount: number | undefined;
}

/** Settles a capture: the one named, else the oldest that is pending. */
export function settleCapture(session: Session, { id, status, amount }: Settlement): Change {
  const capture = session.captures.find((entry) =>
    id === undefined ? isPending(entry) : entry.captureId === id,
  );
  if (capture === undefined)
    throw new Refusal(409, 'CAPTURE_NOT_FOUND', 'no such capture, or none is pending');
  const settled: Capture = { ...capture, status, ...amounts(session, amount ?? capture.amountIncVat) };
  return {
    session: { ...session, captures: session.captures.map((entry) => (entry === capture ? settled : entry)) },
    hooks: [captureHook(settled)],
    ids: { captureId: settled.captureId },
  };
}

/** Settles a refund: the one named, else the oldest that is pending. */
export function settleRefund(session: Session, { id, status, amount }: Settlement): Change {
  const refund = session.refunds.find((entry) =>
    id === undefined ? isPending(entry) : entry.refundId === id,
  );
  if (refund === undefined) throw new Refusal(409, 'REFUND_NOT_FOUND', 'no such refund, or none is pending');
  const settled: Refund = { ...refund, status, ...amounts(session, amount ?? refund.amountIncVat) };
  return {
    session: { ...session, refunds: session.refunds.map((entry) => (entry === refund ? settled : entry)) },
    hooks: [refundHook(settled)],
    ids: { refundId: settled.refundId },
  };
}

function movement(session: Session, terms: MovementTerms, source: Source) {
  const parent = session.transactions.find(({ status }) => status === 'approved') ?? session.transactions[0];
  return {
    status: terms.status,
    isStatusHidden: terms.hideStatus ?? false,
    amountIncVat: terms.amountIncVat,
    amountExVat: terms.amountExVat ?? exVatShare(session.order, terms.amountIncVat),
    currency: terms.currency ?? session.order.currency,
    createdAt: isoTime(source.now()),
    ...(parent && { parentTransactionId: parent.transactionId }),
    ...(parent?.reservationId && { reservationId: parent.reservationId }),
    cart: terms.cart ?? (terms.amountIncVat === session.order.amountIncVat ? session.order.cart : []),
  };
}

function amounts({ order }: Session, amountIncVat: number) {
  return { amountIncVat, amountExVat: exVatShare(order, amountIncVat) };
}

function isPending({ status }: { status: EntryStatus }) {
  return status === 'pending';
}

function captureHook({ captureId, status, autoCaptured }: Capture, isPreExistingCapture = false): HookEvent {
  const base = { event: 'capture_status', status, captureId, autoCaptured } as const;
  return isPreExistingCapture ? { ...base, isPreExistingCapture } : base;
}

function refundHook({ refundId, status }: Refund): HookEvent {
  return { event: 'refund_status', status, refundId };
}
