import type { WorkflowHandle } from '@temporalio/client';
import { signals } from '../../src/workflows/contract/messages.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { patienceMs } from '../support/until.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const approval = {
  event: 'order_status',
  status: 'order_approved_not_captured',
  claim: { of: 'payment', status: 'approved' },
} as const;

async function placedOrder(): Promise<string> {
  const session = await service.openSession();
  await service.register(session);
  await service.act(session, 'complete');
  await service.act(session, 'approve');
  await service.until(
    session,
    ({ status, unverifiedSince }) => status === 'placed' && unverifiedSince === null,
  );
  return session;
}

/** More hooks than a history may have events; each is news to the server and none to the order. */
async function burst(handle: WorkflowHandle): Promise<void> {
  for (let batch = 0; batch < 11; batch++) {
    const ids = Array.from({ length: 100 }, (_, index) => `${batch}-${index}`);
    await Promise.all(ids.map((id) => handle.signal(signals.hint, { id, ...approval })));
  }
}

/** A task that new signals outran is given again, and meanwhile Temporal answers no query. */
async function untilTakenIn(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    try {
      await handle.query('order');
      return;
    } catch (error) {
      if (!/Task in failed state/.test(String((error as Error).cause))) throw error;
    }
  }
}

/** Waits on the history of a run until it has closed. */
async function untilClosed(workflowId: string, runId: string): Promise<void> {
  const { client, namespace } = service.temporal;
  await client.withDeadline(Date.now() + patienceMs, async () => {
    let token: Uint8Array | null | undefined;
    do {
      const page = await client.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId },
        waitNewEvent: true,
        nextPageToken: token ?? null,
      });
      token = page.nextPageToken;
    } while (token?.length);
  });
}

test('a burst of hooks that makes the history long is enough for a new run', async () => {
  const id = orderIdOf(await placedOrder());
  const handle = service.temporal.client.workflow.getHandle(id);
  const first = await handle.describe();
  await burst(handle);
  await untilClosed(id, first.runId);
  expect((await handle.describe()).runId).not.toBe(first.runId);
});

test('an order that goes on in a new run is shown as it was, before anything else happens to it', async () => {
  const session = await placedOrder();
  const before = await service.order(session);
  const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
  const first = await handle.describe();
  await burst(handle);
  await untilTakenIn(handle);
  await handle.signal(signals.hint, { id: 'one more', ...approval });
  await untilClosed(orderIdOf(session), first.runId);

  const next = await handle.describe();
  expect(next.runId).not.toBe(first.runId);
  expect(await service.order(session)).toEqual(before);
  expect(next.searchAttributes).toMatchObject({ OrderStatus: ['placed'], Account: ['acme-se'] });
  // The SDK cannot hand the static summary on, so the current details say what the order is.
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain(await first.staticSummary());
});
