import { sendCommand } from '../../src/orders/send-command.ts';
import { createStuckOrders } from '../../src/orders/stuck-orders.ts';
import { deskId } from '../../src/workflows/contract/ids.ts';
import { deskSignals, queries, signals, updates } from '../../src/workflows/contract/messages.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ alerts: '[]' });
});
afterAll(() => service.stop());

interface Described {
  readonly name: string;
  readonly description?: string;
}

interface Metadata {
  readonly definition: {
    readonly signalDefinitions: readonly Described[];
    readonly queryDefinitions: readonly Described[];
    readonly updateDefinitions: readonly Described[];
  };
}

/** What the Temporal UI and `temporal workflow metadata` show of a workflow's messages, without the SDK's own. */
async function metadataOf(workflowId: string) {
  const handle = service.temporal.client.workflow.getHandle(workflowId);
  const { definition } = await handle.query<Metadata>('__temporal_workflow_metadata');
  const shown = (messages: readonly Described[]) =>
    Object.fromEntries(
      messages
        .filter(({ name }) => !name.startsWith('__'))
        .map(({ name, description }) => [name, description]),
    );
  return {
    signals: shown(definition.signalDefinitions),
    queries: shown(definition.queryDefinitions),
    updates: shown(definition.updateDefinitions),
  };
}

function described(messages: Readonly<Record<string, Described>>) {
  for (const { description } of Object.values(messages)) expect(description).toMatch(/^[A-Z].+\.$/);
  return Object.fromEntries(Object.values(messages).map(({ name, description }) => [name, description]));
}

test('Temporal shows what every message of an order is for', async () => {
  const session = await service.openSession();
  await service.register(session);
  expect(await metadataOf(orderIdOf(session))).toEqual({
    signals: described(signals),
    queries: described(queries),
    updates: described(updates),
  });
});

test('Temporal shows what every message of an alert desk is for', async () => {
  expect(await metadataOf(deskId('acme-se'))).toEqual({
    signals: described(deskSignals),
    queries: {},
    updates: {},
  });
});

test("the names that other systems send by are the contract's", () => {
  const names = (messages: Readonly<Record<string, { readonly name: string }>>) =>
    Object.values(messages).map(({ name }) => name);
  expect(names(signals)).toEqual(['hint', 'register', 'paidTwice']);
  expect(names(queries)).toEqual(['order', 'timeline', 'explanation']);
  expect(names(updates)).toEqual([
    'register',
    'recheck',
    'acknowledgeEscalation',
    'snoozeEscalation',
    'resolveEscalation',
    'reopenEscalation',
    'confirmClaim',
    'dismissClaim',
    'note',
  ]);
});

test('a recheck by the alert desk or a sweep is the same command for the same body alone', async () => {
  const session = await service.openSession();
  await service.register(session);
  const { client } = service.temporal;
  const id = orderIdOf(session);
  expect(await createStuckOrders(client).recheck(id, { key: 'a-key', by: 'alert desk' })).toBe(true);
  const repeat = (by: string) => sendCommand(client, id, { update: 'recheck', key: 'a-key', body: { by } });
  expect(await repeat('alert desk')).toMatchObject({ order: { id } });
  await expect(repeat('ada')).rejects.toMatchObject({ code: 'key_reused' });
});
