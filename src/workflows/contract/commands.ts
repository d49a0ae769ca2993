import type { Command, Decision } from '../../domain/order/commands.ts';
import type { Terms } from '../../domain/money/payment.ts';
import type { Order } from '../../domain/order/view.ts';
import { isDecisionBody, isRecheckBody, isSnoozeBody, isTerms } from './guards.ts';

export type CommandName = Command['type'];

/** What the Update of a command carries, but for its envelope. */
interface CommandBodies {
  readonly register: Terms;
  readonly recheck: { readonly by: string };
  readonly acknowledgeEscalation: Decision;
  readonly snoozeEscalation: Decision & { readonly until: number };
  readonly resolveEscalation: Decision;
}

export type CommandBody<Name extends CommandName> = CommandBodies[Name];

/** What the body of a command travels in. `src/orders/envelope.ts` makes it. */
export interface CommandEnvelope<Body> {
  /** The update id, carried over continue-as-new where the server forgets it. */
  readonly key: string;
  /** Of the body, so that a repeat is told from another command under the same key. */
  readonly hash: string;
  readonly body: Body;
}

/** What an Update answers: the order, and the hash of the body that first came under its key. */
export interface CommandAnswer {
  readonly hash: string;
  readonly order: Order;
}

interface CommandRow<Name extends CommandName> {
  /** The scope that a caller's key must have. */
  readonly scope: 'write' | 'ops';
  /** What the order must have, else it refuses with `no_escalation`; `attention` is an escalation or an alarming finding. */
  readonly needs: 'nothing' | 'escalation' | 'attention';
  /** For the Temporal UI and `temporal workflow metadata`. */
  readonly description: string;
  /** Whether what came is a body of this command. */
  readonly isBody: (body: unknown) => body is CommandBody<Name>;
  readonly commandOf: (body: CommandBody<Name>) => Extract<Command, { readonly type: Name }>;
}

/** Every command of an order: who may give it, what it needs, how it is checked, and what it says of itself. */
export const commands: { readonly [Name in CommandName]: CommandRow<Name> } = {
  register: {
    scope: 'write',
    needs: 'nothing',
    description:
      'Registers the terms of the order: amount, currency, reference, method. Other terms than the first are refused.',
    isBody: isTerms,
    commandOf: (body) => ({ type: 'register', terms: termsOf(body) }),
  },
  recheck: {
    scope: 'write',
    needs: 'nothing',
    description: 'Reads the provider now.',
    isBody: isRecheckBody,
    commandOf: ({ by }) => ({ type: 'recheck', by }),
  },
  acknowledgeEscalation: {
    scope: 'ops',
    needs: 'escalation',
    description: 'A person takes the open escalation on.',
    isBody: isDecisionBody,
    commandOf: (body) => ({ type: 'acknowledgeEscalation', ...decisionOf(body) }),
  },
  snoozeEscalation: {
    scope: 'ops',
    needs: 'escalation',
    description: 'A person puts the open escalation off until a time (epoch milliseconds).',
    isBody: isSnoozeBody,
    commandOf: (body) => ({ type: 'snoozeEscalation', ...decisionOf(body), until: body.until }),
  },
  resolveEscalation: {
    scope: 'ops',
    needs: 'attention',
    description: 'A person ends the open escalation; its reasons stay silent until the status changes.',
    isBody: isDecisionBody,
    commandOf: (body) => ({ type: 'resolveEscalation', ...decisionOf(body) }),
  },
};

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** The command in what came as its body; undefined where that is none. */
export function commandIn<Name extends CommandName>(
  name: Name,
  body: unknown,
): Extract<Command, { readonly type: Name }> | undefined {
  const { isBody, commandOf } = commands[name];
  return isBody(body) ? commandOf(body) : undefined;
}

// Commands are kept in the state or the timeline, which stay small and plain: what else a body has is left out.

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
