import { amountsOf, type Amounts } from '../money/amounts.ts';
import { asksForPerson, nextLevelAt, stillHolding, type Escalation } from '../escalation/ladder.ts';
import type { Reason } from '../escalation/reasons.ts';
import { type FindingCode } from '../money/findings.ts';
import { cutToBytes, iso, utf8Bytes } from '../values.ts';
import type { Disposition } from './hints.ts';
import type { Kind } from '../money/payment.ts';
import { stepsFor } from '../escalation/policy.ts';
import type { OrderState } from './state.ts';
import type { Status } from '../money/status.ts';
import type { TimelineEntry } from './timeline.ts';

/** The public view of an order: API body, Query, memo and final result. Times are ISO 8601, UTC. */
export interface Order {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly kind: Kind;
  readonly reference?: string;
  readonly status: Status;
  readonly amounts: Amounts;
  readonly method?: string;
  readonly verified?: { readonly at: string; readonly attempts: number };
  readonly unverifiedSince: string | null;
  readonly findings: readonly { readonly code: FindingCode; readonly at: string; readonly detail: string }[];
  readonly escalation: EscalationView | null;
  readonly sequence: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface EscalationView {
  readonly level: number;
  readonly reasons: readonly Reason[];
  readonly openedAt: string;
  readonly state: Escalation['state'];
  readonly owner: string | null;
  readonly snoozedUntil: string | null;
  readonly nextLevelAt: string | null;
  /** Of what a person resolved and still holds: who resolved it last, when and why. */
  readonly resolved?: { readonly by: string; readonly at: string; readonly reason: string };
}

const methodBytes = 40;
const referenceBytes = 128;
const ownerBytes = 64;
const resolutionBytes = 160;
const orderBytes = 2048;

/** The public view of an order. */
export function viewOf(state: OrderState): Order {
  const { identity, facts, terms, verified } = state;
  const reference = referenceOf(state);
  const method = methodOf(state);
  return fit({
    id: identity.id,
    account: identity.account,
    provider: identity.provider,
    kind: identity.kind,
    ...(reference !== undefined && { reference }),
    status: state.status,
    amounts: amountsOf(facts, terms),
    ...(method !== undefined && { method: plain(method, methodBytes) }),
    ...(verified && { verified: { at: iso(verified.at), attempts: verified.attempts } }),
    unverifiedSince: isoOrNull(state.unverifiedSince),
    findings: state.findings.map(({ code, at, detail }) => ({ code, at: iso(at), detail })),
    escalation: escalationView(state),
    sequence: state.sequence,
    createdAt: iso(state.createdAt),
    updatedAt: iso(state.updatedAt),
  });
}

/** Leaves out the oldest findings where the order would pass its size; the timeline still has them. */
function fit(order: Order): Order {
  const [, ...newer] = order.findings;
  return order.findings.length > 0 && utf8Bytes(JSON.stringify(order)) > orderBytes
    ? fit({ ...order, findings: newer })
    : order;
}

/** Whether no read has found the order and nobody has registered it: its reads say nothing about the account. */
export function isUnknown({ verified, amounts }: Order): boolean {
  return verified === undefined && amounts.expected === undefined;
}

/** The merchant's own order number: the registered one wins over the one that the provider repeats. */
export function referenceOf({ terms, facts }: OrderState): string | undefined {
  const reference = terms?.reference ?? facts.reference;
  return reference === undefined ? undefined : plain(reference, referenceBytes);
}

export function methodOf({ terms, facts }: OrderState): string | undefined {
  return facts.method ?? terms?.method?.toLowerCase();
}

/** Whether a person should look: an escalation is open, or a reason that asks for a person holds and is not resolved. */
export function needsAttention({ escalation, heldReasons, updatedAt, lastReadAt }: OrderState): boolean {
  const isOpen = escalation !== undefined && escalation.state !== 'resolved';
  return isOpen || asksForPerson(heldReasons, Math.max(updatedAt, lastReadAt));
}

/** Text of others, without control characters, cut to so many bytes. */
function plain(text: string, bytes: number): string {
  return cutToBytes(text.replace(/[\0-\x1f\x7f-\x9f]/g, ' '), bytes);
}

function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : iso(at);
}

function escalationView(state: OrderState): EscalationView | null {
  const { escalation, heldReasons, policy } = state;
  if (!escalation) return null;
  return {
    level: escalation.level,
    reasons: escalation.reasons,
    openedAt: iso(escalation.openedAt),
    state: escalation.state,
    owner: escalation.owner === undefined ? null : plain(escalation.owner, ownerBytes),
    snoozedUntil: isoOrNull(escalation.snoozedUntil),
    nextLevelAt: isoOrNull(
      nextLevelAt(escalation, heldReasons, (code) => stepsFor(policy, methodOf(state), code)),
    ),
    ...resolutionView(state),
  };
}

function resolutionView({ escalation, heldReasons }: OrderState): Pick<EscalationView, 'resolved'> {
  const last = stillHolding(heldReasons)
    .map(({ resolved }) => resolved!)
    .toSorted((a, b) => a.at - b.at)
    .at(-1);
  if (escalation?.state !== 'resolved' || !last) return {};
  const { by, at, reason } = last;
  return {
    resolved: { by: plain(by, ownerBytes), at: iso(at), reason: plain(reason, resolutionBytes) },
  };
}

/** An order's history for people, oldest first; `dropped` older entries are no longer kept. */
export interface TimelineView {
  readonly entries: readonly {
    readonly at: string;
    readonly kind: TimelineEntry['kind'];
    readonly summary: string;
    readonly disposition?: Disposition;
    readonly times?: number;
    readonly lastAt?: string;
  }[];
  readonly dropped: number;
}

/** The public view of a timeline. */
export function timelineOf({ timeline }: OrderState): TimelineView {
  return {
    entries: timeline.entries.map(({ at, kind, summary, disposition, times, lastAt }) => ({
      at: iso(at),
      kind,
      summary,
      ...(disposition && { disposition }),
      ...(times !== undefined && { times }),
      ...(lastAt !== undefined && { lastAt: iso(lastAt) }),
    })),
    dropped: timeline.dropped,
  };
}
