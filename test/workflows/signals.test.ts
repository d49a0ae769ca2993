import type { WorkflowHandle } from '@temporalio/client';
import { commandNames } from '../../src/workflows/contract/commands.ts';
import { queries, signals } from '../../src/workflows/contract/messages.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { patienceMs } from '../support/until.ts';

// Whoever has access to the namespace can send an order anything.
let service: Service;
beforeAll(async () => {
  // A pending order needs a person at once, so that every command has something to decide; a timer's slack is short there.
  service = await startService({ virtualTime: true, account: 'pending: { escalate: [1ms, 1d] }' });
});
afterAll(() => service.stop());

const terms = { expected: { amount: 30_000, currency: 'SEK' }, reference: '1000123' };

async function pendingOrder({ isRegistered = true } = {}): Promise<string> {
  const session = await service.openSession();
  if (isRegistered) await service.register(session);
  await service.act(session, 'complete');
  await service.until(session, ({ status, escalation }) => status === 'pending' && escalation !== null);
  return session;
}

function handleOf(session: string): WorkflowHandle {
  return service.temporal.client.workflow.getHandle(orderIdOf(session));
}

/** Returns when everything that was sent before has been taken in; an order whose workflow task fails does not answer. */
async function expectAnswer(session: string): Promise<void> {
  await service.temporal.client.withDeadline(Date.now() + patienceMs, () =>
    handleOf(session).query<unknown>(queries.order),
  );
}

/** The order answers, and no workflow task of it has failed. */
async function expectCalm(session: string): Promise<void> {
  await expectAnswer(session);
  expect(await service.events(session)).not.toContain('workflowTaskFailedEventAttributes');
}

/** It does, and a real hook moves it. */
async function expectHealth(session: string): Promise<void> {
  await expectCalm(session);
  await service.act(session, 'approve');
  const order = await service.until(session, ({ status }) => status === 'placed');
  expect(order.amounts).toMatchObject({ authorized: 30_000, captured: 0 });
}

const hint = { id: 'junk', event: 'order_status', status: 'order_pending' };
const claim = { of: 'payment', status: 'pending' };

describe('a signal `hint` that is no hint changes nothing:', () => {
  let session: string;
  beforeAll(async () => {
    session = await pendingOrder();
  });
  afterAll(() => expectHealth(session));

  test.each<[string, unknown[]]>([
    ['no payload', []],
    ['null', [null]],
    ['a number', [7]],
    ['text', ['order_status']],
    ['a list', [[hint]]],
    ['an empty object', [{}]],
    ['an id alone', [{ id: 'junk' }]],
    ['no claim', [hint]],
    ['a claim of null', [{ ...hint, claim: null }]],
    ['a claim of text', [{ ...hint, claim: 'payment' }]],
    ['a claim of something unknown', [{ ...hint, claim: { of: 'weather', status: 'pending' } }]],
    ['a claim without its status', [{ ...hint, claim: { of: 'payment' } }]],
    ['a capture without its id', [{ ...hint, claim: { of: 'capture', status: 'approved' } }]],
    ['a number for an id', [{ ...hint, id: 7, claim }]],
    ['a proof of null', [{ ...hint, claim, proof: null }]],
    ['a proof of text', [{ ...hint, claim, proof: 'paid' }]],
    ['an empty proof', [{ ...hint, claim, proof: {} }]],
    ['a proof without its movement', [{ ...hint, claim, proof: { movement: null, payments: ['1'] } }]],
  ])('%s', async (_, payload) => {
    const before = await service.timeline(session);
    await handleOf(session).signal<unknown[]>(signals.hint.name, ...payload);
    await expectCalm(session);
    expect(await service.timeline(session)).toEqual(before);
  });
});

describe('a signal `hint` with odd words in the right shape is a hint like any other:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['an unknown status', { claim: { of: 'payment', status: 'shipped' } }],
    ['a capture called __proto__', { claim: { of: 'capture', id: '__proto__', status: 'approved' } }],
    ['a refund called constructor', { claim: { of: 'refund', id: 'constructor', status: 'approved' } }],
    [
      'nothing but empty text',
      { id: '', event: '', status: '', claim: { of: 'refund', id: '', status: '' } },
    ],
    [
      'markup and control characters',
      { event: '<b>\u0000\u202e|# x', status: '](x)', claim: { of: 'nothing' } },
    ],
    [
      'more fields than there are',
      { claim: { of: 'session', status: 'completed', more: { deep: [1] } }, more: true },
    ],
  ])('%s', async (_, words) => {
    const session = await pendingOrder();
    await handleOf(session).signal<unknown[]>(signals.hint.name, { ...hint, ...words });
    await expectHealth(session);
  });
});

