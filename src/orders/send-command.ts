import {
  ApplicationFailure,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { refusalCodes } from '../domain/order/commands.ts';
import type { Order } from '../domain/order/view.ts';
import type {
  CommandAnswer,
  CommandBody,
  CommandEnvelope,
  CommandName,
} from '../workflows/contract/commands.ts';
import { updates } from '../workflows/contract/messages.ts';
import { nextRun } from './deliver.ts';
import { envelopeOf, type OrderCommand } from './envelope.ts';
import { OrderError } from './errors.ts';
import type { FoundRun } from './find.ts';
import { originOfId, type OrderAccount } from './origin.ts';
import { runStart, type RunStart } from './run-start.ts';
import { requestTimeoutMs, withDeadline } from './with-deadline.ts';

/**
 * Sends a command to an open order and waits until the order has accepted it. Throws an OrderError if the order
 * refuses, the key was used with another body, no worker answers in time, or no run is open (`not_found`).
 */
export async function sendCommand<Name extends CommandName>(
  client: Client,
  id: string,
  command: OrderCommand<Name>,
): Promise<CommandAnswer> {
  return execute(client, command, (options) =>
    client.workflow.getHandle(id).executeUpdate(updates[command.update], options),
  );
}

/** Where an order is found and how its runs start. */
export interface OrderCommands {
  readonly client: Client;
  readonly accounts: ReadonlyMap<string, OrderAccount>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** As `sendCommand`; a closed order is opened again for the command, with everything that it knew. */
export async function commandOrder<Name extends CommandName>(
  { client, accounts, now }: OrderCommands,
  run: FoundRun & { readonly order: Order },
  command: OrderCommand<Name>,
): Promise<CommandAnswer> {
  const { id } = run.order;
  if (run.isRunning) return sendCommand(client, id, command);
  const next = await withDeadline(client, requestTimeoutMs, () =>
    nextRun(client, originOfId(accounts, id), run),
  );
  return execute(client, command, (options) =>
    client.workflow.executeUpdateWithStart(updates[command.update], {
      ...options,
      startWorkflowOperation: startOperation(runStart(next, now())),
    }),
  );
}

function startOperation({ workflowType, searchAttributes, ...options }: RunStart) {
  return new WithStartWorkflowOperation(workflowType, {
    ...options,
    typedSearchAttributes: searchAttributes,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}

async function execute<Name extends CommandName>(
  client: Client,
  command: OrderCommand<Name>,
  update: (options: {
    readonly args: [CommandEnvelope<CommandBody<Name>>];
    readonly updateId: string;
  }) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const envelope = envelopeOf(command);
  const answer = await withDeadline(client, requestTimeoutMs, () =>
    update({ args: [envelope], updateId: envelope.key }),
  ).catch((error: unknown) => {
    throw refusal(error);
  });
  if (answer.hash !== envelope.hash)
    throw new OrderError('key_reused', 'the idempotency key was used with another body');
  return answer;
}

function refusal(error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError)
    return new OrderError('not_found', 'no run of the order is open');
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new OrderError('unavailable', 'no worker answered in time', 5);
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const code = refusalCodes.find((known) => known === (error.cause as ApplicationFailure).type);
    if (code) return new OrderError(code, error.cause.message);
  }
  return error;
}
