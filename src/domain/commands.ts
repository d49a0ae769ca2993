import { sameTerms, type OrderState } from './state.ts';
import type { Terms } from './payment.ts';
import { needsAttention } from './view.ts';

/** What may be asked of an order. `by` is who asks, for the timeline. Times in epoch milliseconds. */
export type Command =
  | { readonly type: 'register'; readonly terms: Terms }
  | { readonly type: 'recheck'; readonly by: string }
  | { readonly type: 'acknowledgeEscalation'; readonly by: string; readonly reason: string }
  | {
      readonly type: 'snoozeEscalation';
      readonly by: string;
      readonly reason: string;
      readonly until: number;
    }
  | { readonly type: 'resolveEscalation'; readonly by: string; readonly reason: string };

export const refusalCodes = [
  'terms_conflict',
  'no_escalation',
  'already_acknowledged',
  'snooze_in_past',
] as const;

export interface Refusal {
  readonly code: (typeof refusalCodes)[number];
  readonly detail: string;
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
      if (!escalation) return noEscalation;
      return escalation.state === 'acknowledged' && escalation.owner !== command.by
        ? { code: 'already_acknowledged', detail: `acknowledged by ${escalation.owner ?? 'somebody'}` }
        : undefined;
    case 'snoozeEscalation':
      if (!escalation) return noEscalation;
      return command.until <= now
        ? { code: 'snooze_in_past', detail: 'until has passed already' }
        : undefined;
    case 'resolveEscalation':
      return needsAttention(state) ? undefined : noEscalation;
  }
}

const noEscalation: Refusal = { code: 'no_escalation', detail: 'the order has no open escalation' };
