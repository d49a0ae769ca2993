import type { PayloadCodec } from '@temporalio/common';
import type { History } from '../../kit/temporal/sdk-internals.ts';
import proto from '@temporalio/proto'; // its names are not visible to an ES module

/** A payload of an exported history: every value of its metadata is base64. */
export interface ExportedPayload {
  readonly metadata: Readonly<Record<string, string>>;
}

/** Every payload below a value of an exported history, with the names that lead to it. */
export function* payloadsIn(
  value: unknown,
  path = '',
): Generator<{ path: string; payload: ExportedPayload }> {
  for (const { path: where, payload } of walk(value, path))
    yield { path: where, payload: payload as ExportedPayload };
}

/** Which key a payload was encrypted with; undefined for one that is readable. */
export function keyIdOf({ metadata }: ExportedPayload): string | undefined {
  if (textOf(metadata['encoding']) !== 'binary/encrypted') return undefined;
  return textOf(metadata['encryption-key-id']);
}

/** A copy of a history in which every payload is decrypted. */
export async function decryptHistory(history: History, codec: PayloadCodec): Promise<History> {
  const type = proto.temporal.api.history.v1.History;
  const copy = type.decode(type.encode(history).finish());
  for (const { payload } of walk(copy)) {
    const [plain] = await codec.decode([payload]);
    Object.assign(payload, plain);
  }
  return copy;
}

/** Recognises payloads by their shape, in messages and in exported histories. */
function* walk(value: unknown, path = ''): Generator<{ path: string; payload: object }> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const { metadata } = value as { metadata?: { encoding?: unknown } };
  if (metadata?.encoding !== undefined) {
    yield { path, payload: value };
    return;
  }
  // The place in a list says nothing.
  if (Array.isArray(value)) for (const item of value) yield* walk(item, path);
  else for (const [name, item] of Object.entries(value)) yield* walk(item, `${path}.${name}`);
}

function textOf(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString();
}
