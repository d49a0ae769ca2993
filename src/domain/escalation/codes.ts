import type { FindingCode } from '../money/findings.ts';

/** The meaning of a code, for the order, the alerts and the documents. */
interface Meaning<IsFinding extends boolean> {
  /** It is listed among the order's findings. */
  readonly isFinding: IsFinding;
  /** As a finding alone, it sets `NeedsAttention` until a person resolves it. An escalation sets it anyway. */
  readonly needsPerson: boolean;
  /** It is a reason that escalates the order along its ladder. */
  readonly escalates: boolean;
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
    escalates: true,
    meaning: 'The provider has not decided about the payment.',
    action: 'Look the payment up at the provider. Resolve it when you know what to do with the order.',
  },
  unverified: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning: 'Hooks came or a recheck was due, and reads of the provider fail.',
    action: 'Look at the failure in the timeline. It ends with the first read that succeeds.',
  },
  unregistered: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning: 'There is a payment, and the shop has not registered an order for it.',
    action: 'Register the order, or return the money at the provider and resolve.',
  },
  contradiction: {
    isFinding: true,
    needsPerson: false,
    escalates: true,
    meaning: 'A hook claims what no read of the provider confirms.',
    action: 'Recheck. If the provider still says otherwise, believe the provider and resolve.',
  },
  capture_failed: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning: 'The provider rejected a capture, and the order is not captured in full.',
    action: 'Capture again at the provider. It ends when the order is captured in full.',
  },
  refund_failed: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning: 'The provider rejected a refund, and the order is not refunded in full.',
    action: 'Refund again at the provider. It ends when the order is refunded in full; else resolve.',
  },
  command_unknown: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning: 'The answer to a command was lost. It does not occur yet: there are no commands.',
    action: 'Nothing to do yet.',
  },
  delivery_failed: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning: 'A merchant event could not be delivered. It does not occur yet: no events are sent.',
    action: 'Nothing to do yet.',
  },
  authorization_expiring: {
    isFinding: false,
    needsPerson: false,
    escalates: true,
    meaning:
      'The authorization has lapsed, or the order was placed 30 days ago and the provider names no end.',
    action: 'Capture or cancel at the provider. It ends when the order is no longer placed.',
  },
  over_captured: {
    isFinding: true,
    needsPerson: false,
    escalates: true,
    meaning: 'More was captured than was authorized.',
    action: 'Compare the sums with the provider, correct them there, and resolve.',
  },
  over_refunded: {
    isFinding: true,
    needsPerson: false,
    escalates: true,
    meaning: 'More was refunded than was captured.',
    action: 'Compare the sums with the provider, correct them there, and resolve.',
  },
  double_payment: {
    isFinding: true,
    needsPerson: true,
    escalates: true,
    meaning: 'Several approved payments together exceed what was asked.',
    action:
      'Cancel or refund one payment at the provider. It ends when one is released; after a refund, resolve.',
  },
  amount_mismatch: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning: 'The provider names another amount than was registered.',
    action: 'Compare the amounts before you ship, then resolve.',
  },
  amount_missing: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning: 'The payment is approved, and the provider names no amount.',
    action: 'Look the amount up at the provider before you ship, then resolve.',
  },
  currency_mismatch: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning:
      "Some money is in another currency than the order's, or in none that ISO 4217 lists; it is not summed.",
    action: 'Check the currency at the provider before you ship, then resolve.',
  },
  reference_mismatch: {
    isFinding: true,
    needsPerson: false,
    escalates: false,
    meaning: 'The provider names another reference than was registered; the registered one stands.',
    action: 'Nothing, unless the wrong order was paid.',
  },
  corrected: {
    isFinding: true,
    needsPerson: false,
    escalates: false,
    meaning: 'The provider took back what it had said; the order follows.',
    action: 'Nothing, unless you acted on what the provider said before.',
  },
  changed_fact: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning:
      'An authorization, capture or refund has another amount or currency than before; the new one stands.',
    action: 'Compare it with the provider before you ship, then resolve.',
  },
  flapping: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning: 'Reads alternate between two statuses; merchants are told when two reads in a row agree.',
    action: 'Wait for two reads that agree before you ship, then resolve.',
  },
  unknown_status: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning: 'The provider used status words that the adapter does not know; they change nothing.',
    action: 'Look the payment up at the provider, and have the words added to the adapter; then resolve.',
  },
  foreign_session: {
    isFinding: true,
    needsPerson: false,
    escalates: false,
    meaning: 'The read is of another session, or the provider does not know this one.',
    action: 'Nothing, unless the order is registered; then check its id and its environment.',
  },
  on_hold: {
    isFinding: true,
    needsPerson: true,
    escalates: false,
    meaning: 'The provider asks a person to look before goods are sent.',
    action: 'Decide about the payment at the provider before you ship, then resolve.',
  },
} as const satisfies Readonly<Record<FindingCode, Meaning<true>>> &
  Readonly<Record<string, Meaning<boolean>>>;

/** A finding, a reason to escalate, or both. */
export type Code = keyof typeof codes;

/** Why an order needs a person. */
export type Reason = { [C in Code]: (typeof codes)[C]['escalates'] extends true ? C : never }[Code];

/** All reasons, in the order of the table. */
export const reasons = (Object.keys(codes) as readonly Code[]).filter(
  (code) => codes[code].escalates,
) as readonly Reason[] as readonly [Reason, ...Reason[]];

/** Whether a finding sets `NeedsAttention` until a person resolves it. */
export function needsPerson(code: FindingCode): boolean {
  return codes[code].needsPerson;
}

/** The codes whose row says that it is a finding, or is none, and is wrong; the compiler holds this to be empty. */
type Mismarked = {
  [C in Code]: (typeof codes)[C]['isFinding'] extends (C extends FindingCode ? true : false) ? never : C;
}[Code];

null satisfies [Mismarked] extends [never] ? null : Mismarked;
