// Helpers on plain values, for every folder of the domain.

/** Marks a switch over a closed set as complete: the compiler objects when a member is missing. */
export function assertNever(value: never): never {
  throw new Error(`not a member of a closed set: ${JSON.stringify(value)}`);
}

/** A copy without the named fields: an absent field and an undefined one are not the same here. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}

/** Epoch milliseconds as ISO 8601 in UTC. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Cuts text to so many UTF-8 bytes without splitting a character. */
export function cutToBytes(text: string, bytes: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += utf8Length(character.codePointAt(0)!);
    if (used > bytes) return kept;
    kept += character;
  }
  return kept;
}

/** The length of text in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Length(character.codePointAt(0)!);
  return bytes;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
