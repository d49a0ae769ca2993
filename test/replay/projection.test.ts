import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { providerActivities } from '../../src/bootstrap/accounts.ts';
import { buildIdOf, projectionOf, projectionVersion } from '../../src/workflows/contract/projection.ts';
import { orderQueue } from '../../src/workflows/contract/queues.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { bundlePath } from '../support/temporal.ts';
import { withChanged, type Change } from './changed.ts';
import { replayRecorded, type Recorded } from './recorded.ts';

// As a later version would bring them: a search attribute, and a field of the memo.
const next = projectionVersion + 1;
const changes: readonly Change[] = [
  {
    file: 'workflows/contract/search-attributes.ts',
    from: '  NeedsAttention: attribute(BOOL, 1, needsAttention),',
    to: `  NeedsAttention: attribute(BOOL, 1, needsAttention),\n  TimelineLength: attribute(INT, ${next}, ({ timeline }) => timeline.entries.length),`,
  },
  {
    file: 'workflows/contract/projection.ts',
    from: '{ readonly [Field in keyof Order]?: number } = {};',
    to: `{ readonly [field: string]: number } = { hasTimeline: ${next} };`,
  },
  {
    file: 'domain/order/view.ts',
    from: '    updatedAt: iso(state.updatedAt),\n  });',
    to: '    updatedAt: iso(state.updatedAt),\n    hasTimeline: true,\n  } as never);',
  },
];

test('a build id tells the version of the projection', () => {
  expect(buildIdOf('1c9e301ceb36', 12)).toBe('12-1c9e301ceb36');
  expect(projectionOf(buildIdOf('1c9e301ceb36', 12))).toBe(12);
  expect(projectionOf(buildIdOf('1c9e301ceb36'))).toBe(projectionVersion);
});

test.each([undefined, '', '1c9e301ceb36', '@temporalio/worker@1.24.0+1c9e'])(
  'the build id %s tells none',
  (id) => {
    expect(projectionOf(id)).toBe(1);
  },
);

test('code with a later version of the projection replays every history from before it', async () => {
  const errors = await withChanged(changes, (codePath) => replayRecorded(codePath));
  expect(errors.size).toBeGreaterThan(0);
  expect([...errors].filter(([, error]) => error)).toEqual([]);
}, 120_000);

describe('an order that is open when a later version comes', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
    const { operatorService } = service.temporal.connection;
    const { INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
    const searchAttributes = { TimelineLength: INDEXED_VALUE_TYPE_INT };
    await operatorService.addSearchAttributes({ namespace: service.temporal.namespace, searchAttributes });
  }, 60_000);
  afterAll(() => service.stop());

  test('shows the new attribute and the new field from its next read on; a worker from before cannot go on', async () => {
    const session = await service.pendingOrder();
    const handle = service.temporal.client.workflow.getHandle(orderIdOf(session));
    const shown = async () => {
      const { memo, searchAttributes } = await handle.describe();
      return { ...(memo?.['order'] as object), length: searchAttributes['TimelineLength']?.[0] };
    };
    expect(await shown()).not.toHaveProperty('hasTimeline');
    expect(await shown()).toMatchObject({ length: undefined });
    await service.stopWorker();

    await withChanged(changes, async (codePath) => {
      const { connection, namespace } = service.temporal;
      const buildId = buildIdOf('changed', next);
      const worker = await Worker.create({
        connection,
        namespace,
        taskQueue: orderQueue,
        workflowBundle: { codePath },
        activities: providerActivities(service.config).activities,
        enableNonLocalActivities: false,
        workerDeploymentOptions: {
          version: { deploymentName: 'payment-lifecycle', buildId },
          useWorkerVersioning: false,
        },
      });
      await worker.runUntil(async () => {
        const { verified } = await service.order(session);
        await service.call('POST', `/v1/orders/${orderIdOf(session)}/recheck`);
        await service.until(session, (order) => order.verified?.at !== verified?.at);
        const { length } = await shown();
        expect(length).toBe((await service.timeline(session)).length);
        expect(await shown()).toMatchObject({ status: 'pending', hasTimeline: true });
      });

      const history = await handle.fetchHistory();
      const run: Recorded = { kind: 'briqpay', name: 'upgraded', workflowId: orderIdOf(session), history };
      expect((await replayRecorded(codePath, [run])).get('briqpay/upgraded')).toBeUndefined();
      const onTheOld = await replayRecorded(bundlePath(), [run]);
      expect(onTheOld.get('briqpay/upgraded')).toBeInstanceOf(DeterminismViolationError);
    });
  }, 120_000);
});
