import { randomUUID } from 'node:crypto';
import proto from '@temporalio/proto';
import { msToTs } from '../../src/temporal/sdk-internals.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { missingSearchAttributes, prepareNamespace } from '../../src/temporal/prepare.ts';
import type { NamespaceServices } from '../../src/temporal/prepare.ts';
import { searchAttributes } from '../../src/workflows/contract/search-attributes.ts';
import { startTestServer } from '../support/temporal.ts';
import type { TestServer } from '../support/temporal.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const names = Object.keys(searchAttributes);
const day = 86_400_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** A namespace as an administrator leaves it: without our search attributes. */
async function bareNamespace(retentionDays = 1): Promise<string> {
  const namespace = `bare-${randomUUID()}`;
  const { workflowService } = server.connection;
  const workflowExecutionRetentionPeriod = msToTs(retentionDays * day);
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  return namespace;
}

async function retentionDays(namespace: string): Promise<number> {
  const { config } = await server.connection.workflowService.describeNamespace({ namespace });
  return (Number(config?.workflowExecutionRetentionTtl?.seconds) * 1000) / day;
}

/** The server as a client sees it that may not administer it, like Temporal Cloud. */
function withoutAdministration(code: number): NamespaceServices {
  const refuse = () => Promise.reject(Object.assign(new Error('Request unauthorized.'), { code }));
  const { operatorService, workflowService } = server.connection;
  return {
    operatorService: Object.create(operatorService, {
      listSearchAttributes: { value: refuse },
      addSearchAttributes: { value: refuse },
    }) as NamespaceServices['operatorService'],
    workflowService: Object.create(workflowService, {
      updateNamespace: { value: refuse },
    }) as NamespaceServices['workflowService'],
  };
}

describe('preparing a namespace', () => {
  test('makes every search attribute usable', async () => {
    const namespace = await bareNamespace();
    await expect(missingSearchAttributes(server.connection, namespace)).resolves.toEqual(names);
    await expect(prepareNamespace(server.connection, { namespace })).resolves.toEqual({
      added: names,
      retentionDays: 30,
    });
    await expect(missingSearchAttributes(server.connection, namespace)).resolves.toEqual([]);
  });

  test('a second time changes nothing', async () => {
    const namespace = await bareNamespace();
    await prepareNamespace(server.connection, { namespace });
    await expect(prepareNamespace(server.connection, { namespace })).resolves.toEqual({
      added: [],
      retentionDays: 30,
    });
  });

  test('adds only what is missing', async () => {
    const namespace = await bareNamespace();
    await server.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { OrderStatus: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD },
    });
    const { added } = await prepareNamespace(server.connection, { namespace });
    expect(added).toEqual(names.filter((name) => name !== 'OrderStatus'));
  });

  test('by several processes at once works for each', async () => {
    const namespace = await bareNamespace();
    await Promise.all([1, 2, 3].map(() => prepareNamespace(server.connection, { namespace })));
    await expect(missingSearchAttributes(server.connection, namespace)).resolves.toEqual([]);
  });

  test('raises the retention and never lowers it', async () => {
    const short = await bareNamespace(1);
    await prepareNamespace(server.connection, { namespace: short });
    await expect(retentionDays(short)).resolves.toBe(30);
    const long = await bareNamespace(90);
    await expect(prepareNamespace(server.connection, { namespace: long })).resolves.toMatchObject({
      retentionDays: 90,
    });
    await expect(retentionDays(long)).resolves.toBe(90);
  });

  test('refuses an attribute that has another type', async () => {
    const namespace = await bareNamespace();
    await server.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { EscalationLevel: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD },
    });
    await expect(prepareNamespace(server.connection, { namespace })).rejects.toMatchObject({
      code: 'SEARCH_ATTRIBUTE_TYPE',
      message: 'The search attribute EscalationLevel is KEYWORD in this namespace and must be INT.',
    });
  });

  test('that does not exist is the server’s own error', async () => {
    await expect(prepareNamespace(server.connection, { namespace: 'nowhere' })).rejects.toThrow(
      'nowhere is not found',
    );
  });
});

describe.each([
  ['PERMISSION_DENIED', 7],
  ['UNIMPLEMENTED', 12],
])('where administration answers %s', (_, code) => {
  test('what an administrator prepared is taken as it is', async () => {
    const namespace = await bareNamespace();
    await prepareNamespace(server.connection, { namespace, retentionDays: 7 });
    const prepared = prepareNamespace(withoutAdministration(code), { namespace });
    await expect(prepared).resolves.toEqual({ added: [], retentionDays: 7 });
  });

  test('what is missing is named at once', async () => {
    const namespace = await bareNamespace();
    const { OrderStatus: _known, ...others } = searchAttributes;
    await server.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        Object.values(others).map(({ name, type }) => [name, IndexedValueType[`INDEXED_VALUE_TYPE_${type}`]]),
      ),
    });
    await expect(prepareNamespace(withoutAdministration(code), { namespace })).rejects.toMatchObject({
      code: 'SEARCH_ATTRIBUTES_MISSING',
      message: expect.stringContaining('lacks the search attributes OrderStatus (KEYWORD).'),
    });
  });
});

describe('connecting', () => {
  test('goes where the standard environment says', async () => {
    const namespace = await bareNamespace();
    process.env['TEMPORAL_ADDRESS'] = server.address;
    process.env['TEMPORAL_NAMESPACE'] = namespace;
    try {
      const connected = await connectTemporal({ identity: 'test-process' });
      expect(connected.namespace).toBe(namespace);
      expect(connected.client.options).toMatchObject({ namespace, identity: 'test-process' });
      await expect(connected.client.workflow.count()).resolves.toMatchObject({ count: 0 });
      await connected.connection.close();
    } finally {
      delete process.env['TEMPORAL_ADDRESS'];
      delete process.env['TEMPORAL_NAMESPACE'];
    }
  });

  test('to an explicit address reads nothing of the environment', async () => {
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:1';
    process.env['TEMPORAL_API_KEY'] = 'not for a dev server';
    try {
      const connected = await connectTemporal({ address: server.address });
      expect(connected.namespace).toBe('default');
      await connected.connection.close();
    } finally {
      delete process.env['TEMPORAL_ADDRESS'];
      delete process.env['TEMPORAL_API_KEY'];
    }
  });

  test('takes no signals: shutting down is for the process to decide', () => {
    expect(process.listenerCount('SIGTERM')).toBe(0);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
