import { deepStrictEqual } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import type { SweepReport } from '../../../src/activities/sweep.ts';
import type { DriftReport } from '../../../src/domain/order/drift.ts';
import { orderQueue } from '../../../src/workflows/contract/queues.ts';
import { sweepTypes } from '../../../src/workflows/contract/sweeps.ts';
import { orderIdOf, type Service } from '../../support/service.ts';
import type { Journey } from './journey.ts';

// With channels, though none, the service has a worker for desks and sweeps.
const options = () => ({ alerts: '[]' });

export const sweeps: readonly Journey[] = [
  {
    kind: 'sweeps',
    name: 'sweep',
    options,
    async play(service) {
      const session = await service.pendingOrder();
      await service.temporal.client.workflow.getHandle(orderIdOf(session)).terminate('by mistake');
      await untilListed(service, `WorkflowId = '${orderIdOf(session)}' AND ExecutionStatus = 'Terminated'`);
      const { reopened } = await run<SweepReport>(service, sweepTypes.sweep);
      deepStrictEqual(reopened, 1);
      return idOf(sweepTypes.sweep);
    },
  },
  {
    kind: 'sweeps',
    name: 'drift-report',
    options,
    async play(service) {
      const session = await service.pendingOrder();
      await service.act(session, 'approve', { hooks: false });
      await untilListed(service, `WorkflowId = '${orderIdOf(session)}' AND OrderStatus = 'pending'`);
      const { drifted } = await run<DriftReport>(service, sweepTypes.drift);
      deepStrictEqual(drifted, 1);
      return idOf(sweepTypes.drift);
    },
  },
];

function idOf(type: string): string {
  return `${type}/acme-se`;
}

async function run<Report>({ temporal: { client } }: Service, type: string): Promise<Report> {
  return (await client.workflow.execute(type, {
    workflowId: idOf(type),
    taskQueue: orderQueue,
    args: [{ account: 'acme-se' }],
  })) as Report;
}

/** Visibility is a moment behind. */
async function untilListed({ temporal: { client } }: Service, query: string): Promise<void> {
  while ((await client.workflow.count(query)).count === 0) await delay(100);
}
