export const kinds = ['deposit', 'payout'] as const;
export type Kind = (typeof kinds)[number];

/** Only `credit_card` has a card's fields; the others are told apart by their name alone. */
export const methods = ['credit_card', 'apm', 'crypto', 'wire_transfer'] as const;
export type Method = (typeof methods)[number];

/** A transaction on its way; no notification tells of these. */
export const openStatuses = ['init', 'in_process', 'pending', 'capture_in_progress'] as const;
export type OpenStatus = (typeof openStatuses)[number];

/** What became of a transaction; each is the type of its notification too. */
export const outcomes = ['approved', 'declined', 'authorized', 'voided', 'approved_on_hold'] as const;
export type Outcome = (typeof outcomes)[number];

export type AttemptStatus = OpenStatus | Outcome;

export const refundTypes = ['partly_refunded', 'refunded'] as const;
export type RefundType = (typeof refundTypes)[number];

export const sessionTypes = ['cashier.session.init', 'cashier.session.close'] as const;
export type SessionType = (typeof sessionTypes)[number];

export type NotificationType = SessionType | Outcome | RefundType;

export function isOpen(status: AttemptStatus): boolean {
  return isOneOf(openStatuses, status);
}

/** Money is there to be given back. */
export function isPaid(status: AttemptStatus): boolean {
  return status === 'approved' || status === 'approved_on_hold';
}

export function isOneOf<const T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
