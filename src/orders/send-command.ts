import { createHash } from 'node:crypto';
import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { refusalCodes } from '../domain/order/commands.ts';
import type { Order } from '../domain/order/view.ts';
import type { CommandAnswer, CommandEnvelope, updates } from '../workflows/contract.ts';
import { OrderError } from './errors.ts';
import { requestTimeoutMs, withDeadline } from './with-deadline.ts';

/** A command for a running order. `key` makes a repeat the same command. */
export interface OrderCommand {
  readonly update: keyof typeof updates;
  readonly key: string;
  readonly body: unknown;
}

/**
 * Sends a command to an open order and waits until the order has accepted it. Throws an OrderError where the order
 * refuses, the key came with another body, no worker answers in time, or (`not_found`) no run of the order is open.
 */
export async function sendCommand(
  client: Client,
  id: string,
  { update, key, body }: OrderCommand,
): Promise<Order> {
  const updateId = `${update}:${key}`;
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url');
  const envelope: CommandEnvelope<unknown> = { key: updateId, hash, body };
  const answer = await withDeadline(client, requestTimeoutMs, () =>
    client.workflow.getHandle(id).executeUpdate<CommandAnswer, [CommandEnvelope<unknown>]>(update, {
      args: [envelope],
      updateId,
    }),
  ).catch((error: unknown) => {
    throw refusal(error);
  });
  if (answer.hash !== hash)
    throw new OrderError('key_reused', 'the idempotency key was used with another body');
  return answer.order;
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
