import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { IncomingHook, Orders } from '../front.ts';
import { hookSignal, orderQuery, orderStatus, type OrderInput, type textbookOrder } from './workflows.ts';

export const textbookQueue = 'textbook';

/** The workflow of a session. */
export function textbookId(session: string): string {
  return `textbook:${session}`;
}

/** Orders as the documentation of Temporal teaches them: signal with start, query. */
export function textbookOrders(client: Client, escalateAfterMs = 15 * 60_000): Orders {
  const options = (input: OrderInput) => ({
    workflowId: textbookId(input.sessionId),
    taskQueue: textbookQueue,
    args: [input] as [OrderInput],
    typedSearchAttributes: new TypedSearchAttributes([{ key: orderStatus, value: 'created' }]),
  });
  return {
    async register(registration) {
      try {
        await client.workflow.start<typeof textbookOrder>('textbookOrder', {
          ...options({ ...registration, escalateAfterMs }),
        });
      } catch (error) {
        // A hook was faster: the order runs.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    async takeHook(hook) {
      await client.workflow.signalWithStart<typeof textbookOrder, [ReturnType<typeof signalOf>]>(
        'textbookOrder',
        {
          ...options({ sessionId: hook.sessionId, escalateAfterMs }),
          signal: hookSignal,
          signalArgs: [signalOf(hook)],
        },
      );
    },
    async read(session) {
      try {
        return await client.workflow.getHandle(textbookId(session)).query(orderQuery);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },
  };
}

/** Briqpay's hooks have no id of their own: copies are recognised by their content. */
function signalOf({ event, status, captureId = '', refundId = '' }: IncomingHook) {
  return { id: [event, status, captureId, refundId].join(':'), event, status };
}
