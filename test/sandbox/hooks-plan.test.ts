import { type Harness, openHarness, withBench } from './harness.ts';

const story = ['complete', 'approve', 'capture', 'refund'].map((action) => ({ afterMs: 0, action }));
const told = [
  'session_status:completed',
  'order_status:order_pending',
  'order_status:order_approved_not_captured',
  'capture_status:approved',
  'refund_status:approved',
];

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness({ seed: 7 });
});
afterEach(() => harness.close());

/** The hooks of a whole life under a plan, in the order of their arrival. */
async function heard(hooksPlan: object, on = harness): Promise<string[]> {
  await on.session({ hooksPlan, script: story });
  await on.receiver.until(told.length);
  return on.receiver.names();
}

describe('order', () => {
  test('in_order is the order of the changes', async () => {
    expect(await heard({})).toEqual(told);
  });

  test('reversed turns round what comes within the window', async () => {
    expect(await heard({ order: 'reversed', holdMs: 1_000 })).toEqual([...told].reverse());
  });

  test('shuffled is another order, the same for the same seed', async () => {
    const plan = { order: 'shuffled', holdMs: 1_000 };
    const first = await heard(plan);
    expect(first).not.toEqual(told);
    expect([...first].sort()).toEqual([...told].sort());
    await withBench({ seed: 7 }, async (again) => expect(await heard(plan, again)).toEqual(first));
  });

  test('a random delay leaves the order alone', async () => {
    expect(await heard({ delayMs: [0, 20] })).toEqual(told);
  });
});

describe('delay', () => {
  test('nothing arrives before it has passed', async () => {
    const id = await harness.session({ hooksPlan: { delayMs: 3_600_000 } });
    await harness.act(id, 'complete');
    expect(await harness.ledger(id)).toMatchObject({ deliveries: [], pendingHooks: 2 });
  });

  test('delays overlap', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    try {
      await harness.session({ hooksPlan: { delayMs: 250 }, script: story });
      await jest.advanceTimersByTimeAsync(240);
      expect(harness.receiver.received).toEqual([]);
      // One after the other they would take 1,250 ms.
      await jest.advanceTimersByTimeAsync(160);
      await harness.receiver.until(told.length);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('copies', () => {
  test('every hook comes as often as told', async () => {
    await harness.act(await harness.session({ hooksPlan: { copies: 3 } }), 'complete');
    const hooks = await harness.receiver.until(6);
    const bodies = hooks.map(({ rawBody }) => rawBody);
    expect(new Set(bodies.slice(0, 3)).size).toBe(1);
    expect(new Set(bodies).size).toBe(2);
  });

  test('a thousand at once', async () => {
    const release = harness.receiver.hold();
    const id = await harness.session({ hooksPlan: { copies: 500, concurrency: 1_000 } });
    await harness.act(id, 'complete');
    await harness.receiver.until(1_000);
    release();
    expect(harness.receiver.received).toHaveLength(1_000);
  });
});

describe('concurrency', () => {
  test.each([1, 3])('no more than %i of a session are under way', async (concurrency) => {
    const release = harness.receiver.hold();
    const id = await harness.session({ hooksPlan: { copies: 10, concurrency } });
    await harness.act(id, 'complete');
    await harness.receiver.until(concurrency);
    expect((await harness.ledger(id)).pendingHooks).toBe(20);
    expect(harness.receiver.received).toHaveLength(concurrency);
    release();
    await harness.receiver.until(20);
  });

  test('a session does not wait for another', async () => {
    const release = harness.receiver.hold();
    await harness.act(await harness.session(), 'complete');
    await harness.act(await harness.session(), 'complete');
    await harness.receiver.until(2);
    release();
  });
});

describe('drop', () => {
  test('true loses every hook, and the ledger keeps what was lost', async () => {
    const id = await harness.session({ hooksPlan: { drop: true } });
    await harness.act(id, 'complete');
    const { dropped, deliveries, pendingHooks } = await harness.ledger(id);
    expect(dropped.map(({ body }: { body: { status: string } }) => body.status)).toEqual([
      'completed',
      'order_pending',
    ]);
    expect([deliveries, pendingHooks]).toEqual([[], 0]);
  });

  test('a probability loses some', async () => {
    const id = await harness.session({ hooksPlan: { drop: 0.5 } });
    await harness.act(id, 'complete');
    for (let round = 0; round < 30; round += 1) await harness.act(id, 'approve');
    const lost = (await harness.ledger(id)).dropped.length;
    expect(lost).toBeGreaterThan(5);
    expect(lost).toBeLessThan(27);
  });
});

describe('whose plan', () => {
  test('the default holds for sessions without their own', async () => {
    await harness.control('PUT', '/hooks-plan', { drop: true });
    const [lost, heardOf] = [await harness.session(), await harness.session({ hooksPlan: {} })];
    await harness.act(lost, 'complete');
    await harness.act(heardOf, 'complete');
    const hooks = await harness.receiver.until(2);
    expect(hooks.map(({ fields }) => fields['sessionId'])).toEqual([heardOf, heardOf]);
    expect((await harness.ledger(lost)).dropped).toHaveLength(2);
  });

  test('a session can be given one later, and lose it again', async () => {
    const id = await harness.session();
    const { body } = await harness.control('PUT', `/sessions/${id}/hooks-plan`, { copies: 2 });
    expect(body).toEqual({
      order: 'in_order',
      copies: 2,
      delayMs: 0,
      drop: false,
      concurrency: 1,
      holdMs: 50,
    });
    await harness.control('DELETE', `/sessions/${id}/hooks-plan`);
    expect((await harness.control('GET', `/sessions/${id}`)).body.hooksPlan.copies).toBe(1);
  });

  test.each([{ order: 'sideways' }, { copies: 0 }, { delayMs: [5, 1] }, { drop: 2 }, { surprise: 1 }])(
    'refuses %j',
    async (plan) => {
      const { status, body } = await harness.control('PUT', '/hooks-plan', plan);
      expect([status, body.error.code]).toEqual([400, 'INVALID_DATA']);
    },
  );
});
