import { sameTerms, type LastDecision, type OrderState } from './state.ts';
import type { Escalation } from '../escalation/ladder.ts';
import type { Terms } from '../money/payment.ts';
import { refundClaimOf, withConfirmed } from './refund-claims.ts';
import { needsAttention } from './view.ts';
import { iso } from '../values.ts';

/** The commands of an order. `by` names the sender in the timeline. Times in epoch milliseconds. */
export type Command =
  | { readonly type: 'register'; readonly terms: Terms }
  | { readonly type: 'recheck'; readonly by: string }
  | ({ readonly type: 'acknowledgeEscalation' } & Decision)
  | ({ readonly type: 'snoozeEscalation'; readonly until: number } & Decision)
  | ({ readonly type: 'resolveEscalation' } & Decision)
  | ({ readonly type: 'reopenEscalation' } & Decision)
  | ({ readonly type: 'confirmClaim' } & ClaimDecision)
  | ({ readonly type: 'dismissClaim' } & ClaimDecision)
  | Note;

/** What a person says of a refund that only a notification reports. */
export interface ClaimDecision {
  readonly claimId: string;
  readonly by: string;
  readonly reason: string;
}

/** What a person has heard of a payment elsewhere. The amount is in minor units of the currency. */
export interface Note {
  readonly type: 'note';
  readonly code: 'chargeback';
  readonly by: string;
  readonly reason: string;
  readonly amount?: number;
  readonly currency?: string;
}

/** What a person decides about an escalation. With `seen` it counts only while the escalation is as it was seen. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
  readonly seen?: SeenEscalation;
}

/** The commands by which a person decides about an escalation. */
export type DecisionCommand = Exclude<Extract<Command, Decision>, Note | ClaimDecision>;

/** The scopes of API keys. */
export const scopes = ['read', 'write', 'ops'] as const;

export type Scope = (typeof scopes)[number];

interface CommandRule {
  /** The scope that a caller's key must have. */
  readonly scope: Scope;
  /** What an order must have, else it answers `no_escalation`. `attention`: an escalation, or a reason that asks for a person.
   * `resolved`: an escalation that a person resolved and that still holds.
   */
  readonly needs: 'nothing' | 'escalation' | 'attention' | 'resolved';
}

/** Who may give each command, and what the order must have for it. */
export const commandRules = {
  register: { scope: 'write', needs: 'nothing' },
  recheck: { scope: 'write', needs: 'nothing' },
  acknowledgeEscalation: { scope: 'ops', needs: 'escalation' },
  snoozeEscalation: { scope: 'ops', needs: 'escalation' },
  resolveEscalation: { scope: 'ops', needs: 'attention' },
  reopenEscalation: { scope: 'ops', needs: 'resolved' },
  confirmClaim: { scope: 'ops', needs: 'nothing' },
  dismissClaim: { scope: 'ops', needs: 'nothing' },
  note: { scope: 'ops', needs: 'nothing' },
} as const satisfies Record<Command['type'], CommandRule>;

/** The verb of each decision: in the routes, on the board and in the timeline. */
export const decisionVerbs = {
  acknowledgeEscalation: 'acknowledge',
  snoozeEscalation: 'snooze',
  resolveEscalation: 'resolve',
  reopenEscalation: 'reopen',
} as const satisfies Record<DecisionCommand['type'], string>;

/** Whether a command decides about an escalation. */
export function isDecision(command: Command): command is DecisionCommand {
  return commandRules[command.type].needs !== 'nothing';
}

function isMet(need: CommandRule['needs'], state: OrderState): boolean {
  const { escalation } = state;
  if (need === 'attention') return needsAttention(state);
  return escalation !== undefined && (escalation.state === 'resolved') === (need === 'resolved');
}

/** An escalation as a person saw it before they decided. */
export interface SeenEscalation {
  readonly openedAt: number;
  readonly state: Escalation['state'];
  readonly owner: string | null;
}

