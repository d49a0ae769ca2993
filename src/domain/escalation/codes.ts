import type { FindingCode } from '../money/findings.ts';

/** The meaning of a code, for the order, the alerts and the documents. */
interface Meaning<IsFinding extends boolean> {
  /** It is listed among the order's findings. */
  readonly isFinding: IsFinding;
  /** A person is asked as soon as it holds: it sets `NeedsAttention` until it ends or a person resolves it. */
  readonly needsPerson: boolean;
  /**
   * Whether it is a reason that escalates the order, and when its first level is reached. `ladder`: with the first delay
   * of the ladder. `atOnce`: with the read that shows it; later levels follow the ladder.
   */
  readonly escalates: 'no' | 'ladder' | 'atOnce';
  /** What holds, in one sentence. */
  readonly meaning: string;
  /** What a person does about it, in one or two sentences. */
  readonly action: string;
}

/**
 * Every code that a person may have to know about an order. The order's view, the ladder, the board, the alerts, the
 * runbook and the documents take codes and sentences from here. Reasons that began at the same moment are listed in
 * this order.
 */
export const codes = {
  pending: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The provider has not decided about the payment.',
    action: 'Look the payment up at the provider. Resolve it when you know what to do with the order.',
  },
  unverified: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'Hooks came or a recheck was due, and reads of the provider fail.',
    action: 'Look at the failure in the timeline. It ends with the first read that succeeds.',
  },
  unregistered: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'There is a payment, and the shop has not registered an order for it.',
    action: 'Register the order, or return the money at the provider and resolve.',
  },
  contradiction: {
    isFinding: true,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'A hook claims what no read of the provider confirms.',
    action: 'Recheck. If the provider still says otherwise, believe the provider and resolve.',
  },
  capture_failed: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The provider rejected a capture, and nothing has made up for it.',
    action:
      'Capture again at the provider. It ends when a capture of the same sum succeeds, the order is captured in full, or it is cancelled.',
  },
  refund_failed: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The provider rejected a refund, and nothing has made up for it.',
    action:
      'Refund again at the provider. It ends when a refund of the same sum succeeds or all is refunded; else resolve.',
  },
  operation_unknown: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The answer to an operation was lost. It does not occur yet: no operations are sent.',
    action: 'Nothing to do yet.',
  },
  delivery_failed: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'A merchant event could not be delivered. It does not occur yet: no events are sent.',
    action: 'Nothing to do yet.',
  },
  authorization_expiring: {
    isFinding: false,
    needsPerson: false,
    escalates: 'atOnce',
    meaning:
      'An authorization lapses soon, and part of it is not captured. Where the provider names no end, 30 days are assumed.',
    action:
      'Capture or cancel the rest at the provider before it lapses. It ends when the rest is captured, released or lapsed.',
  },
  over_captured: {
    isFinding: true,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'More was captured than was authorized.',
    action: 'Compare the sums with the provider, correct them there, and resolve.',
  },
  over_refunded: {
    isFinding: true,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'More was refunded than was captured.',
    action: 'Compare the sums with the provider, correct them there, and resolve.',
  },
  double_payment: {
    isFinding: true,
    needsPerson: true,
    escalates: 'ladder',
    meaning:
      'Several approved payments together exceed what was asked, in this order or in orders of one reference.',
    action:
      'Cancel or refund one of them at the provider. It ends when the rest no longer exceeds what was asked.',
  },
  amount_mismatch: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'The provider names another amount than was registered.',
    action: 'Compare the amounts before you ship, then resolve.',
  },
  amount_missing: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'The payment is approved, and the provider names no amount.',
    action: 'Look the amount up at the provider before you ship, then resolve.',
  },
  currency_mismatch: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning:
      "Some money is in another currency than the order's, or in none that ISO 4217 lists; it is not summed.",
    action: 'Check the currency at the provider before you ship, then resolve.',
  },
  capture_pending: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The provider has not decided about a capture.',
    action: 'Look the capture up at the provider. Ship nothing that depends on it.',
  },
  refund_pending: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The provider has not decided about a refund.',
    action: 'Look the refund up at the provider, and tell the shopper that it takes longer.',
  },
  cancel_pending: {
    isFinding: false,
    needsPerson: false,
    escalates: 'ladder',
    meaning: 'The provider has not confirmed a cancel.',
    action: 'Look the payment up at the provider. The money stays reserved until it confirms.',
  },
  word_mismatch: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning:
      "The provider's summary of the payment and its own list of attempts or captures disagree; sums and status follow the list.",
    action: 'Look the payment up at the provider before you ship. It ends when a read agrees; else resolve.',
  },
  unreadable_entry: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'The provider lists money that cannot be read: no amount, no id, or no entry at all.',
    action: 'Look the payment up at the provider before you ship, then resolve.',
  },
  money_taken_back: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'Money was captured, and the provider has voided or declined it since, or no longer knows it.',
    action:
      'Stop the shipment if you can, and ask the provider. It ends when the money is back; else resolve.',
  },
  chargeback: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'The shopper disputes the payment with their bank. Status and sums stay as they are.',
    action: 'Answer the dispute at the provider in time, then resolve.',
  },
  refund_claimed: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'A notification reports a refund that the provider does not confirm; it is not counted.',
    action: 'Look the refund up at the provider. Confirm the claim if it is there, else dismiss it.',
  },
  reference_mismatch: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'The provider names another reference than was registered; the registered one stands.',
    action: 'Nothing, unless the wrong order was paid.',
  },
  corrected: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'The provider took back what it had said; the order follows.',
    action: 'Nothing, unless you acted on what the provider said before.',
  },
  changed_fact: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning:
      'An authorization, capture or refund has another amount or currency than before; the new one stands.',
    action: 'Nothing, unless you acted on the earlier amount.',
  },
  flapping: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'Reads alternate between two statuses; merchants are told when two reads in a row agree.',
    action: 'Nothing: wait for two reads that agree before you ship.',
  },
  unknown_status: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'The provider used status words that the adapter does not know; they change nothing.',
    action: 'Look the payment up at the provider, and have the words added to the adapter; then resolve.',
  },
  foreign_session: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'The read is of another session, or the provider does not know this one.',
    action: 'Nothing, unless the order is registered; then check its id and its environment.',
  },
  on_hold: {
    isFinding: true,
    needsPerson: true,
    escalates: 'atOnce',
    meaning: 'The provider holds the payment and asks a person to look.',
    action: 'Decide about the payment at the provider before you ship, then resolve.',
  },
  bad_date: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'A date that money hangs on cannot be, so the default counts.',
    action: 'Nothing, unless the provider names another end of the authorization.',
  },
  cancelled_after_capture: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'The provider says cancelled after all was captured; the captures stand.',
    action: 'Refund at the provider if the order is not to be paid.',
  },
  attempt_lapsed: {
    isFinding: true,
    needsPerson: false,
    escalates: 'no',
    meaning: 'A pending attempt was given up, since the provider had not listed it for long.',
    action: 'Nothing. An approval that comes after all is taken over.',
  },
} as const satisfies Readonly<Record<FindingCode, Meaning<true>>> &
  Readonly<Record<string, Meaning<boolean>>>;

/** A finding, a reason to escalate, or both. */
export type Code = keyof typeof codes;
