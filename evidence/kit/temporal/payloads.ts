import { defaultPayloadConverter, type Payload } from '@temporalio/common';

const decoder = new TextDecoder();

export function encode(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

/** The value of a JSON payload; undefined for an empty one. */
export function decode(payload: Payload | null | undefined): unknown {
  const { data } = payload ?? {};
  return data && data.length > 0 ? JSON.parse(decoder.decode(data)) : undefined;
}

export function decodeFields(
  fields: Readonly<Record<string, Payload>> | null | undefined,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, payload]) => [name, decode(payload)]));
}

/** Protos as text, to be compared and read. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    ArrayBuffer.isView(part) ? decoder.decode(part) : part,
  );
}
