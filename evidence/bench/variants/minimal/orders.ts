import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Orders } from '../front.ts';
import { hookSignal, type minimalOrder } from './workflows.ts';

export const minimalQueue = 'minimal';

/** The workflow of a session. */
export function minimalId(session: string): string {
  return `minimal:${session}`;
}

/** Orders by one signal a hook, read by describe. */
export function minimalOrders(client: Client): Orders {
  return {
    async register({ sessionId }) {
      await client.workflow.start<typeof minimalOrder>('minimalOrder', {
        workflowId: minimalId(sessionId),
        taskQueue: minimalQueue,
        args: [sessionId],
        memo: { order: { status: 'created' } },
      });
    },
    takeHook: ({ sessionId }) => client.workflow.getHandle(minimalId(sessionId)).signal(hookSignal),
    async read(session) {
      try {
        const { memo } = await client.workflow.getHandle(minimalId(session)).describe();
        return memo?.['order'] as object | undefined;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },
  };
}
