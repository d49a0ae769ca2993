import { check } from '../money/checks.ts';
import { formatMoney } from '../money/money.ts';
import { refundClaimOf, withConfirmed, withDismissed, withoutClaim } from './refund-claims.ts';
import { decisionVerbs, type Command, type DecisionCommand, type Refusal } from './commands.ts';
import { derive, unannounced, type Transition } from './derive.ts';
import { reopenAll, resolveAll } from '../escalation/ladder.ts';
import { assertNever } from '../values.ts';
import { adoptTerms, type OrderState } from './state.ts';
import { without } from '../values.ts';
import { append, type TimelineEntry } from './timeline.ts';
import { iso } from '../values.ts';

/** A command with its update id and the hash of its body, to recognise a repeat. */
export interface AcceptedCommand {
  readonly command: Command;
  readonly key: string;
  readonly hash: string;
}

const commandsKept = 64;

/** Carries out a command that `refusalOf` let pass. */
export function applyCommand(
  state: OrderState,
  { command, key, hash }: AcceptedCommand,
  now: number,
): Transition {
  const answeredCommands = [...state.answeredCommands.slice(1 - commandsKept), { key, hash }];
  const answered: OrderState = { ...state, answeredCommands };
  if (command.type === 'register')
    return derive(state, adoptTerms(answered, command.terms, now), check(state.facts, command.terms), now);
  const told: OrderState = { ...answered, timeline: append(state.timeline, personEntry(command, now)) };
  if (command.type === 'recheck') return unannounced({ ...told, isReadWanted: true });
  if (command.type === 'confirmClaim' || command.type === 'dismissClaim')
    return derive(state, decideClaim(told, command, now), [], now);
  if (command.type === 'note') return derive(state, withNote(told, key, now), [], now);
  if (!state.escalation && command.type !== 'resolveEscalation') return unannounced(told);
  return derive(state, { ...told, ...decisionOf(state, command, now) }, [], now);
}

function personEntry(command: Exclude<Command, { type: 'register' }>, at: number): TimelineEntry {
  const reason = 'reason' in command && command.reason !== '' ? `: ${command.reason}` : '';
  return { at, kind: 'person', summary: `${command.by} ${deedOf(command)}${reason}` };
}

/** A person's word about a refund that is only told: it counts, or is forgotten. */
function decideClaim(
  state: OrderState,
  { type, claimId }: Extract<Command, { type: 'confirmClaim' | 'dismissClaim' }>,
  now: number,
): OrderState {
  const proof = refundClaimOf(state, claimId);
  if (!proof) return state;
  if (type === 'dismissClaim') return withDismissed(state, claimId);
  return { ...withoutClaim(state, claimId), facts: withConfirmed(state, proof, now) };
}

/** A chargeback that a person has heard of elsewhere is a reason like one that the provider tells. */
function withNote(state: OrderState, key: string, at: number): OrderState {
  const subject = `note ${key}`;
  return { ...state, chargebacks: [...(state.chargebacks ?? []), { subject, at }] };
}

function noteSum({ amount, currency }: Extract<Command, { type: 'note' }>): string {
  return amount === undefined || currency === undefined ? '' : ` of ${formatMoney({ amount, currency })}`;
}

function deedOf(command: Exclude<Command, { type: 'register' }>): string {
  switch (command.type) {
    case 'recheck':
      return 'asked for a recheck';
    case 'acknowledgeEscalation':
      return 'acknowledged the escalation';
    case 'snoozeEscalation':
      return `snoozed the escalation until ${iso(command.until)}`;
    case 'resolveEscalation':
      return 'resolved the escalation';
    case 'reopenEscalation':
      return 'reopened the escalation';
    case 'confirmClaim':
      return `confirmed the refund ${command.claimId}`;
    case 'dismissClaim':
      return `dismissed the refund ${command.claimId}`;
    case 'note':
      return `noted a ${command.code}${noteSum(command)}`;
    default:
      return assertNever(command);
  }
}

/** What a decision changes of the state. */
function decisionOf(state: OrderState, command: DecisionCommand, now: number): Partial<OrderState> {
  const { by } = command;
  const escalation = state.escalation && without(state.escalation, 'snoozedUntil');
  switch (command.type) {
    case 'acknowledgeEscalation':
      return {
        lastDecision: { by, what: 'acknowledged', at: now },
        ...(escalation && { escalation: { ...escalation, state: 'acknowledged', owner: by } }),
      };
    case 'snoozeEscalation':
      return {
        lastDecision: { by, what: 'snoozed', at: now },
        ...(escalation && {
          escalation: { ...escalation, state: 'snoozed', owner: by, snoozedUntil: command.until },
        }),
      };
    case 'resolveEscalation':
      return {
        lastDecision: { by, what: 'resolved', at: now },
        heldReasons: resolveAll(state.heldReasons, { by, reason: command.reason, at: now }),
        chargebacks: [],
      };
    case 'reopenEscalation':
      return {
        lastDecision: { by, what: 'reopened', at: now },
        heldReasons: reopenAll(state.heldReasons, now),
      };
    default:
      return assertNever(command);
  }
}

/** A decision that came after another person's. */
export interface LateDecision {
  readonly command: DecisionCommand;
  readonly refusal: Refusal;
}

/** Records a decision that came too late, so that the timeline has both people. */
export function recordLateDecision(
  state: OrderState,
  { command, refusal }: LateDecision,
  now: number,
): Transition {
  const summary = `${command.by} wanted to ${decisionVerbs[command.type]} the escalation, too late: ${refusal.detail}`;
  return unannounced({ ...state, timeline: append(state.timeline, { at: now, kind: 'person', summary }) });
}
