import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { hookAccounts, providerActivities } from '../../src/bootstrap/accounts.ts';
import { originOf } from '../../src/orders/origin.ts';
import { runStart } from '../../src/orders/run-start.ts';
import { buildIdOf, projectionOf, projectionVersion } from '../../src/workflows/contract/projection.ts';
import { orderQueue } from '../../src/workflows/contract/queues.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { bundlePath } from '../support/temporal.ts';
import { bundleChanged, type Change, type ChangedBundle } from './changed.ts';
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

let later: ChangedBundle;
beforeAll(async () => {
  later = await bundleChanged(changes);
});
afterAll(() => later.remove());

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
  const errors = await replayRecorded(later.codePath);
  expect(errors.size).toBeGreaterThan(0);
  expect([...errors].filter(([, error]) => error)).toEqual([]);
});

describe('an order that is open when a later version comes', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ withoutWorker: true });
    const { operatorService } = service.temporal.connection;
    const { INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
    const searchAttributes = { TimelineLength: INDEXED_VALUE_TYPE_INT };
    await operatorService.addSearchAttributes({ namespace: service.temporal.namespace, searchAttributes });
  });
  afterAll(() => service.stop());
  beforeEach(async () => void (await service.startWorker()));
  afterEach(() => service.stopWorker());

  /** What readers without a worker see. */
  async function shown(session: string) {
    const { memo, searchAttributes } = await handleOf(session).describe();
    return { ...(memo?.['order'] as object), length: searchAttributes['TimelineLength']?.[0] };
  }

  const handleOf = (session: string) => service.temporal.client.workflow.getHandle(orderIdOf(session));

  /** Has a worker of the later version read the order, and replays what came of it on that version, and on the one before. */
  async function readByLater(session: string) {
    await service.stopWorker();
    const { codePath } = later;
    const { connection, namespace } = service.temporal;
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: orderQueue,
      workflowBundle: { codePath },
      activities: providerActivities(service.config).activities,
      enableNonLocalActivities: false,
      workerDeploymentOptions: {
        version: { deploymentName: 'payment-lifecycle', buildId: buildIdOf('changed', next) },
        useWorkerVersioning: false,
      },
    });
    await worker.runUntil(async () => {
      const { verified } = await service.order(session);
      await service.call('POST', `/v1/orders/${orderIdOf(session)}/recheck`);
      await service.until(session, (order) => order.verified?.at !== verified?.at);
      const { length } = await shown(session);
      expect(length).toBe((await service.timeline(session)).length);
      expect(await shown(session)).toMatchObject({ status: 'pending', hasTimeline: true });
    });
    const history = await handleOf(session).fetchHistory();
    const run: Recorded = { kind: 'briqpay', name: 'upgraded', workflowId: orderIdOf(session), history };
    const on = async (bundle: string) => (await replayRecorded(bundle, [run])).get('briqpay/upgraded');
    return { onLater: await on(codePath), onBefore: await on(bundlePath()) };
  }

  test('shows the new attribute and the new field from its next read on; a worker from before cannot go on', async () => {
    const session = await service.pendingOrder();
    expect(await shown(session)).not.toHaveProperty('hasTimeline');
    expect(await shown(session)).toMatchObject({ length: undefined });
    const { onLater, onBefore } = await readByLater(session);
    expect(onLater).toBeUndefined();
    expect(onBefore).toBeInstanceOf(DeterminismViolationError);
  });

  test('does so too where a later API has started it, and a worker from before has gone on', async () => {
    const session = await service.openSession();
    const account = hookAccounts(service.config).find(({ id }) => id === 'acme-se')!;
    const { workflowType, args, searchAttributes, ...start } = runStart(
      originOf(account, 'deposit', session),
      Date.now(),
    );
    await service.temporal.client.workflow.start(workflowType, {
      ...start,
      args: [{ ...args[0], projection: next }],
      typedSearchAttributes: searchAttributes,
    });
    // It shows the order when nothing has changed yet.
    await service.call('POST', `/v1/orders/${orderIdOf(session)}/recheck`);
    await service.until(session, ({ verified }) => verified !== undefined);
    await service.act(session, 'complete');
    await service.until(session, ({ status }) => status === 'pending');
    const { onLater } = await readByLater(session);
    expect(onLater).toBeUndefined();
  });
});
