import type { Settlement } from '../../domain/money/payment.ts';

/** What the status of a deposit says, in lower case; most are in the API, `authorized`, `voided` and on hold in hooks too. */
export const depositStatuses = {
  init: { outcome: undefined },
  in_process: { outcome: 'pending' },
  pending: { outcome: 'pending' },
  // Received less than asked: not paid, and for a person to look at.
  approved_on_hold: { outcome: 'pending', isOnHold: true },
  authorized: { outcome: 'approved' },
  capture_in_progress: { outcome: 'approved', capture: 'pending' },
  // An approved deposit is money taken: authorized and captured in one.
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

/** What the status of a payout says, in lower case. */
export const payoutStatuses = {
  init: 'pending',
  in_process: 'pending',
  pending: 'pending',
  authorized: 'pending',
  approved: 'approved',
  declined: 'rejected',
} as const satisfies Record<string, Settlement>;

/** "Nothing" comes as null, as the empty text, as a space, and as the text "null". */
export function something(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed && trimmed !== 'null' ? trimmed : undefined;
}
