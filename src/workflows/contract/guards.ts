import type { ClaimDecision, Decision, Note } from '../../domain/order/commands.ts';
import { escalationStates } from '../../domain/escalation/ladder.ts';
import { sessionStatuses, type AttemptClaim, type Claim, type Hint } from '../../domain/order/hints.ts';
import type { Proof } from '../../domain/money/refunds.ts';
import { exponentOf, isMinorUnits } from '../../domain/money/money.ts';
import { settlements, type Terms } from '../../domain/money/payment.ts';
import { assertNever } from '../../domain/values.ts';

// Anybody with access to the namespace can send a workflow anything, so its input is checked here. No library: it would
// grow the bundle.

/** Whether a signal's payload is a hint. */
export function isHint(value: unknown): value is Hint {
  const hint = value as Partial<Hint> | null | undefined;
  return (
    typeof hint?.id === 'string' &&
    typeof hint.event === 'string' &&
    typeof hint.status === 'string' &&
    typeof hint.claim === 'object' &&
    hint.claim !== null &&
    isClaim(hint.claim) &&
    (hint.proof === undefined || isProof(hint.proof))
  );
}

/** A hint without unknown fields: the state keeps it, and has to stay small and plain. */
export function plainHint({ id, event, status, claim, proof, traceparent }: Hint): Hint {
  return {
    id,
    event,
    status,
    claim: plainClaim(claim),
    ...(proof && { proof: plainProof(proof) }),
    ...(isTraceparent(traceparent) && { traceparent }),
  };
}

/** Version 00 of https://www.w3.org/TR/trace-context/#traceparent-header; ids of zeros are invalid. */
function isTraceparent(value: unknown): value is string {
  return isText(value) && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(value);
}

function plainClaim(claim: Claim): Claim {
  switch (claim.of) {
    case 'authorization':
      return {
        of: claim.of,
        id: claim.id,
        status: claim.status,
        ...(claim.group !== undefined && { group: claim.group }),
        ...(claim.ownId !== undefined && { ownId: claim.ownId }),
        ...(claim.isOnHold && { isOnHold: claim.isOnHold }),
        ...(claim.isTaken && { isTaken: claim.isTaken }),
      };
    case 'capture':
    case 'refund':
      return { of: claim.of, id: claim.id, status: claim.status };
    case 'payment':
    case 'session':
      return { of: claim.of, status: claim.status } as Claim;
    case 'change':
    case 'nothing':
      return { of: claim.of };
    default:
      return assertNever(claim);
  }
}

function plainProof({ movement, isWhole, payments }: Proof): Proof {
  const { kind, id, status, amount, currency } = movement;
  return {
    movement: {
      kind,
      id,
      status,
      ...(amount !== undefined && { amount }),
      ...(currency !== undefined && { currency }),
    },
    ...(isWhole && { isWhole }),
    payments,
  };
}

function isProof(proof: Proof | null): boolean {
  const { movement, payments, isWhole } = proof ?? {};
  const { amount = 0, currency = '' } = movement ?? {};
  const whole: unknown = isWhole;
  return (
    Array.isArray(payments) &&
    payments.every(isText) &&
    isText(movement?.id) &&
    movement?.kind === 'refund' &&
    isOneOf(settlements, movement.status) &&
    isMinorUnits(amount) &&
    amount >= 0 &&
    isText(currency) &&
    (whole === undefined || whole === true)
  );
}

function isClaim(claim: Claim): boolean {
  switch (claim.of) {
    case 'authorization':
      return isText(claim.id) && isOneOf(settlements, claim.status) && isAttempt(claim);
    case 'capture':
    case 'refund':
      return isText(claim.id) && isOneOf(settlements, claim.status);
    case 'payment':
      return isOneOf(settlements, claim.status);
    case 'session':
      return isOneOf(sessionStatuses, claim.status);
    case 'change':
    case 'nothing':
      return true;
    default:
      return false;
  }
}

function isAttempt({ group = '', ownId = '', isOnHold, isTaken }: AttemptClaim): boolean {
  const marks: readonly unknown[] = [isOnHold, isTaken];
  return isText(group) && isText(ownId) && marks.every((mark) => mark === undefined || mark === true);
}

/** The body of the signal `paidTwice`: ten ids at most. */
export interface PaidTwiceBody {
  readonly ids: readonly string[];
}

const idsTold = 10;
const longestId = 200;

/** Whether a signal's payload tells of other paid orders. */
export function isPaidTwice(value: unknown): value is { readonly ids: readonly string[] } {
  const { ids } = (value ?? {}) as { readonly ids?: unknown };
  return (
    Array.isArray(ids) && ids.length <= idsTold && ids.every((id) => isText(id) && id.length <= longestId)
  );
}

/** Whether an Update's body asks for a recheck. */
export function isRecheckBody(body: unknown): body is { readonly by: string } {
  return isText((body as { by?: unknown } | null | undefined)?.by);
}

/** Whether an Update's body is a person's decision about an escalation. */
export function isDecisionBody(body: unknown): body is Decision {
  const { by, reason, seen } = (body ?? {}) as Partial<Decision>;
  return isText(by) && isText(reason) && (seen === undefined || isSeen(seen));
}

/** Whether an Update's body is a decision to put an escalation off. */
export function isSnoozeBody(body: unknown): body is Decision & { readonly until: number } {
  return isDecisionBody(body) && isTime((body as { until?: unknown }).until);
}

/** Whether an Update's body is what a person says of a refund that is only told. */
export function isClaimBody(body: unknown): body is ClaimDecision {
  const { claimId, by, reason } = (body ?? {}) as Partial<ClaimDecision>;
  return isText(claimId) && isText(by) && isText(reason);
}

/** Whether an Update's body is what a person has heard of a payment: with an amount and its currency, or with neither. */
export function isNoteBody(body: unknown): body is Omit<Note, 'type'> {
  const { code, by, reason, amount, currency } = (body ?? {}) as Partial<Note>;
  const hasNoSum = amount === undefined && currency === undefined;
  return code === 'chargeback' && isText(by) && isText(reason) && (hasNoSum || isSum({ amount, currency }));
}

function isSeen(seen: Decision['seen'] | null): boolean {
  return (
    isTime(seen?.openedAt) &&
    isOneOf(escalationStates, seen?.state) &&
    (seen?.owner === null || isText(seen?.owner))
  );
}

/** Whether a registration's body is the terms of an order. */
export function isTerms(body: unknown): body is Terms {
  const terms = body as Partial<Terms> | null | undefined;
  return (
    isSum(terms?.expected ?? {}) &&
    (terms?.reference === undefined || isText(terms.reference)) &&
    (terms?.method === undefined || isText(terms.method))
  );
}

/** Whether it is money above zero in a currency that ISO 4217 lists. */
function isSum({ amount, currency }: { readonly amount?: unknown; readonly currency?: unknown }): boolean {
  return (
    typeof amount === 'number' &&
    isMinorUnits(amount) &&
    amount > 0 &&
    isText(currency) &&
    exponentOf(currency) !== undefined
  );
}

function isOneOf(set: readonly string[], value: unknown): boolean {
  return isText(value) && set.includes(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A time that a date can be made of. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}
