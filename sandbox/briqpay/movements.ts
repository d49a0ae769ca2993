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

interface NewMovement {
  readonly amountIncVat: number;
  readonly amountExVat?: number;
  readonly currency?: string | undefined;
  readonly status: EntryStatus;
  readonly hideId?: boolean;
  readonly hideStatus?: boolean;
  readonly cart?: readonly Line[];
}

export interface NewCapture extends NewMovement {
  readonly captureId?: string | undefined;
  readonly autoCaptured?: boolean;
  readonly isPreExistingCapture?: boolean;
}

export interface NewRefund extends NewMovement {
  readonly refundId?: string | undefined;
  readonly parentCaptureId: string;
}

/** Adds a capture, or replaces the one with the same id. */
export function addCapture(session: Session, input: NewCapture, source: Source): Change {
  const capture: Capture = {
    captureId: input.captureId ?? source.uuid(),
    autoCaptured: input.autoCaptured ?? false,
    ...movement(session, input, source),
  };
  const { captureId } = capture;
  const others = session.captures.filter((other) => other.captureId !== captureId);
  return {
    session: { ...session, captures: [...others, capture] },
    hooks: [captureHook(capture, input.isPreExistingCapture)],
    ids: { captureId },
  };
}

/** Adds a refund of a capture, or replaces the one with the same id. */
export function addRefund(session: Session, input: NewRefund, source: Source): Change {
  const refund: Refund = {
    refundId: input.refundId ?? source.uuid(),
    parentCaptureId: input.parentCaptureId,
    ...movement(session, input, source),
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

/** Settles the capture with this id, else the oldest pending one. */
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

/** Settles the refund with this id, else the oldest pending one. */
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

function movement(session: Session, input: NewMovement, source: Source) {
  const parent = session.transactions.find(({ status }) => status === 'approved') ?? session.transactions[0];
  return {
    status: input.status,
    ...(input.hideStatus && { isStatusHidden: true }),
    ...(input.hideId && { isIdHidden: true }),
    amountIncVat: input.amountIncVat,
    amountExVat: input.amountExVat ?? exVatShare(session.order, input.amountIncVat),
    currency: input.currency ?? session.order.currency,
    createdAt: isoTime(source.now()),
    ...(parent && { parentTransactionId: parent.transactionId }),
    ...(parent?.reservationId && { reservationId: parent.reservationId }),
    cart: input.cart ?? (input.amountIncVat === session.order.amountIncVat ? session.order.cart : []),
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
