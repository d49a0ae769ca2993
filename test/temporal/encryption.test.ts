import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { EncryptionCodec, EncryptionError, type EncryptionKeys } from '../../src/temporal/encryption.ts';

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const keysOf = (current: string, keys: EncryptionKeys['keys']): EncryptionKeys => ({ current, keys });
const old = new EncryptionCodec(keysOf('k1', { k1: first }));
const rotated = new EncryptionCodec(keysOf('k3', { k1: first, k2: second, k3: third }));
const context = { type: 'workflow', namespace: 'payments', workflowId: 'acme-se:61c16f84' } as const;
const canary = 'canary@example.com';

function plain(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

async function encrypted(value: unknown = { email: canary }): Promise<Payload> {
  const [payload] = await old.encode([plain(value)], context);
  return payload!;
}

async function codeOf(attempt: Promise<unknown>): Promise<string | undefined> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return undefined;
  expect(error).toBeInstanceOf(EncryptionError);
  return (error as EncryptionError).code;
}

test('comes back as it was, metadata included, and shows nothing on the way', async () => {
  const payload = await encrypted();
  const bytes = Buffer.concat([payload.data!, ...Object.values(payload.metadata!)]).toString('latin1');
  expect(bytes).not.toContain(canary);
  expect(bytes).not.toContain('json/plain');
  const [back] = await old.decode([payload], context);
  expect(defaultPayloadConverter.fromPayload(back!)).toEqual({ email: canary });
  expect(Buffer.from(back!.metadata!['encoding']!).toString()).toBe('json/plain');
});

test('the same value is never the same bytes', async () => {
  const [a, b] = [await encrypted(), await encrypted()];
  expect(Buffer.compare(a.data!, b.data!)).not.toBe(0);
});

test('after two rotations what the first key encrypted is still read, and new ones take the last', async () => {
  const [back] = await rotated.decode([await encrypted()], context);
  expect(defaultPayloadConverter.fromPayload(back!)).toEqual({ email: canary });
  const [fresh] = await rotated.encode([plain(1)], context);
  expect(Buffer.from(fresh!.metadata!['encryption-key-id']!).toString()).toBe('k3');
  expect(await codeOf(old.decode([fresh!], context))).toBe('unknown_key');
});

test('what was written before encryption was turned on passes', async () => {
  const payload = plain({ email: canary });
  expect(await rotated.decode([payload], context)).toEqual([payload]);
});

test.each([
  ['another order', { ...context, workflowId: 'acme-se:other' }],
  ['another namespace', { ...context, namespace: 'elsewhere' }],
  [
    'an activity of another order',
    { ...context, type: 'activity', workflowId: 'x', isLocal: false } as const,
  ],
])('moved to %s it does not decrypt', async (_, elsewhere) => {
  expect(await codeOf(old.decode([await encrypted()], elsewhere))).toBe('foreign_payload');
});

test('what a schedule was given is read by the runs that it starts, and by no order that looks like one', async () => {
  const of = (workflowId: string) => ({ ...context, workflowId });
  const [given] = await old.encode([plain(canary)], of('sweep/acme-se'));
  const runs = ['sweep/acme-se', 'sweep/acme-se-2026-11-26T04:00:00Z'];
  for (const run of runs) expect(await codeOf(old.decode([given!], of(run)))).toBeUndefined();
  const others = ['sweep/acme-no-2026-11-26T04:00:00Z', 'drift/acme-se-2026-11-26T04:00:00Z', 'acme-se:1'];
  for (const other of others) expect(await codeOf(old.decode([given!], of(other)))).toBe('foreign_payload');
  const [order] = await old.encode([plain(canary)], of('acme-eu:1-2026-11-26T04:00:00Z'));
  expect(await codeOf(old.decode([order!], of('acme-eu:1')))).toBe('foreign_payload');
});

test('an activity of the same order reads it, and so does whoever has no context', async () => {
  const activity = {
    type: 'activity',
    namespace: 'payments',
    workflowId: context.workflowId,
    isLocal: true,
  } as const;
  expect(await codeOf(old.decode([await encrypted()], activity))).toBeUndefined();
  expect(await codeOf(old.decode([await encrypted()]))).toBeUndefined();
});

test('a label that was changed is noticed: it is part of what is authenticated', async () => {
  const payload = await encrypted();
  const relabelled = (label: object): Payload => ({
    ...payload,
    metadata: { ...payload.metadata, ...label },
  });
  const other = { ...context, workflowId: 'acme-se:other' };
  const moved = relabelled({ 'encryption-context': Buffer.from('payments\nacme-se:other') });
  expect(await codeOf(old.decode([moved], other))).toBe('not_authentic');
  const same = new EncryptionCodec(keysOf('k1', { k1: first, k2: first }));
  const renamed = relabelled({ 'encryption-key-id': Buffer.from('k2') });
  expect(await codeOf(same.decode([renamed], context))).toBe('not_authentic');
});

test('every flipped bit is noticed', async () => {
  const payload = await encrypted('x');
  for (let index = 0; index < payload.data!.length; index += 1) {
    const data = Uint8Array.from(payload.data!);
    data[index]! ^= 1;
    expect(await codeOf(old.decode([{ ...payload, data }], context))).toBe('not_authentic');
  }
});

test.each([0, 1, 11, 12, 27])('cut to %i bytes it is refused, not misread', async (length) => {
  const payload = await encrypted('x');
  const cut = { ...payload, data: payload.data!.subarray(0, length) };
  expect(await codeOf(old.decode([cut], context))).toBe('not_authentic');
});

test('what belongs to no workflow is encrypted too, and is nothing to any workflow', async () => {
  const [payload] = await old.encode([plain(canary)]);
  expect(Buffer.from(payload!.data!).toString('latin1')).not.toContain(canary);
  expect(await codeOf(old.decode([payload!]))).toBeUndefined();
  expect(await codeOf(old.decode([payload!], context))).toBe('foreign_payload');
});

test('no error names a key, or what was encrypted', async () => {
  const stranger = new EncryptionCodec(keysOf('k1', { k1: second }));
  const error = (await stranger
    .decode([await encrypted()], context)
    .catch((reason: unknown) => reason)) as Error;
  expect(error.message).toBe('the payload is damaged, or key k1 did not encrypt it');
});
