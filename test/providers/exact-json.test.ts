import fc from 'fast-check';
import { parseExactly } from '../../src/providers/exact-json.ts';

describe('a number that a double cannot hold is the text that was sent', () => {
  test.each([
    ['1000000000000000001', '1000000000000000001'],
    ['-1000000000000000001', '-1000000000000000001'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740992', '9007199254740992'],
    ['22.9600000000000000001', '22.9600000000000000001'],
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['9007199254740991', 9_007_199_254_740_991],
    ['30000', 30_000],
    ['22.96', 22.96],
    ['-5.00', -5],
    ['2000.0', 2_000],
    ['22.96000000000000000', 22.96],
    ['3e4', 30_000],
    ['0', 0],
    ['-0', -0],
  ])('%s', (sent, value) => {
    expect(parseExactly(`{"a":[${sent}]}`)).toEqual({ a: [value] });
    expect(parseExactly(sent)).toBe(value);
  });

  test('also beside numbers and texts that are what they were', () => {
    const text =
      '{"id":1000000000000000001,"amount":22.96,"text":"1000000000000000001","e":"1e5","n":null,"t":true}';
    expect(parseExactly(text)).toEqual({
      id: '1000000000000000001',
      amount: 22.96,
      text: '1000000000000000001',
      e: '1e5',
      n: null,
      t: true,
    });
  });
});

test('any JSON of numbers that doubles hold is what JSON.parse says', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      // The long number has all of it read by the other parser.
      const both = parseExactly(`[${text},1000000000000000001]`) as unknown[];
      const value: unknown = JSON.parse(text);
      expect(parseExactly(text)).toEqual(exact(value));
      expect(both).toEqual([exact(value), '1000000000000000001']);
    }),
  );
});

/** As fast-check writes them: whole numbers beyond 2^53 come as text. */
function exact(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, held: unknown) =>
    typeof held === 'number' && Number.isInteger(held) && !Number.isSafeInteger(held)
      ? expect.any(String)
      : held,
  );
}

test('of a key that stands twice the last counts, in both ways of reading', () => {
  expect(parseExactly('{"a":1,"a":2}')).toEqual({ a: 2 });
  expect(parseExactly('{"a":1000000000000000001,"a":1000000000000000002}')).toEqual({
    a: '1000000000000000002',
  });
});

test('no key reaches a prototype', () => {
  for (const id of ['1', '1000000000000000001']) {
    const value = parseExactly(`{"__proto__":{"polluted":${id}}}`) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  }
});

test.each(['', 'x', '{', '01', '1000000000000000001x', '[1000000000000000001', '{"a":NaN}', '\ufeff1'])(
  '%j is no JSON',
  (text) => {
    expect(() => parseExactly(text)).toThrow();
  },
);

test('depth is no fault where the numbers are short', () => {
  expect(() => parseExactly(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).not.toThrow();
});

test('what looks like a long number within a text costs nothing, however deep the rest is', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const text = `{"id":"0c7c5e95-1234-4a5b-8c6d-112233445566","quote":"\\"1234567890123456789\\"","deep":${deep}}`;
  expect(parseExactly(text)).toMatchObject({ id: '0c7c5e95-1234-4a5b-8c6d-112233445566' });
  const long = `{"text":"${'a\\n'.repeat(400_000)}5e95"}`;
  expect(parseExactly(long)).toHaveProperty('text');
});