export const refusalCodes = [
  'terms_conflict',
  'no_escalation',
  'already_acknowledged',
  'escalation_changed',
  'snooze_in_past',
  'claim_unknown',
  'claim_does_not_fit',
] as const;

export interface Refusal {
  readonly code: (typeof refusalCodes)[number];
  readonly detail: string;
  /** Another person decided first: the timeline records both. */
  readonly isTooLate?: true;
}

/** Why a command cannot be done in this state, or undefined when it can. */
export function refusalOf(state: OrderState, command: Command, now: number): Refusal | undefined {
  const { terms } = state;
  if (isDecision(command) && !isMet(commandRules[command.type].needs, state))
    return noEscalation(state, command);
  switch (command.type) {
    case 'recheck':
      return undefined;
    case 'register':
      return terms && !sameTerms(terms, command.terms)
        ? { code: 'terms_conflict', detail: 'the order is registered with other terms' }
        : undefined;
    case 'acknowledgeEscalation':
      return acknowledgedByOther(state, command) ?? changedSince(state, command);
    case 'snoozeEscalation':
      return command.until <= now
        ? { code: 'snooze_in_past', detail: 'until has passed already' }
        : (acknowledgedByOther(state, command) ?? changedSince(state, command));
    case 'resolveEscalation':
    case 'reopenEscalation':
      return changedSince(state, command);
    case 'confirmClaim':
      return claimRefusal(state, command, now);
    case 'dismissClaim':
      return refundClaimOf(state, command.claimId) ? undefined : unknownClaim;
    case 'note':
      return undefined;
  }
}

const unknownClaim: Refusal = { code: 'claim_unknown', detail: 'the order has no open claim with this id' };

function claimRefusal(state: OrderState, { claimId }: ClaimDecision, now: number): Refusal | undefined {
  const proof = refundClaimOf(state, claimId);
  if (!proof) return unknownClaim;
  const detail = 'the refund names no payment that was captured, or is more than what is left of it';
  return withConfirmed(state, proof, now) === state.facts
    ? { code: 'claim_does_not_fit', detail }
    : undefined;
}

function noEscalation({ lastDecision }: OrderState, { type, by, seen }: DecisionCommand): Refusal {
  const isReopen = type === 'reopenEscalation';
  const isDone = lastDecision?.what === (isReopen ? 'reopened' : 'resolved');
  const isTooLate = isDone && (lastDecision.by !== by || seen !== undefined);
  const detail = isReopen
    ? 'the order has no escalation that was resolved and still holds'
    : 'the order has no open escalation';
  return isTooLate
    ? { code: 'no_escalation', detail: `${detail}: ${saidOf(lastDecision)}`, isTooLate: true }
    : { code: 'no_escalation', detail };
}

/** Refuses where another person has acknowledged it: it is theirs until they snooze it or a person resolves it. */
function acknowledgedByOther(state: OrderState, { by }: Decision): Refusal | undefined {
  const { escalation } = state;
  return escalation?.state === 'acknowledged' && escalation.owner !== by
    ? { code: 'already_acknowledged', detail: whoDecided(state), isTooLate: true }
    : undefined;
}

/** Refuses where the escalation is no longer as the person saw it: another owner or state, or opened anew. */
function changedSince(state: OrderState, { seen }: Decision): Refusal | undefined {
  const { escalation } = state;
  if (!seen) return undefined;
  const isSame =
    escalation?.openedAt === seen.openedAt &&
    escalation.state === seen.state &&
    (escalation.owner ?? null) === seen.owner;
  return isSame ? undefined : { code: 'escalation_changed', detail: whoDecided(state), isTooLate: true };
}

function whoDecided({ lastDecision }: OrderState): string {
  return lastDecision ? saidOf(lastDecision) : 'it was opened anew';
}

function saidOf({ by, what, at }: LastDecision): string {
  return `${by} ${what} it at ${iso(at)}`;
}
