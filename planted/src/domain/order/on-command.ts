import { check } from '../money/checks.ts';
import type { Command, DecisionCommand, Refusal } from './commands.ts';
import { derive, unannounced, type Transition } from './derive.ts';
import { silenceAll } from '../escalation/ladder.ts';
import { assertNever } from '../money/payment.ts';
import { adoptTerms, without, type Decided, type OrderState } from './state.ts';
import { append } from './timeline.ts';
import { iso } from './view.ts';

/** A command with the key it came under and the hash of its body, so that a repeat is told from another. */
export interface AcceptedCommand {
  readonly command: Command;
  readonly key: string;
  readonly hash: string;
}

const answersKept = 64;

/** Carries out a command that `refusalOf` let pass. */
export function applyCommand(
  state: OrderState,
  { command, key, hash }: AcceptedCommand,
  now: number,
): Transition {
  const answered = { ...state, answered: [...state.answered.slice(1 - answersKept), { key, hash }] };
  const person = (text: string, by: string, reason?: string): OrderState => ({
    ...answered,
    timeline: append(state.timeline, {
      at: now,
      kind: 'person',
      summary: `${by} ${text}${reason ? `: ${reason}` : ''}`,
    }),
  });
  const decided = (what: Decided['what'], by: string): Pick<OrderState, 'decided'> => ({
    decided: { by, what, at: now },
  });
  const { escalation } = state;
  switch (command.type) {
    case 'register':
      return derive(state, adoptTerms(answered, command.terms, now), check(state.facts, command.terms), now);
    case 'recheck':
      return unannounced({ ...person('asked for a recheck', command.by), isReadWanted: true });
    case 'acknowledgeEscalation': {
      const told = person('acknowledged the escalation', command.by, command.reason);
      if (!escalation) return unannounced(told);
      const owned = {
        ...without(escalation, 'snoozedUntil'),
        state: 'acknowledged' as const,
        owner: command.by,
      };
      return derive(state, { ...told, ...decided('acknowledged', command.by), escalation: owned }, [], now);
    }
    case 'snoozeEscalation': {
      const told = person(`snoozed the escalation until ${iso(command.until)}`, command.by, command.reason);
      if (!escalation) return unannounced(told);
      const snoozed = {
        ...escalation,
        state: 'snoozed' as const,
        owner: command.by,
        snoozedUntil: command.until,
      };
      return derive(state, { ...told, ...decided('snoozed', command.by), escalation: snoozed }, [], now);
    }
    case 'resolveEscalation': {
      const told = person('resolved the escalation', command.by, command.reason);
      return derive(
        state,
        {
          ...told,
          ...decided('resolved', command.by),
          concerns: silenceAll(state.concerns, now),
          disputes: [],
          reviewedAt: now,
        },
        [],
        now,
      );
    }
    default:
      return assertNever(command);
  }
}

/** A decision that another one has overtaken. */
export interface LateDecision {
  readonly command: DecisionCommand;
  readonly refusal: Refusal;
}

const wishes = {
  acknowledgeEscalation: 'acknowledge',
  snoozeEscalation: 'snooze',
  resolveEscalation: 'resolve',
} as const;

/** Notes a decision that came too late: the timeline has both who won and who lost. */
export function recordLateDecision(
  state: OrderState,
  { command, refusal }: LateDecision,
  now: number,
): Transition {
  const summary = `${command.by} wanted to ${wishes[command.type]} the escalation, too late: ${refusal.detail}`;
  return unannounced({ ...state, timeline: append(state.timeline, { at: now, kind: 'person', summary }) });
}
