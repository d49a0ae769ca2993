import { readdirSync, readFileSync } from 'node:fs';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  defineSearchAttributeKey,
  SearchAttributeType,
  type Payload,
} from '@temporalio/common';
import {
  decodeMapFromPayloads,
  decodeTypedSearchAttributes,
  encodeMapToPayloads,
  encodeToPayloadsWithContext,
  encodeUnifiedSearchAttributes,
  encodeUserMetadata,
  msToTs,
} from '../../src/temporal/sdk-internals.ts';

// The SDK may move or change these in any version: each is held to what src needs of it.

test('src names private paths of the SDK in this one file', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  const naming = sources.filter((path) =>
    /['"]@temporalio\/[a-z-]+\/lib\//.test(readFileSync(`src/${path}`, 'utf8')),
  );
  expect(naming).toEqual(['temporal/sdk-internals.ts']);
});

const context = { type: 'workflow', namespace: 'default', workflowId: 'acme-se:x' } as const;

/** A converter whose codec notes the context that it gets. */
function notingConverter() {
  const contexts: unknown[] = [];
  const note = async (payloads: Payload[], given: unknown) => {
    contexts.push(given);
    return payloads;
  };
  const converter = {
    payloadConverter: defaultPayloadConverter,
    failureConverter: defaultFailureConverter,
    payloadCodecs: [{ encode: note, decode: note }],
  };
  return { converter, contexts };
}

test('search attributes come back typed', () => {
  const account = defineSearchAttributeKey('Account', SearchAttributeType.KEYWORD);
  const since = defineSearchAttributeKey('PendingSince', SearchAttributeType.DATETIME);
  const at = new Date('2026-11-24T12:00:00.000Z');
  const encoded = encodeUnifiedSearchAttributes(undefined, [
    { key: account, value: 'acme-se' },
    { key: since, value: at },
  ]);
  const decoded = decodeTypedSearchAttributes(encoded);
  expect([decoded.get(account), decoded.get(since)]).toEqual(['acme-se', at]);
});

test('arguments are encoded in the order in which they are given, with their context', async () => {
  const { converter, contexts } = notingConverter();
  const payloads = await encodeToPayloadsWithContext(converter, context, [{ a: 1 }, 'two']);
  expect(payloads?.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([{ a: 1 }, 'two']);
  expect(contexts).toEqual([context]);
});

test('a memo comes back as it was, with its context', async () => {
  const { converter, contexts } = notingConverter();
  const memo = { order: { id: 'acme-se:x' }, desk: null };
  const fields = await encodeMapToPayloads(converter, memo, context);
  expect(Object.keys(fields)).toEqual(['order', 'desk']);
  expect(await decodeMapFromPayloads(converter, fields, context)).toEqual(memo);
  expect(contexts).toEqual([context, context, context, context]);
});

test('summary and details become user metadata', async () => {
  const { converter } = notingConverter();
  const metadata = await encodeUserMetadata(converter, 'a summary', 'its details', context);
  expect(
    [metadata?.summary, metadata?.details].map((payload) => defaultPayloadConverter.fromPayload(payload!)),
  ).toEqual(['a summary', 'its details']);
});

test('milliseconds become a protobuf duration', () => {
  const { seconds, nanos } = msToTs(30 * 86_400_000 + 250);
  expect([Number(seconds), nanos]).toEqual([2_592_000, 250_000_000]);
});
