import { randomBytes } from 'node:crypto';
import { historyToJSON } from '../../evidence/kit/temporal/sdk-internals.ts';
import { Worker } from '@temporalio/worker';
import { openSweeps } from '../../src/bootstrap/sweeps.ts';
import { dataConverterOf } from '../../src/temporal/data-converter.ts';
import { deskId, scheduleId } from '../../src/workflows/contract/ids.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';
import { orderIdOf, startService, type Service } from '../support/service.ts';
import { encryptedBundlePath } from '../support/temporal.ts';
import { until } from '../support/until.ts';

// The whole with encrypted payloads: it works as before, and what the server keeps says nothing.

const k1 = randomBytes(32);
const bundle = encryptedBundlePath();
const canary = 'canary-kim@example.com';
let service: Service;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  service = await startService({
    account: 'pending: { recheck: [1s], escalate: [1s, 1h] }, reread: [200ms]',
    alerts: `[{ kind: webhook, name: ops, url: '${receiver.url}', secret: s }]`,
    encryption: { keys: { current: 'k1', keys: { k1 } }, bundle },
  });
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
});

let session: string;
const path = () => `/v1/orders/${encodeURIComponent(orderIdOf(session))}`;

test('an order is registered, stuck, alerted, taken on, refused to a second, and told of, all of it encrypted', async () => {
  session = await service.openSession();
  await service.register(session, { method: 'canary-method' });
  await service.act(session, 'complete');
  await service.until(session, ({ escalation }) => escalation !== null);
  const [told] = await receiver.until(1);
  expect(told?.text).toContain(orderIdOf(session));
  const decision = { by: canary, reason: 'canary-reason' };
  expect(await service.call('POST', `${path()}/escalation/acknowledge`, decision)).toMatchObject({
    status: 200,
    body: { escalation: { owner: canary } },
  });
  const late = await service.call('POST', `${path()}/escalation/acknowledge`, { ...decision, by: 'sam' });
  expect(late).toMatchObject({
    status: 409,
    body: { code: 'already_acknowledged', detail: expect.stringContaining(canary) },
  });
  const list = await service.call<{ escalations: { id: string }[] }>('GET', '/v1/escalations');
  expect(list.body.escalations.map(({ id }) => id)).toEqual([orderIdOf(session)]);
  await service.act(session, 'approve');
  await service.until(session, ({ status }) => status === 'placed');
  expect((await service.timeline(session)).map(({ summary }) => summary).join()).toContain('canary-reason');
  const explanation = await service.call('GET', `${path()}/explanation`);
  expect(explanation.status).toBe(200);
  expect((await service.call('GET', '/v1/incidents')).status).toBe(200);
});

test('a sweep that its schedule starts reads what the schedule was given, and runs to its end', async () => {
  const { client } = service.temporal;
  await openSweeps(client, service.config);
  const schedule = client.schedule.getHandle(scheduleId('sweep', 'acme-se'));
  await schedule.trigger();
  const started = async () => (await schedule.describe()).info.recentActions[0]?.action.workflow.workflowId;
  const run = await until(started, (id) => id !== undefined);
  expect(run).toMatch(/^sweep\/acme-se-20/);
  expect(await client.workflow.getHandle(run!).result()).toMatchObject({ account: 'acme-se' });
});

async function exported(id: string) {
  return service.temporal.client.workflow.getHandle(id).fetchHistory();
}

test('what the server keeps has none of it: histories, memo, summaries, failures', async () => {
  const { workflowService } = service.temporal.client;
  for (const id of [orderIdOf(session), deskId('acme-se')]) {
    // Raw, as the server has it: the client decrypts nothing here.
    const raw = await workflowService.getWorkflowExecutionHistory({
      namespace: service.temporal.namespace,
      execution: { workflowId: id },
    });
    const described = await workflowService.describeWorkflowExecution({
      namespace: service.temporal.namespace,
      execution: { workflowId: id },
    });
    const everything = [bytesOf(raw), bytesOf(described)].join();
    expect(everything.length).toBeGreaterThan(5_000);
    for (const secret of [
      'canary',
      'acknowledged the escalation',
      'expects 300.00',
      'hook-token',
      '"amounts"',
    ])
      expect(everything).not.toContain(secret);
    expect(everything).toContain('binary/encrypted');
  }
});

/** Every byte of an answer as text, wherever it is nested. */
function bytesOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (Array.isArray(value)) return value.map(bytesOf).join('\n');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, inner]) => `${name}=${bytesOf(inner)}`)
      .join('\n');
  return String(value);
}

test('its history replays after two rotations of the key, and not without the old one', async () => {
  const history = await exported(orderIdOf(session));
  expect(JSON.stringify(historyToJSON(history)).length).toBeGreaterThan(5_000);
  const replay = (keys: Record<string, Buffer>) =>
    Worker.runReplayHistory(
      {
        workflowBundle: { codePath: bundle },
        dataConverter: dataConverterOf({ current: 'k3', keys })!,
      },
      history,
      orderIdOf(session),
    );
  await replay({ k1, k2: randomBytes(32), k3: randomBytes(32) });
  await expect(replay({ k2: randomBytes(32), k3: randomBytes(32) })).rejects.toThrow();
});

describe('the codec server for the Temporal UI', () => {
  const decode = (headers: Record<string, string>, body: unknown) =>
    fetch(`${service.url}/ops/codec/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  async function memoPayload() {
    const { workflowExecutionInfo } = await service.temporal.client.workflowService.describeWorkflowExecution(
      {
        namespace: service.temporal.namespace,
        execution: { workflowId: orderIdOf(session) },
      },
    );
    const { metadata, data } = workflowExecutionInfo!.memo!.fields!['order']!;
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    return {
      metadata: Object.fromEntries(Object.entries(metadata!).map(([name, value]) => [name, base64(value)])),
      data: base64(data!),
    };
  }

  test('decrypts for a key of the scope ops', async () => {
    const answer = await decode({ authorization: 'Bearer shop-key' }, { payloads: [await memoPayload()] });
    expect(answer.status).toBe(200);
    const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
    const text = Buffer.from(payloads[0]!.data, 'base64').toString();
    expect(JSON.parse(text)).toMatchObject({ id: orderIdOf(session), status: 'placed' });
  });

  test.each([
    ['nobody', {}, 401],
    ['a wrong key', { authorization: 'Bearer nonsense' }, 401],
    ['a key without the scope', { authorization: 'Bearer reader-key' }, 403],
    ['a key that does not see the account', { authorization: 'Bearer elsewhere-key' }, 403],
  ])('but not for %s', async (_, headers, status) => {
    const answer = await decode(headers, { payloads: [await memoPayload()] });
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain('placed');
  });

  test('a body of another shape is a 400, and a payload that was tampered with is no 500', async () => {
    const key = { authorization: 'Bearer shop-key' };
    expect((await decode(key, { payloads: [{ data: 5 }] })).status).toBe(400);
    const payload = await memoPayload();
    const answer = await decode(key, { payloads: [{ ...payload, data: payload.data.slice(0, 40) }] });
    expect(answer.status).toBe(400);
  });
});
