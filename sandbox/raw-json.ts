import { randomUUID } from 'node:crypto';

/** A value that stands in the JSON exactly as this text says it, such as a number of 19 digits: `{"$raw": "1000000000000000001"}`. */
interface RawJson {
  readonly $raw: string;
}

// Stands in the text for a raw value until the whole is written.
const mark = randomUUID();
const marked = new RegExp(`"${mark}:(\\d+)"`, 'g');

export function isRawJson(value: unknown): value is RawJson {
  if (typeof value !== 'object' || value === null || !('$raw' in value)) return false;
  return typeof value.$raw === 'string' && Object.keys(value).length === 1;
}

/** The JSON of a value, with its raw values as they are. */
export function toJson(value: unknown): string {
  const raws: string[] = [];
  const text = JSON.stringify(value, (_key, each: unknown) =>
    isRawJson(each) ? `${mark}:${raws.push(each.$raw) - 1}` : each,
  );
  return raws.length === 0 ? text : text.replace(marked, (_match, index) => raws[Number(index)] ?? 'null');
}

/** Whether every raw value below `value` is JSON. */
export function hasOnlyJson(value: unknown): boolean {
  if (isRawJson(value)) return isJson(value.$raw);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasOnlyJson);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
