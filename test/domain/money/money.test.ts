import fc from 'fast-check';
import { exponentOf, formatMoney, isMinorUnits, parseDecimal } from '../../../src/domain/money/money.ts';

const byExponent = [
  ['JPY', 0],
  ['ISK', 0],
  ['SEK', 2],
  ['USD', 2],
  ['KWD', 3],
  ['BHD', 3],
  ['CLF', 4],
] as const;
const anyCurrency = fc.constantFrom(...byExponent);
const anyAmount = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1_000, max: 1_000_000 }));

/** An amount in minor units as a decimal in major units, by shifting digits as text. */
function decimalOf(amount: number, exponent: number): string {
  const digits = `${Math.abs(amount)}`.padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  return `${amount < 0 ? '-' : ''}${digits.slice(0, point)}${exponent ? `.${digits.slice(point)}` : ''}`;
}

test.each(byExponent)('%s has %i decimals', (currency, exponent) => {
  expect(exponentOf(currency)).toBe(exponent);
});

test.each(['AED', 'CHF', 'CHW', 'GYD', 'HKD', 'LYD', 'MAD', 'NOK', 'PLN', 'PYG', 'TTD', 'TWD', 'ZWG'])(
  '%s is a currency',
  (code) => {
    expect(exponentOf(code)).toBeDefined();
  },
);

test.each(['', 'sek', 'ZZZ', 'SEKK', 'toString', '__proto__'])('%p is no currency', (code) => {
  expect(exponentOf(code)).toBeUndefined();
  expect(parseDecimal('1', code)).toBeUndefined();
});

test.each<[string | number, string, number]>([
  [22.96, 'EUR', 2296],
  ['22.96', 'EUR', 2296],
  [-70.9, 'EUR', -7090],
  [1e3, 'EUR', 100_000],
  ['99.950', 'EUR', 9995],
  [2000, 'JPY', 2000],
  ['2000.0', 'JPY', 2000],
  [1.005, 'KWD', 1005],
  ['0.001', 'KWD', 1],
  [0, 'SEK', 0],
  ['-0.00', 'SEK', 0],
  [' 22.96\n', 'EUR', 2296],
  ['90071992547409.91', 'SEK', Number.MAX_SAFE_INTEGER],
])('%p %s is %i minor units', (decimal, currency, amount) => {
  expect(parseDecimal(decimal, currency)).toBe(amount);
});

test.each<[string | number, string, string]>([
  [0.1 + 0.2, 'EUR', 'noise of binary sums'],
  [19.999, 'EUR', 'more decimals than the currency has'],
  ['0.5', 'JPY', 'half a yen'],
  ['1.0005', 'KWD', 'half a fils'],
  ['1e3', 'EUR', 'an exponent in text'],
  [1e21, 'EUR', 'a number that only an exponent can write'],
  [1e-7, 'EUR', 'a number that only an exponent can write'],
  ['90071992547409.92', 'EUR', '2^53 minor units'],
  [2 ** 53, 'JPY', '2^53'],
  [NaN, 'EUR', 'not a number'],
  [Infinity, 'EUR', 'no number'],
  ['', 'EUR', 'nothing'],
  ['null', 'EUR', 'a word'],
  ['1,50', 'EUR', 'a comma'],
  ['1_000', 'EUR', 'an underscore'],
  ['.5', 'EUR', 'no whole part'],
  ['5.', 'EUR', 'no decimals after the point'],
  ['+5', 'EUR', 'a plus'],
  ['--5', 'EUR', 'two signs'],
  ['0x10', 'EUR', 'hexadecimal'],
  ['１２', 'EUR', 'digits of another script'],
])('%p %s is refused: %s', (decimal, currency) => {
  expect(parseDecimal(decimal, currency)).toBeUndefined();
});

test('every amount comes back from its decimal, with zeros behind it or not', () => {
  fc.assert(
    fc.property(anyCurrency, anyAmount, fc.nat(5), ([currency, exponent], amount, zeros) => {
      const decimal = decimalOf(amount, exponent) + (exponent ? '0'.repeat(zeros) : '');
      // toEqual tells -0 from 0, and -0 is no amount.
      expect(parseDecimal(decimal, currency)).toEqual(amount === 0 ? 0 : amount);
    }),
  );
});

test('a digit below the minor unit is refused, never rounded', () => {
  fc.assert(
    fc.property(
      anyCurrency,
      anyAmount,
      fc.integer({ min: 1, max: 9 }),
      ([currency, exponent], amount, digit) => {
        const decimal = decimalOf(amount, exponent) + (exponent ? '' : '.') + digit;
        expect(parseDecimal(decimal, currency)).toBeUndefined();
      },
    ),
  );
});

test('a JSON number of up to 15 digits is the amount that was written', () => {
  fc.assert(
    fc.property(
      anyCurrency,
      fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
      (known, amount) => {
        const [currency, exponent] = known;
        const sent = JSON.parse(decimalOf(amount, exponent)) as number;
        expect(parseDecimal(sent, currency)).toEqual(amount === 0 ? 0 : amount);
      },
    ),
  );
});

test('whatever text comes, the answer is a whole number that doubles hold, or none', () => {
  const anyText = fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,20}\.?\d{0,5}$/), fc.double().map(String));
  fc.assert(
    fc.property(anyText, anyCurrency, (text, [currency]) => {
      const amount = parseDecimal(text, currency);
      expect(amount === undefined || (isMinorUnits(amount) && !Object.is(amount, -0))).toBe(true);
    }),
  );
});

test.each([
  [30_000, 'SEK', '300.00 SEK'],
  [0, 'EUR', '0.00 EUR'],
  [-5, 'EUR', '-0.05 EUR'],
  [500, 'JPY', '500 JPY'],
  [1, 'KWD', '0.001 KWD'],
  [7, 'ZZZ', '7 minor units of ZZZ'],
])('%i minor units of %s read %p', (amount, currency, text) => {
  expect(formatMoney({ amount, currency })).toBe(text);
});

test('what is shown is what was parsed', () => {
  fc.assert(
    fc.property(anyCurrency, anyAmount, ([currency], amount) => {
      const [decimal] = formatMoney({ amount, currency }).split(' ');
      expect(parseDecimal(decimal!, currency)).toEqual(amount === 0 ? 0 : amount);
    }),
  );
});

test('a JSON number with more digits than a double holds is refused, not a cent off', () => {
  // The double next to it reads 80000000000000.02.
  expect(parseDecimal(JSON.parse('80000000000000.01') as number, 'EUR')).toBeUndefined();
  expect(parseDecimal('80000000000000.01', 'EUR')).toBe(8_000_000_000_000_001);
});
