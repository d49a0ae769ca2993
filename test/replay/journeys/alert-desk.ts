import { setTimeout as delay } from 'node:timers/promises';
import { deskMemo, type DeskView } from '../../../src/workflows/contract/desk.ts';
import { deskId } from '../../../src/workflows/contract/ids.ts';
import type { Service } from '../../support/service.ts';
import type { Journey } from './journey.ts';

const id = deskId('acme-se');
const options: Journey['options'] = ({ url }) => ({
  account: 'pending: { recheck: [1s], escalate: [2s, 1h] }, reread: [200ms]',
  alerts: `[{ kind: webhook, name: ops, url: '${url}', secret: s }]`,
});

export const alertDesk: readonly Journey[] = [
  {
    kind: 'alert-desk',
    name: 'incident-opened-and-closed',
    options,
    async play(service, receiver) {
      await openAndClose(service);
      await receiver.until(2);
      return id;
    },
  },
  {
    kind: 'alert-desk',
    name: 'channel-down',
    options,
    async play(service, receiver) {
      receiver.answer = { status: 503 };
      const session = await service.pendingOrder();
      await untilDesk(service, ({ failing }) => failing.length === 1);
      receiver.answer = { status: 202 };
      await untilDesk(service, ({ failing }) => failing.length === 0);
      await service.act(session, 'approve');
      await untilDesk(service, ({ incidents }) => incidents.length === 0);
      return id;
    },
  },
  {
    kind: 'alert-desk',
    name: 'account-down',
    options,
    async play(service) {
      const session = await service.pendingOrder();
      await service.control('PUT', '/faults', [{ kind: 'status', status: 401, times: 'forever' }]);
      await untilDesk(service, ({ incidents }) => incidents.some(({ fault }) => fault !== undefined));
      await service.control('DELETE', '/faults');
      await service.act(session, 'approve');
      await untilDesk(service, ({ incidents }) => incidents.length === 0);
      return id;
    },
  },
  {
    kind: 'alert-desk',
    name: 'continue-as-new',
    options,
    longestHistory: 20,
    async play(service) {
      const handle = service.temporal.client.workflow.getHandle(id);
      const first = (await handle.describe()).runId;
      while ((await handle.describe()).runId === first) await openAndClose(service);
      return id;
    },
  },
];

async function openAndClose(service: Service): Promise<void> {
  const session = await service.pendingOrder();
  await untilDesk(service, ({ incidents }) => incidents.length === 1);
  await service.act(session, 'approve');
  await untilDesk(service, ({ incidents }) => incidents.length === 0);
}

async function untilDesk(service: Service, isSo: (desk: DeskView) => boolean): Promise<void> {
  const handle = service.temporal.client.workflow.getHandle(id);
  for (;;) {
    const { memo } = await handle.describe();
    if (isSo(memo?.[deskMemo] as DeskView)) return;
    await delay(100);
  }
}
