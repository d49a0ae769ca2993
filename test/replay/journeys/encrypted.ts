import { orderIdOf } from '../../support/service.ts';
import type { Journey } from './journey.ts';

export const encrypted: readonly Journey[] = [
  {
    kind: 'encrypted',
    name: 'stuck-then-placed',
    async play(service) {
      const session = await service.pendingOrder();
      await service.forward(session, 20 * 60_000);
      const path = `/v1/orders/${orderIdOf(session)}`;
      await service.call('POST', `${path}/escalation/acknowledge`, { by: 'ada', reason: 'looking' });
      await service.act(session, 'approve');
      const { verified } = await service.until(
        session,
        ({ status, escalation }) => status === 'placed' && escalation === null,
      );
      await service.call('POST', `${path}/recheck`);
      await service.until(session, (order) => order.verified?.at !== verified?.at);
      return orderIdOf(session);
    },
  },
];
