import type { Reason } from '../../domain/escalation/reasons.ts';
import type { ClaimDecision, Command, Decision, Note } from '../../domain/order/commands.ts';
import type { Terms } from '../../domain/money/payment.ts';
import type { Order } from '../../domain/order/view.ts';
import { isClaimBody, isDecisionBody, isNoteBody, isRecheckBody, isSnoozeBody, isTerms } from './guards.ts';

export type CommandName = Command['type'];

/** The body of each command's Update, inside its envelope. */
interface CommandBodies {
  readonly register: Terms;
  readonly recheck: { readonly by: string };
  readonly acknowledgeEscalation: Decision;
  readonly snoozeEscalation: Decision & { readonly until: number };
  readonly resolveEscalation: Decision;
  readonly reopenEscalation: Decision;
  readonly confirmClaim: ClaimDecision;
  readonly dismissClaim: ClaimDecision;
  readonly note: Omit<Note, 'type'>;
}

export type CommandBody<Name extends CommandName> = CommandBodies[Name];

/** The envelope of a command's body; `src/orders/envelope.ts` makes it. */
export interface CommandEnvelope<Body> {
  /** The update id. The state keeps it, since the server forgets it at continue-as-new. */
  readonly key: string;
  /** Hash of the body: under one key, a repeat has the same hash and another command has not. */
  readonly hash: string;
  readonly body: Body;
}

/** The answer of an Update: the order, and the hash of the first body under its key. */
export interface CommandAnswer {
  readonly hash: string;
  readonly order: Order;
  /** Of a resolve: what still holds although a person resolved it. */
  readonly stillHolding?: readonly StillHolding[];
}

/** A reason that still holds; `subject` is what exactly it is about, empty for the order as a whole. */
export interface StillHolding {
  readonly code: Reason;
  readonly subject: string;
}

interface CommandRow<Name extends CommandName> {
  /** For the Temporal UI and `temporal workflow metadata`. */
  readonly description: string;
  /** Whether a value is a body of this command. */
  readonly isBody: (body: unknown) => body is CommandBody<Name>;
  readonly commandOf: (body: CommandBody<Name>) => Extract<Command, { readonly type: Name }>;
}

/**
 * Every command of an order as a message: its description, and how its body is checked. `src/domain/order/commands.ts`
 * has its scope and what it needs.
 */
export const commands: { readonly [Name in CommandName]: CommandRow<Name> } = {
  register: {
    description:
      'Registers the terms of the order: amount, currency, reference, method. Other terms than the first are refused.',
    isBody: isTerms,
    commandOf: (body) => ({ type: 'register', terms: termsOf(body) }),
  },
  recheck: {
    description: 'Reads the provider now.',
    isBody: isRecheckBody,
    commandOf: ({ by }) => ({ type: 'recheck', by }),
  },
  acknowledgeEscalation: {
    description: 'A person takes the open escalation on.',
    isBody: isDecisionBody,
    commandOf: (body) => ({ type: 'acknowledgeEscalation', ...decisionOf(body) }),
  },
  snoozeEscalation: {
    description: 'A person puts the open escalation off until a time (epoch milliseconds).',
    isBody: isSnoozeBody,
    commandOf: (body) => ({ type: 'snoozeEscalation', ...decisionOf(body), until: body.until }),
  },
  resolveEscalation: {
    description:
      'A person ends the open escalation. What still holds stays silent, and is listed as resolved, until its sum grows or it is reopened.',
    isBody: isDecisionBody,
    commandOf: (body) => ({ type: 'resolveEscalation', ...decisionOf(body) }),
  },
  reopenEscalation: {
    description: 'A person wakes what was resolved and still holds: level 1, from now on.',
    isBody: isDecisionBody,
    commandOf: (body) => ({ type: 'reopenEscalation', ...decisionOf(body) }),
  },
  confirmClaim: {
    description: 'A person has seen the refund at the provider that a notification told: it counts.',
    isBody: isClaimBody,
    commandOf: (body) => ({ type: 'confirmClaim', ...claimOf(body) }),
  },
  dismissClaim: {
    description: 'A person says that the refund that a notification told is none: it is forgotten.',
    isBody: isClaimBody,
    commandOf: (body) => ({ type: 'dismissClaim', ...claimOf(body) }),
  },
  note: {
    description: 'What a person has heard of the payment elsewhere, such as a chargeback (minor units).',
    isBody: isNoteBody,
    commandOf: (body) => ({ type: 'note', ...noteOf(body) }),
  },
};

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** The command of a body; undefined for a value that is no such body. */
export function commandIn<Name extends CommandName>(
  name: Name,
  body: unknown,
): Extract<Command, { readonly type: Name }> | undefined {
  const { isBody, commandOf } = commands[name];
  return isBody(body) ? commandOf(body) : undefined;
}

// State and timeline keep commands and must stay small and plain: other fields of a body are left out.

function termsOf({ reference, expected: { amount, currency }, method }: Terms): Terms {
  return {
    ...(reference !== undefined && { reference }),
    expected: { amount, currency },
    ...(method !== undefined && { method }),
  };
}

function decisionOf({ by, reason, seen }: Decision): Decision {
  return { by, reason, ...(seen && { seen }) };
}

function claimOf({ claimId, by, reason }: ClaimDecision): ClaimDecision {
  return { claimId, by, reason };
}

function noteOf({ code, by, reason, amount, currency }: Omit<Note, 'type'>): Omit<Note, 'type'> {
  const sum = amount === undefined || currency === undefined ? {} : { amount, currency };
  return { code, by, reason, ...sum };
}
