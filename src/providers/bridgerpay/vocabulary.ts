import type { Settlement } from '../../domain/money/payment.ts';

/** The meaning of each deposit status, in lower case. */
export const depositStatuses = {
  init: { outcome: undefined },
  in_process: { outcome: 'pending' },
  pending: { outcome: 'pending' },
  // Received less than requested: not paid, and a person must check it.
  approved_on_hold: { outcome: 'pending', isOnHold: true },
  authorized: { outcome: 'approved' },
  capture_in_progress: { outcome: 'approved', capture: 'pending' },
  // An approved deposit is authorized and captured at once.
  approved: { outcome: 'approved', capture: 'approved' },
  partly_refunded: { outcome: 'approved', capture: 'approved', refunded: 'partial' },
  partially_refunded: { outcome: 'approved', capture: 'approved', refunded: 'partial' },
  refunded: { outcome: 'approved', capture: 'approved', refunded: 'full' },
  declined: { outcome: 'rejected' },
  voided: { outcome: 'cancelled' },
  cancelled: { outcome: 'cancelled' },
} as const satisfies Record<string, DepositMeaning>;

export interface DepositMeaning {
  readonly outcome: Settlement | undefined;
  readonly capture?: 'pending' | 'approved';
  readonly refunded?: 'partial' | 'full';
  readonly isOnHold?: true;
}

/** The meaning of each payout status, in lower case. */
export const payoutStatuses = {
  init: 'pending',
  in_process: 'pending',
  pending: 'pending',
  authorized: 'pending',
  approved: 'approved',
  declined: 'rejected',
} as const satisfies Record<string, Settlement>;

/** A text with content. BridgerPay sends absent values as null, an empty text, a space, or the text "null". */
export function something(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed && trimmed !== 'null' ? trimmed : undefined;
}
