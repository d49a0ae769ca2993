import type { DecisionCommand, decisionVerbs } from '../domain/order/commands.ts';
import type { FastifyRequest } from 'fastify';
import limitConcurrency from 'p-limit';
import { commandOrder, sendCommand, type OrderCommands } from '../orders/send-command.ts';
import type { OrderLookups } from '../orders/order-lookups.ts';
import { recheckOrder } from '../orders/recheck.ts';
import { visibleRun } from '../api/visible-run.ts';
import type { Caller } from '../api/plugins/keys.ts';
import { toProblem } from '../api/plugins/problems.ts';
import type { ProblemCode } from '../api/problems.ts';
import type { ActionName, BulkAction } from './action-form.ts';
import type { Selected } from './selection.ts';

const ordersAtOnce = 8;

export interface BulkActionDependencies extends OrderCommands {
  readonly lookups: OrderLookups;
}

/** The person who acts, and the API key that they signed in with. */
export interface Actor {
  readonly caller: Caller;
  readonly person: string;
}

/** An order that refused the action. */
interface Refusal {
  readonly id: string;
  readonly code: ProblemCode;
  /** For reading, such as who acknowledged the order first and when. */
  readonly message: string;
}

export interface BulkResult {
  readonly action: ActionName;
  readonly done: number;
  readonly refused: readonly Refusal[];
}

/** Performs an action on each selected order, a few at a time. A refusal does not stop the others. */
export async function runBulkAction(
  dependencies: BulkActionDependencies,
  actor: Actor,
  action: BulkAction,
  request: FastifyRequest,
): Promise<BulkResult> {
  const limit = limitConcurrency(ordersAtOnce);
  const refusals = await limit.map(action.orders, async (order): Promise<Refusal | undefined> => {
    try {
      await actOn(dependencies, actor, action, order);
      return undefined;
    } catch (error) {
      const { code, message } = toProblem(error as Parameters<typeof toProblem>[0], request);
      return { id: order.id, code, message };
    }
  });
  const refused = refusals.filter((refusal) => refusal !== undefined);
  return { action: action.name, done: action.orders.length - refused.length, refused };
}

const updates = {
  acknowledge: 'acknowledgeEscalation',
  snooze: 'snoozeEscalation',
  resolve: 'resolveEscalation',
  reopen: 'reopenEscalation',
} as const satisfies {
  readonly [Update in DecisionCommand['type'] as (typeof decisionVerbs)[Update]]: Update;
};

async function actOn(
  dependencies: BulkActionDependencies,
  { caller, person }: Actor,
  { name, reason, until, key }: BulkAction,
  { id, seen }: Selected,
): Promise<void> {
  const run = await visibleRun(dependencies.lookups, caller, id);
  if (name === 'recheck') return void (await recheckOrder(dependencies, run, { by: person, key }));
  const body = { by: person, reason, ...(until !== undefined && { until }), ...(seen && { seen }) };
  const command = { update: updates[name], key, body };
  // What still holds outlives the run, so it can be reopened in a closed order too.
  if (name === 'reopen') await commandOrder(dependencies, run, command);
  else await sendCommand(dependencies.client, id, command);
}
