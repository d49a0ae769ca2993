import { sameTerms, type Decided, type OrderState } from './state.ts';
import type { Escalation } from '../escalation/ladder.ts';
import type { Terms } from '../money/payment.ts';
import { iso, needsAttention } from './view.ts';

/** What may be asked of an order. `by` is who asks, for the timeline. Times in epoch milliseconds. */
export type Command =
  | { readonly type: 'register'; readonly terms: Terms }
  | { readonly type: 'recheck'; readonly by: string }
  | ({ readonly type: 'acknowledgeEscalation' } & Decision)
  | ({ readonly type: 'snoozeEscalation'; readonly until: number } & Decision)
  | ({ readonly type: 'resolveEscalation' } & Decision);

/** What a person decides about an escalation; by `seen` it counts only while that is as it was looked at. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
  readonly seen?: SeenEscalation;
}

/** The commands that are a person's decision. */
export type DecisionCommand = Extract<Command, Decision>;

/** Whether a command is what a person decides about an escalation. */
export function isDecision(command: Command): command is DecisionCommand {
  return command.type !== 'register' && command.type !== 'recheck';
}

/** An escalation as somebody saw it, when they decided. */
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
] as const;

export interface Refusal {
  readonly code: (typeof refusalCodes)[number];
  readonly detail: string;
  /** Somebody else was faster: the timeline keeps that both acted. */
  readonly isLost?: true;
}

/** Why a command cannot be done in this state, or undefined when it can. */
export function refusalOf(state: OrderState, command: Command, now: number): Refusal | undefined {
  const { escalation, terms } = state;
  switch (command.type) {
    case 'recheck':
      return undefined;
    case 'register':
      return terms && !sameTerms(terms, command.terms)
        ? { code: 'terms_conflict', detail: 'the order is registered with other terms' }
        : undefined;
    case 'acknowledgeEscalation':
      if (!escalation) return noEscalation(state, command);
      return takenOn(state, command) ?? changedSince(state, command);
    case 'snoozeEscalation': {
      if (!escalation) return noEscalation(state, command);
      if (command.until <= now) return { code: 'snooze_in_past', detail: 'until has passed already' };
      const refusal = takenOn(state, command);
      return refusal ?? changedSince(state, command);
    }
    case 'resolveEscalation':
      return needsAttention(state) ? changedSince(state, command) : noEscalation(state, command);
  }
}

function noEscalation({ decided }: OrderState, { by, seen }: Decision): Refusal {
  const isLost = decided?.what === 'resolved' && (decided.by !== by || seen !== undefined);
  const detail = 'the order has no open escalation';
  return isLost
    ? { code: 'no_escalation', detail: `${detail}: ${saidOf(decided)}`, isLost: true }
    : { code: 'no_escalation', detail };
}

/** Whether somebody else has taken it on: it is theirs until they snooze it, or anybody resolves it. */
function takenOn(state: OrderState, { by }: Decision): Refusal | undefined {
  const { escalation } = state;
  return escalation?.state === 'acknowledged' && escalation.owner !== by
    ? { code: 'already_acknowledged', detail: lastDecision(state), isLost: true }
    : undefined;
}

/** Whether the escalation is another one than the person saw: other hands, or opened anew. */
function changedSince(state: OrderState, { seen }: Decision): Refusal | undefined {
  const { escalation } = state;
  if (!seen) return undefined;
  const isSame =
    escalation?.openedAt === seen.openedAt &&
    escalation.state === seen.state &&
    (escalation.owner ?? null) === seen.owner;
  return isSame ? undefined : { code: 'escalation_changed', detail: lastDecision(state), isLost: true };
}

function lastDecision({ decided, escalation }: OrderState): string {
  if (decided) return saidOf(decided);
  // Orders that were acknowledged before decisions were kept.
  return escalation?.owner === undefined ? 'it was opened anew' : `acknowledged by ${escalation.owner}`;
}

function saidOf({ by, what, at }: Decided): string {
  return `${by} ${what} it at ${iso(at)}`;
}
