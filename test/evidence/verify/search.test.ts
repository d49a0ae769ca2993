import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Automaton } from '../../../evidence/verify/secrecy/automaton.ts';
import { Search, type Needle } from '../../../evidence/verify/secrecy/search.ts';

const needle: Needle = { what: 'a name', bytes: Buffer.from('canary-Å>?name') };
const other: Needle = { what: 'another', bytes: Buffer.from('nothing-has-this') };

function lookFor(text: Buffer | string): string[] {
  const search = new Search([needle, other]);
  search.look(Buffer.from(text));
  return search.found([needle, other]);
}

test('every pattern is found wherever it is, and none that is not there', () => {
  const word = fc.stringMatching(/^[ab]{1,4}$/).map((text) => Buffer.from(text));
  const text = fc.stringMatching(/^[abc]{0,40}$/).map((each) => Buffer.from(each));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), text, (patterns, bytes) => {
      const counts = patterns.map(() => 0);
      new Automaton(patterns).run(bytes, (index) => (counts[index]! += 1));
      expect(counts).toEqual(patterns.map((pattern) => countOf(pattern, bytes)));
    }),
  );
});

function countOf(pattern: Buffer, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) count += 1;
  return count;
}

test.each([0, 1, 2, 3, 4])('in base64, with %i bytes before it', (before) => {
  const bytes = Buffer.concat([randomBytes(before), needle.bytes, randomBytes(5)]);
  expect(lookFor(bytes.toString('base64'))).toEqual(['a name: base64 1']);
  expect(lookFor(bytes.toString('base64url'))).toEqual(['a name: base64 1']);
});

test('as it is, and in hex of either case', () => {
  expect(lookFor(`{"by":"${needle.bytes.toString()}"}`)).toEqual(['a name: plain 1']);
  expect(lookFor(needle.bytes.toString('hex'))).toEqual(['a name: hex 1']);
  expect(lookFor(needle.bytes.toString('hex').toUpperCase())).toEqual(['a name: hex 1']);
});

describe('in a dump', () => {
  const row = (...values: readonly Buffer[]) =>
    `7\t${values.map((value) => `\\\\x${value.toString('hex')}`).join('\t')}\tProto3\n`;

  test('binary values are looked into, and base64 in them', () => {
    expect(lookFor(row(Buffer.from('no'), Buffer.from(needle.bytes.toString('base64'))))).toEqual([
      'a name: base64 1',
    ]);
  });

  test.each([
    ['zlib', deflateSync],
    ['gzip', gzipSync],
  ])('and what %s has compressed somewhere in them', (_, pack) => {
    const packed = pack(Buffer.concat([Buffer.alloc(500, 'x'), needle.bytes]));
    expect(lookFor(row(Buffer.concat([randomBytes(9), packed, randomBytes(9)])))).toContain(
      'a name: plain 1',
    );
  });

  test('what was looked through is counted', () => {
    const search = new Search([needle]);
    const text = row(Buffer.from('a'), deflateSync(Buffer.alloc(500, 'x')));
    search.look(Buffer.from(text));
    expect(search).toMatchObject({ bytes: text.length, blobs: 2, unpacked: 1 });
    expect(search.found([needle])).toEqual([]);
  });
});
