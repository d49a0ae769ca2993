import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { refusalCodes } from '../domain/order/commands.ts';
import type { Order } from '../domain/order/view.ts';
import type { CommandName } from '../workflows/contract/commands.ts';
import { updates } from '../workflows/contract/messages.ts';
import { envelopeOf, type OrderCommand } from './envelope.ts';
import { OrderError } from './errors.ts';
import { requestTimeoutMs, withDeadline } from './with-deadline.ts';

/**
 * Sends a command to an open order and waits until the order has accepted it. Throws an OrderError if the order
 * refuses, the key was used with another body, no worker answers in time, or no run is open (`not_found`).
 */
export async function sendCommand<Name extends CommandName>(
  client: Client,
  id: string,
  command: OrderCommand<Name>,
): Promise<Order> {
  const envelope = envelopeOf(command);
  const answer = await withDeadline(client, requestTimeoutMs, () =>
    client.workflow
      .getHandle(id)
      .executeUpdate(updates[command.update], { args: [envelope], updateId: envelope.key }),
  ).catch((error: unknown) => {
    throw refusal(error);
  });
  if (answer.hash !== envelope.hash)
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
