import fc from 'fast-check';

// Values that have broken a parser somewhere.

const texts = [
  '',
  ' ',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  'true',
  '0',
  '-0',
  '007',
  '1e3',
  '0x1F',
  '1,5',
  '1.5',
  '-5.00',
  '19.999',
  '9007199254740993',
  '١٢٣',
  '１２',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\0',
  'a\0b',
  '\u001b[31mred',
  '\r\nx-evil: 1',
  '\u0085',
  '\u2028',
  '\ud800',
  'a\udc00b',
  '\u202eevil',
  '\u200b',
  '\ufeff',
  'e\u0301',
  'ﬃ',
  'İ',
  '💸',
  '.',
  '..',
  '../..',
  '%',
  '%00',
  '%2e%2e%2f',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '[x](javascript:alert(1))',
  '${HOME}',
  '2026-02-30T25:61:61Z',
  '0000-00-00 00:00:00',
  '2020-08-04 10:31:20',
  '2020-08-04T10:31:20.3921711Z',
  '1596537080',
  '1000000000000000001',
  '+275760-09-13T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
];
const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  -5,
  1.005,
  19.999,
  70.9,
  0.1 + 0.2,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e15,
  1e21,
  1e308,
  -1e308,
  5e-324,
];

// Has a length that nothing can be compared with.
const uncomparable = { length: { toString: 0 } };

const anyLong = fc
  .tuple(
    fc.constantFrom('a', '7', 'é', '💸', '\ud800', '\u0001', '"', '\\'),
    fc.constantFrom(41, 65, 129, 201, 1_025, 20_000),
  )
  .map(([unit, count]) => unit.repeat(count));

export const oddText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: anyLong },
);

export const oddNumber = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...numbers) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
);

export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 3, arbitrary: oddNumber },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      null,
      true,
      false,
      {},
      [],
      [null],
      [[]],
      { a: {} },
      uncomparable,
      // As PHP writes a list with gaps.
      { 0: {}, 2: 'x' },
      { length: 2 },
      // Seconds, and milliseconds.
      1_596_537_080,
      1_596_537_080_000,
    ),
  },
);

/** Keys that mean something to JavaScript itself. */
export const oddKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'length', '0', '');
