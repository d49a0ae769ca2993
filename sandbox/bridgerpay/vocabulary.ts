export const kinds = ['deposit', 'payout'] as const;
export type Kind = (typeof kinds)[number];

/** Only `credit_card` has the fields of a card; the others differ only by name. */
export const methods = ['credit_card', 'apm', 'crypto', 'wire_transfer'] as const;
export type Method = (typeof methods)[number];

/** The statuses of an open transaction, for which no notification is sent. */
export const openStatuses = ['init', 'in_process', 'pending', 'capture_in_progress'] as const;
type OpenStatus = (typeof openStatuses)[number];

/** The statuses of a settled transaction. Each is the type of its notification too. */
export const transactionOutcomes = [
  'approved',
  'declined',
  'authorized',
  'voided',
  'approved_on_hold',
] as const;
export type TransactionOutcome = (typeof transactionOutcomes)[number];

/** The status of a transaction; a scripted word can stand in reads in its place. */
export type AttemptStatus = OpenStatus | TransactionOutcome;

export const refundTypes = ['partly_refunded', 'refunded'] as const;
export type RefundType = (typeof refundTypes)[number];

const sessionTypes = ['cashier.session.init', 'cashier.session.close'] as const;
type SessionType = (typeof sessionTypes)[number];

export type NotificationType = SessionType | TransactionOutcome | RefundType;

export function isOpen(status: AttemptStatus): boolean {
  return isOneOf(openStatuses, status);
}

/** Whether the deposit can be refunded. */
export function isPaid(status: AttemptStatus): boolean {
  return status === 'approved' || status === 'approved_on_hold';
}

export function isOneOf<const T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