// The SDK decodes before any handler of ours is asked, and would fail the task: temporalio/sdk-typescript#1139.
describe('a payload that cannot be decoded does not stop an order:', () => {
  test.each<[string, string, string]>([
    ['of an unknown encoding', 'binary/unheard-of', 'x'],
    ['of broken JSON', 'json/plain', '{"id":'],
  ])('%s', async (_, encoding, data) => {
    const session = await pendingOrder();
    await service.temporal.client.workflowService.signalWorkflowExecution({
      namespace: service.temporal.namespace,
      workflowExecution: { workflowId: orderIdOf(session) },
      signalName: signals.hint.name,
      input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
    });
    await expectHealth(session);
  });
});

test('a signal that nobody has a name for does not stop an order', async () => {
  const session = await pendingOrder();
  await handleOf(session).signal('refundEverything', { amount: 30_000 });
  await expectHealth(session);
});

describe('a signal `register`', () => {
  test('registers an order that a hook has started; the first terms stand', async () => {
    const session = await pendingOrder({ isRegistered: false });
    expect((await service.order(session)).amounts).not.toHaveProperty('expected');
    await handleOf(session).signal(signals.register, terms);
    await service.until(
      session,
      ({ amounts, reference }) => amounts.expected === 30_000 && reference === '1000123',
    );
    await handleOf(session).signal(signals.register, { expected: { amount: 1, currency: 'SEK' } });
    await expectHealth(session);
    expect((await service.order(session)).amounts.expected).toBe(30_000);
  });

  const junk: [string, unknown[]][] = [
    ['no payload', []],
    ['null', [null]],
    ['a number', [7]],
    ['text', ['30000 SEK']],
    ['an empty object', [{}]],
    ['no amount', [{ expected: { currency: 'SEK' } }]],
    ['an amount of null', [{ expected: { amount: null, currency: 'SEK' } }]],
    ['an amount of text', [{ expected: { amount: '30000', currency: 'SEK' } }]],
    ['less than nothing', [{ expected: { amount: -1, currency: 'SEK' } }]],
    ['a currency that is none', [{ expected: { amount: 1, currency: 'gold' } }]],
    ['a currency of null', [{ expected: { amount: 1, currency: null } }]],
    ['a number for a reference', [{ ...terms, reference: 7 }]],
  ];

  describe('leaves a hook-born order unregistered', () => {
    let session: string;
    beforeAll(async () => {
      session = await pendingOrder({ isRegistered: false });
    });
    afterAll(async () => {
      await expectHealth(session);
      expect((await service.register(session)).status).toBe(201);
    });

    test.each(junk)('with %s', async (_, payload) => {
      await handleOf(session).signal<unknown[]>(signals.register.name, ...payload);
      await expectCalm(session);
      expect((await service.order(session)).amounts).not.toHaveProperty('expected');
    });
  });

  describe('leaves a registered order as it is', () => {
    let session: string;
    beforeAll(async () => {
      session = await pendingOrder();
    });
    afterAll(() => expectHealth(session));

    test.each(junk)('with %s', async (_, payload) => {
      const before = await service.order(session);
      await handleOf(session).signal<unknown[]>(signals.register.name, ...payload);
      await expectCalm(session);
      expect(await service.order(session)).toEqual(before);
    });
  });
});

describe('an update with junk is refused or harmless:', () => {
  const envelope = { key: 'junk', hash: 'junk' };
  const bodies: [string, unknown[]][] = [
    ['no envelope', []],
    ['null', [null]],
    ['a number', [7]],
    ['an empty envelope', [{}]],
    ['no body', [envelope]],
    ['a body of null', [{ ...envelope, body: null }]],
    ['a body of text', [{ ...envelope, body: 'now' }]],
    ['an empty body', [{ ...envelope, body: {} }]],
    [
      'words of the wrong kind',
      [{ key: null, hash: 7, body: { by: null, reason: {}, until: 'soon', expected: 7 } }],
    ],
  ];

  describe.each(commandNames)('%s with', (update) => {
    let session: string;
    beforeAll(async () => {
      session = await pendingOrder();
    });
    afterAll(() => expectHealth(session));

    test.each(bodies)('%s', async (_, args) => {
      await service.temporal.client
        .withDeadline(Date.now() + patienceMs, () =>
          handleOf(session).executeUpdate<unknown, [unknown]>(update, { args: args as [unknown] }),
        )
        .catch(() => undefined);
      await expectCalm(session);
      expect((await service.order(session)).amounts.expected).toBe(30_000);
    });
  });

  test('register with junk leaves a hook-born order unregistered', async () => {
    const session = await pendingOrder({ isRegistered: false });
    for (const [, args] of bodies) {
      await service.temporal.client
        .withDeadline(Date.now() + patienceMs, () =>
          handleOf(session).executeUpdate<unknown, [unknown]>('register', { args: args as [unknown] }),
        )
        .catch(() => undefined);
    }
    await expectHealth(session);
    expect((await service.order(session)).amounts).not.toHaveProperty('expected');
  });
});
