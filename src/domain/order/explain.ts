import { agendaOf, readReasons, type Agenda } from './agenda.ts';
import { expiringAuthorizations } from '../money/expiry.ts';
import type { HeldReason } from '../escalation/ladder.ts';
import type { Reason } from '../escalation/reasons.ts';
import type { evidences, Facts, HeldMovement, MovementKind, Settlement } from '../money/payment.ts';
import type { OrderState } from './state.ts';
import { iso } from '../values.ts';

/** Why an order has its status: what reads have proven, what hooks claim beyond it, what happens next. */
export interface Explanation {
  /** What can still happen at the provider; `unseen` before the first read that found something. */
  readonly presence: Facts['presence'];
  readonly movements: readonly MovementView[];
  /** When the authorization lapses, where the provider says so. */
  readonly expiresAt: string | null;
  /** Hooks whose claim no read has confirmed yet, and when the next re-read for it is (null: with the next read). */
  readonly claims: readonly ClaimView[];
  /** Hooks whose claim the re-reads did not confirm; it may still come true. */
  readonly disputes: readonly { readonly event: string; readonly status: string; readonly at: string }[];
  /** The reasons that hold, with those that a person resolved. */
  readonly reasons: readonly ReasonView[];
  /** The merchant's order number as it was registered; null where none was. */
  readonly registeredReference: string | null;
  /** Ids of other orders of this reference that are paid too. */
  readonly paidTwice: readonly string[];
  /** `at` is null for now, and for a wait without an end. */
  readonly next: { readonly what: string; readonly at: string | null };
}

/** An authorization, capture or refund. Amounts are minor units; unknown fields are absent. */
interface MovementView {
  readonly kind: MovementKind;
  readonly id: string;
  readonly status: Settlement;
  readonly amount?: number;
  readonly currency?: string;
  /** What proves it: a read of the provider, or a notification about a payment that a read has proven. */
  readonly evidence: (typeof evidences)[number];
}

interface ReasonView {
  readonly code: Reason;
  /** What exactly it is about; empty: the order as a whole. */
  readonly subject: string;
  /** When it began, or will begin. */
  readonly since: string;
  /** Who resolved it, when and why; null while it waits for a person. */
  readonly resolved: { readonly by: string; readonly at: string; readonly reason: string } | null;
}

interface ClaimView {
  readonly event: string;
  readonly status: string;
  readonly receivedAt: string;
  readonly rereadAt: string | null;
}

/** The evidence behind an order. */
export function explanationOf(state: OrderState, now: number): Explanation {
  const { facts, hints, disputes, heldReasons, terms, paidTwice } = state;
  const expiry = expiringAuthorizations(facts, state.identity.kind)
    .flatMap(({ expiresAt }) => expiresAt ?? [])
    .toSorted((a, b) => a - b)[0];
  return {
    presence: facts.presence,
    movements: Object.values(facts.movements).map(movementView),
    expiresAt: expiry === undefined ? null : iso(expiry),
    claims: hints.map(({ event, status, receivedAt, rereadAt }) => ({
      event,
      status,
      receivedAt: iso(receivedAt),
      rereadAt: rereadAt === undefined ? null : iso(rereadAt),
    })),
    disputes: disputes.map(({ event, status, at }) => ({ event, status, at: iso(at) })),
    reasons: heldReasons.filter(({ isOver }) => !isOver).map(reasonView),
    registeredReference: terms?.reference ?? null,
    paidTwice: paidTwice?.ids ?? [],
    next: nextOf(agendaOf(state, now)),
  };
}

function movementView({ kind, id, status, amount, currency, evidence }: HeldMovement): MovementView {
  return {
    kind,
    id,
    status,
    ...(amount !== undefined && { amount }),
    ...(currency !== undefined && { currency }),
    evidence: evidence ?? 'read',
  };
}

function reasonView({ code, subject, since, resolved }: HeldReason): ReasonView {
  return {
    code,
    subject,
    since: iso(since),
    resolved: resolved ? { ...resolved, at: iso(resolved.at) } : null,
  };
}

function nextOf(agenda: Agenda): Explanation['next'] {
  switch (agenda.do) {
    case 'read':
      return { what: `read the provider (${readReasons[agenda.why]})`, at: null };
    case 'close':
      return { what: 'close', at: null };
    case 'wait':
      return { what: agenda.why, at: agenda.until === undefined ? null : iso(agenda.until) };
  }
}
