import { startService, type Service } from '../support/service.ts';

// One each: an account that was late is spared for a while.
let service: Service;
afterEach(() => service.stop());

const isMarker = (event: string) => event === 'markerRecordedEventAttributes';
const isQueued = (event: string) => event === 'activityTaskScheduledEventAttributes';

async function pendingOrder(faults: unknown[]): Promise<string> {
  const session = await service.openSession();
  await service.register(session);
  await service.control('PUT', `/sessions/${session}/faults`, faults);
  await service.act(session, 'complete', { hooks: false });
  await service.hook({ event: 'order_status', status: 'order_pending', sessionId: session });
  await service.until(session, ({ status }) => status === 'pending');
  return session;
}

test('the first read runs in the task that the hook brings, and nothing is queued for it', async () => {
  service = await startService();
  const session = await pendingOrder([]);
  const events = await service.events(session);
  expect(events.filter(isMarker)).toHaveLength(1);
  expect(events.filter(isQueued)).toHaveLength(0);
  expect((await service.order(session)).verified?.attempts).toBe(1);
});

test.each([
  ['fails', '5s', [{ kind: 'status', status: 503, times: 1 }]],
  ['hangs', '300ms', [{ kind: 'hang', times: 1 }]],
])(
  'one that %s goes on in the provider’s queue, and counts as an attempt',
  async (_, firstReadWithin, faults) => {
    service = await startService({ firstReadWithin });
    const session = await pendingOrder(faults);
    const events = await service.events(session);
    expect(events.filter(isMarker)).toHaveLength(1);
    expect(events.filter(isQueued)).toHaveLength(1);
    expect((await service.order(session)).verified?.attempts).toBe(2);
  },
);
