import { defaultPayloadConverter, type Payload } from '@temporalio/common';

const decoder = new TextDecoder();

export function encode(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

/** What a JSON payload holds. */
export function decode(payload: Payload | null | undefined): unknown {
  const { data } = payload ?? {};
  return data && data.length > 0 ? JSON.parse(decoder.decode(data)) : undefined;
}

export function decodeFields(
  fields: Readonly<Record<string, Payload>> | null | undefined,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, payload]) => [name, decode(payload)]));
}

/** Protos as text, so that two can be compared and a person can read them. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    ArrayBuffer.isView(part) ? decoder.decode(part) : part,
  );
}
