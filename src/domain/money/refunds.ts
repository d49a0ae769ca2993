import { currencyOf } from './currency.ts';
import { movementNamed } from './joining.ts';
import {
  movementKey,
  type Facts,
  type HeldMovement,
  type Movement,
  type Reading,
  type Terms,
} from './payment.ts';
import { inCurrency, movementsOf, sumOf, total } from './payments.ts';

/** A refund that only a notification reports: a claim about a payment, where the provider lists no refunds. */
export interface Proof {
  readonly movement: Movement;
  /** It says that the whole payment was refunded, earlier partial refunds included. */
  readonly isWhole?: true;
  /** The provider's ids of the payment, by transaction or group; a read must have proven one of them. */
  readonly payments: readonly string[];
}

// More partial refunds than any payment has; the limit bounds refunds of amount 0.
const notifiedKept = 100;

/** All that went back, in minor units of the currency; undefined where unknown. */
export function refundedSum(facts: Facts, currency: string | undefined): number | undefined {
  const listed = movementsOf(facts, 'refund', 'approved').filter(({ evidence }) => !evidence);
  const captures = movementsOf(facts, 'capture', 'approved');
  const told = inCurrency(captures, currency).map((capture) => refundedOf(facts, capture, currency));
  return total([sumOf(listed, currency), ...told]);
}

/**
 * What went back of one capture beyond the refunds that reads list: all of it where the provider's word says so, else
 * the claims that count. Undefined where its word says "part" and no claim says how much.
 */
function refundedOf(facts: Facts, capture: HeldMovement, currency: string | undefined): number | undefined {
  if (capture.refunded === 'full') return sumOf([capture], currency);
  const counted = claimsOn(facts, capture).filter((claim) => isCounted(claim, capture));
  return capture.refunded === 'partial' && counted.length === 0 ? undefined : sumOf(counted, currency);
}

/** Whether a told refund is part of the sums: a person confirmed it, the account says so, or the provider's word does. */
function isCounted({ evidence, isTrusted }: HeldMovement, { refunded }: HeldMovement): boolean {
  return evidence === 'person' || isTrusted === true || refunded !== undefined;
}

/** Whether a told refund is part of the sums now. */
export function isRefundCounted(facts: Facts, id: string): boolean {
  const claim = movementNamed(facts.movements, 'refund', id);
  const capture = claim && captureOf(facts, claim.payments ?? []);
  return claim !== undefined && (!claim.evidence || (capture !== undefined && isCounted(claim, capture)));
}

/** The told refunds that count for nothing at present: the provider's word gave room for them and has it no longer. */
export function uncountedRefunds(facts: Facts): readonly HeldMovement[] {
  return movementsOf(facts, 'refund', 'approved').filter(
    ({ id, evidence }) => evidence !== undefined && !isRefundCounted(facts, id),
  );
}

function claimsOn(facts: Facts, capture: HeldMovement): readonly HeldMovement[] {
  return movementsOf(facts, 'refund', 'approved').filter(
    ({ evidence, payments = [] }) => evidence && captureOf(facts, payments)?.id === capture.id,
  );
}

/** How a told refund may become part of the sums. */
export interface Counting {
  readonly terms?: Terms | undefined;
  /** The account believes a notification that names a proven payment and fits into what is left. */
  readonly isTrusting?: boolean;
  /** A person has confirmed it. */
  readonly isConfirmed?: boolean;
}

/**
 * Adds a told refund to the facts if it counts: it names a proven capture, is in its currency, and fits into what the
 * provider's word about that capture leaves open: not all where the word says "part", nothing where there is no word.
 * Else returns the same facts. An order holds at most a hundred.
 */
export function countRefund(
  facts: Facts,
  { movement, isWhole, payments }: Proof,
  now: number,
  { terms, isTrusting, isConfirmed }: Counting = {},
): Facts {
  const key = movementKey(movement.kind, movement.id);
  const capture = captureOf(facts, payments);
  if (facts.movements[key] || !capture || isAtLimit(facts)) return facts;
  const isBelieved = isConfirmed === true || isTrusting === true;
  if (!capture.refunded && !isBelieved) return facts;
  if (!isOneOf(movement.currency, capture.currency, currencyOf(facts, terms))) return facts;
  const amount = movement.amount ?? (isWhole ? capture.amount : undefined);
  if (!fits(facts, capture, amount)) return facts;
  const counted: HeldMovement = {
    ...movement,
    ...(amount !== undefined && { amount }),
    payments,
    evidence: isConfirmed ? 'person' : 'notification',
    ...(isTrusting && { isTrusted: true as const }),
    since: now,
  };
  return { ...facts, movements: { ...facts.movements, [key]: counted } };
}

/** Whether one more refund of this amount fits. Once the word says "all", each is a part of it and raises no sum. */
function fits(facts: Facts, capture: HeldMovement, amount: number | undefined): boolean {
  if (capture.refunded === 'full') return true;
  const earlier = sumOf(claimsOn(facts, capture), capture.currency);
  if (amount === undefined || capture.amount === undefined || earlier === undefined) return false;
  const sum = earlier + amount;
  return capture.refunded === 'partial' ? sum < capture.amount : sum <= capture.amount;
}

function isOneOf(currency: string | undefined, ...known: readonly (string | undefined)[]): boolean {
  return currency === undefined || known.includes(currency);
}

function isAtLimit(facts: Facts): boolean {
  return movementsOf(facts, 'refund', 'approved').filter(({ evidence }) => evidence).length >= notifiedKept;
}

/**
 * The hint to drop when there are too many: the latest of the least valuable. So a sender who does not know the
 * payment's id cannot displace a notification that names it.
 */
export function leastValuable<T extends { readonly proof?: Proof }>(hints: readonly T[], facts: Facts): T {
  return hints.reduce((least, hint) => (weightOf(hint, facts) <= weightOf(least, facts) ? hint : least));
}

/** 0: reads can prove its claim. 2: it names a payment that a read has proven, so it is most likely true. */
function weightOf({ proof }: { readonly proof?: Proof }, facts: Facts): number {
  if (!proof) return 0;
  return captureOf(facts, proof.payments) ? 2 : 1;
}

/** The approved capture that one of these ids names, by its own id before its group. */
function captureOf(facts: Facts, payments: readonly string[]): HeldMovement | undefined {
  const captures = movementsOf(facts, 'capture', 'approved').toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return (
    captures.find(({ id, aliases }) => payments.some((name) => name === id || aliases?.includes(name))) ??
    captures.find(({ group }) => group !== undefined && payments.includes(group))
  );
}

/** A read movement with the word about its refunds that is known: the word of a chargeback stands in its place. */
export function withRefunds(
  read: Movement,
  same: readonly HeldMovement[],
  { flags = [] }: Reading,
): Movement {
  const known = same.find(({ refunded }) => refunded !== undefined)?.refunded;
  const isCharged = flags.some(({ code, subject }) => code === 'chargeback' && subject === read.id);
  return isCharged && read.refunded === undefined && known ? { ...read, refunded: known } : read;
}
