import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { Fault } from '../../domain/alerting/incident.ts';
import type { Terms } from '../../domain/money/payment.ts';
import type { Explanation } from '../../domain/order/explain.ts';
import type { Hint } from '../../domain/order/hints.ts';
import type { Order, TimelineView } from '../../domain/order/view.ts';
import {
  commandNames,
  commands,
  type CommandAnswer,
  type CommandBody,
  type CommandEnvelope,
  type CommandName,
} from './commands.ts';
import type { DeskSettings } from './desk.ts';

// Workflows use these for their handlers and clients for their calls; only workflows have `defineSignal` and the like.

/** For the Temporal UI and `temporal workflow metadata`. */
interface Described {
  readonly description: string;
}

export const signals = {
  hint: signal<Hint, 'hint'>(
    'hint',
    'A hook of the provider, as a hint: never believed, a reason to read the provider.',
  ),
  register: signal<Terms, 'register'>(
    'register',
    'Registers the terms of the order without an answer: they are ignored where others are registered.',
  ),
  paidTwice: signal<PaidTwiceBody, 'paidTwice'>(
    'paidTwice',
    'The ids of other orders of this reference that are paid too, and with it exceed what was asked; none: it is over.',
  ),
} as const;

/** The body of the signal `paidTwice`: ten ids at most. */
export interface PaidTwiceBody {
  readonly ids: readonly string[];
}

export const queries = {
  order: query<Order, 'order'>('order', 'The order as the API shows it.'),
  timeline: query<TimelineView, 'timeline'>('timeline', 'What happened to the order, oldest first.'),
  explanation: query<Explanation, 'explanation'>(
    'explanation',
    'Why the order has its status, and what comes next.',
  ),
} as const;

/** The updates of an order are its commands. */
export const updates = Object.fromEntries(
  commandNames.map((name) => [name, { type: 'update', name, description: commands[name].description }]),
) as unknown as {
  readonly [Name in CommandName]: Described &
    UpdateDefinition<CommandAnswer, [CommandEnvelope<CommandBody<Name>>], Name>;
};

export const deskSignals = {
  configure: signal<DeskSettings, 'configure'>(
    'configure',
    'The channels by which people are alerted from now on.',
  ),
  fault: signal<Fault, 'fault'>(
    'fault',
    'Reads of orders suspect that the provider does not answer this account; the desk looks for itself.',
  ),
} as const;

function signal<Body, Name extends string>(
  name: Name,
  description: string,
): SignalDefinition<[Body], Name> & Described {
  return { type: 'signal', name, description } as SignalDefinition<[Body], Name> & Described;
}

function query<Answer, Name extends string>(
  name: Name,
  description: string,
): QueryDefinition<Answer, [], Name> & Described {
  return { type: 'query', name, description } as QueryDefinition<Answer, [], Name> & Described;
}
