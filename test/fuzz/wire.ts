import fc from 'fast-check';
import { oddKey, oddValue } from './odd.ts';

// What others send, spoilt: a sample of a real message that a few edits have been made to, as the text of a body.

const acts = [
  'drop',
  'replace',
  'put another word',
  'put in a list',
  'put in an object',
  'make text',
  'make a number',
  'rename',
  'double',
  'add',
  'bury',
] as const;

interface Edit {
  readonly act: (typeof acts)[number];
  /** Which of all places, counted round. */
  readonly place: number;
  readonly key: string;
  readonly value: unknown;
  readonly word: unknown;
}

/** A key or an element with its value. */
type Entry = readonly [key: string, value: unknown];

/** Stands for ten thousand brackets, which no writer of JSON would get through. */
const pit = 'a pit of ten thousand brackets';
const pits = new RegExp(`"${pit}"`, 'g');
const depth = 10_000;

/**
 * The JSON text of one of the samples after up to six edits; `words` are those that mean something to the reader. A
 * `isShallow` one has no depth that writing it as JSON again would not survive.
 */
export function anyWire(
  samples: readonly unknown[],
  words: readonly unknown[] = [],
  { isShallow = false } = {},
): fc.Arbitrary<string> {
  const keys = [...new Set(samples.flatMap(keysIn))];
  const anyEdit: fc.Arbitrary<Edit> = fc.record({
    // Deep in a parser one gets with values that nearly fit.
    act: fc.constantFrom(
      ...acts.filter((act) => act !== 'bury' || !isShallow),
      ...(['replace', 'put another word', 'put another word'] as const),
    ),
    place: fc.nat(),
    key: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: oddKey }),
    value: oddValue,
    word: words.length > 0 ? fc.constantFrom(...words) : oddValue,
  });
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(anyEdit, { maxLength: 6 }))
    .map(([sample, edits]) => textOf(edits.reduce(edit, sample)));
}

/** Text that is no message at all, or the text of one that was damaged on the way. */
export function anyGarbage(anyText: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.constantFrom(...hopeless).map((text) => Buffer.from(text)) },
    { weight: 3, arbitrary: anyDamage(anyText) },
  );
}

function anyDamage(anyText: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const anyPlace = fc.double({ min: 0, max: 1, noNaN: true });
  const anyCut = fc.tuple(anyPlace, fc.uint8Array({ maxLength: 4 }), fc.nat(8));
  return fc.oneof(
    fc.tuple(anyText, anyCut).map(([text, [place, bytes, gone]]) => {
      const whole = Buffer.from(text);
      const at = Math.floor(place * whole.length);
      return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + gone)]);
    }),
    fc.tuple(anyText, anyPlace).map(([text, place]) => {
      const whole = Buffer.from(text);
      return whole.subarray(0, Math.floor(place * whole.length));
    }),
    fc
      .tuple(anyText, fc.constantFrom<BufferEncoding>('utf16le', 'latin1', 'base64'))
      .map(([text, encoding]) => Buffer.from(text, encoding)),
    anyText.map((text) => Buffer.from(`\ufeff${text}`)),
    anyText.map((text) => Buffer.from(text + text)),
    anyText.map((text) => Buffer.from(text.replaceAll('"', "'"))),
    // The same key twice: readers differ in which they take.
    fc.tuple(anyText, anyText).map(([one, other]) => Buffer.from(`{${inside(one)},${inside(other)}}`)),
  );
}

const hopeless = [
  '',
  '\0',
  'null',
  'NaN',
  '-Infinity',
  '1e999',
  '01',
  '"\ud800"',
  '{"a":}',
  '<html></html>',
  '['.repeat(depth),
  '[[],'.repeat(1_000),
  '{"a":'.repeat(depth),
  `${'['.repeat(depth)}${']'.repeat(depth)}`,
  `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  `"${'\\u0000'.repeat(1_000)}"`,
  '9'.repeat(10_000),
] as const;

function inside(text: string): string {
  return text.startsWith('{') ? text.slice(1, -1) : `"a":${text}`;
}

function textOf(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(pits, '['.repeat(depth) + ']'.repeat(depth));
}

function edit(message: unknown, { place, ...how }: Edit): unknown {
  const places = pathsIn(message);
  const path = places[place % places.length]!;
  // The whole is the one element of a list, so that it can be edited like any other.
  const edited = editAt([message], ['0', ...path], how) as readonly unknown[];
  return edited[0] ?? null;
}

function editAt(holder: unknown, [key, ...rest]: readonly string[], how: Omit<Edit, 'place'>): unknown {
  const entries = entriesOf(holder).flatMap((entry): readonly Entry[] => {
    if (entry[0] !== key) return [entry];
    return rest.length > 0 ? [[key, editAt(entry[1], rest, how)]] : editEntry(entry, how);
  });
  return Array.isArray(holder) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function editEntry(
  [key, held]: Entry,
  { act, key: newKey, value, word }: Omit<Edit, 'place'>,
): readonly Entry[] {
  switch (act) {
    case 'drop':
      return [];
    case 'replace':
      return [[key, value]];
    case 'put another word':
      return [[key, word]];
    case 'put in a list':
      return [[key, [held]]];
    case 'put in an object':
      return [[key, Object.fromEntries([[newKey, held]])]];
    case 'make text':
      return [[key, typeof held === 'string' ? held : (JSON.stringify(held) ?? '')]];
    case 'make a number':
      return [
        [key, typeof held === 'number' ? held / 100 : Number(JSON.stringify(held)?.replaceAll('"', ''))],
      ];
    case 'rename':
      return [[newKey, held]];
    case 'double':
      return [
        [key, held],
        [newKey, held],
      ];
    case 'add':
      return [
        [key, held],
        [newKey, value],
      ];
    case 'bury':
      return [[key, pit]];
  }
}

function entriesOf(holder: unknown): readonly Entry[] {
  return Object.entries(holder as object);
}

/** The way to every value in a message, itself first. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...entriesOf(value).flatMap(([key, held]) => pathsIn(held).map((path) => [key, ...path]))];
}

function keysIn(value: unknown): readonly string[] {
  return pathsIn(value).flatMap((path) => path.at(-1) ?? []);
}
