import fc from 'fast-check';
import { duration } from '../../src/config/durations.ts';
import { parseDuration } from '../../src/domain/escalation/durations.ts';
import { exponentOf, formatMoney, parseDecimal } from '../../src/domain/money/money.ts';
import { fuzz } from './fuzz.ts';
import { oddNumber, oddText } from './odd.ts';

// Arithmetic of unlimited precision is the judge: what it says fits must be read, to the unit, and nothing else.

const anyCurrency = fc.constantFrom('SEK', 'EUR', 'JPY', 'KWD', 'CLF', 'ISK', 'XXX', 'sek', '__proto__', '');
const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
const anyDecimal = fc
  .record({
    sign: fc.constantFrom('', '', '-', '+'),
    whole: digits(18),
    point: fc.constantFrom('.', '.', '', ','),
    decimals: digits(6),
    around: fc.constantFrom('', '', ' ', '\n'),
  })
  .map(
    ({ sign, whole, point, decimals, around }) =>
      `${around}${sign}${whole}${point}${point && decimals}${around}`,
  );

fuzz(
  'a decimal as text',
  fc.tuple(fc.oneof(anyDecimal, oddText), anyCurrency),
  { modest: 2_000 },
  ([text, currency]) => {
    expect({ text, currency, amount: parseDecimal(text, currency) }).toEqual({
      text,
      currency,
      amount: exactly(text, currency),
    });
  },
);

fuzz(
  'a decimal as a number of JSON: what it was written as, or nothing',
  fc.tuple(digits(11), digits(4), anyCurrency),
  { modest: 1_000 },
  ([whole, decimals, currency]) => {
    // With more than 15 digits it is another number from the moment that it is parsed.
    const written = `${whole.replace(/^0+(?=\d)/, '')}.${decimals}`;
    const amount = parseDecimal(JSON.parse(written) as number, currency);
    if (amount !== undefined)
      expect({ written, amount }).toEqual({ written, amount: exactly(written, currency) });
  },
);

fuzz(
  'any number gives whole minor units or nothing',
  fc.tuple(fc.oneof(oddNumber, fc.double()), anyCurrency),
  { modest: 1_000 },
  ([value, currency]) => {
    const amount = parseDecimal(value, currency);
    expect(amount === undefined || (Number.isSafeInteger(amount) && !Object.is(amount, -0))).toBe(true);
  },
);

fuzz(
  'what is written is read as the same',
  fc.tuple(fc.maxSafeInteger(), anyCurrency),
  { modest: 1_000 },
  ([amount, currency]) => {
    const text = formatMoney({ amount, currency });
    if (exponentOf(currency) === undefined) return expect(text).toContain(`${amount}`);
    return expect(parseDecimal(text.slice(0, -4), currency)).toBe(amount);
  },
);

const units = { ms: 1n, s: 1_000n, m: 60_000n, h: 3_600_000n, d: 86_400_000n } as const;
const anyDuration = fc
  .tuple(digits(11), fc.constantFrom(...Object.keys(units), 'w', 'M', 'min', ''))
  .map(([count, unit]) => count + unit);

fuzz('a duration', fc.oneof(anyDuration, oddText), { modest: 1_000 }, (text) => {
  const ms = parseDuration(text);
  const [, count = '', unit] = /^\s*(\d+)(ms|s|m|h|d)\s*$/.exec(text) ?? [];
  const exact = unit ? BigInt(count) * units[unit as keyof typeof units] : undefined;
  if (ms !== undefined) expect(BigInt(ms)).toBe(exact);
  // A digit too many is no number that anybody means, and a hundred years no patience.
  else
    expect(exact === undefined || exact === 0n || count.length > 9 || exact > 36_500n * units.d).toBe(true);
  expect(duration.safeParse(text).success).toBe(ms !== undefined);
});

/** Minor units of a plain decimal, where it has no more decimals than its currency and a double holds it exactly. */
function exactly(text: string, currency: string): number | undefined {
  const exponent = exponentOf(currency);
  const [, sign, whole = '', decimals = ''] = /^(-?)(\d{1,16})(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (exponent === undefined || whole === '') return undefined;
  const scale = 10n ** BigInt(decimals.length);
  const scaled = BigInt(whole + decimals) * 10n ** BigInt(exponent);
  if (scaled % scale !== 0n || scaled / scale > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const amount = Number(scaled / scale);
  return sign && amount > 0 ? -amount : amount;
}
