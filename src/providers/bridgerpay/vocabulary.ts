import type { Settlement } from '../../domain/money/payment.ts';
import { textOf } from '../wire.ts';

/** What a deposit's status means for its two halves, the authorization and the capture. */
export interface DepositMeaning {
  /** Undefined: nobody has tried to pay yet. */
  readonly authorization: Settlement | undefined;
  /** Undefined: nothing of it is captured, whatever was said before. */
  readonly capture?: 'pending' | 'approved';
  readonly refunded?: 'partial' | 'full';
  readonly flag?: 'on_hold' | 'chargeback';
}

// An approved deposit is authorized and captured at once. A chargeback is about money that was captured.
const approved = { authorization: 'approved', capture: 'approved' } as const;
const chargedBack = { ...approved, flag: 'chargeback' } as const;

/** The meaning of each deposit status, by `wordOf`. */
export const depositStatuses = {
  init: { authorization: undefined },
  in_process: { authorization: 'pending' },
  pending: { authorization: 'pending' },
  // Received less than requested: not paid, and a person must check it.
  approved_on_hold: { authorization: 'pending', flag: 'on_hold' },
  authorized: { authorization: 'approved' },
  capture_in_progress: { authorization: 'approved', capture: 'pending' },
  approved,
  partly_refunded: { ...approved, refunded: 'partial' },
  partially_refunded: { ...approved, refunded: 'partial' },
  refunded: { ...approved, refunded: 'full' },
  chargeback: chargedBack,
  charge_back: chargedBack,
  charged_back: chargedBack,
  chargebacked: chargedBack,
  declined: { authorization: 'rejected' },
  voided: { authorization: 'cancelled' },
  cancelled: { authorization: 'cancelled' },
  canceled: { authorization: 'cancelled' },
} as const satisfies Record<string, DepositMeaning>;

/** The meaning of each payout status, by `wordOf`. */
export const payoutStatuses = {
  init: 'pending',
  in_process: 'pending',
  pending: 'pending',
  authorized: 'pending',
  approved: 'approved',
  declined: 'rejected',
} as const satisfies Record<string, Settlement>;

/** A text with content. BridgerPay sends absent values as null, an empty text, a space, or the text "null". */
export function something(value: unknown): string | undefined {
  const text = textOf(value);
  return text?.toLowerCase() === 'null' ? undefined : text;
}
