import { z } from 'zod';
import { duration, durations } from '../../src/config/durations.ts';

test.each([
  ['500ms', 500],
  ['1s', 1_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['180d', 15_552_000_000],
  [' 15m ', 900_000],
])('%s is %i ms', (text, ms) => {
  expect(duration.parse(text)).toBe(ms);
});

test.each([
  '',
  'm',
  '15',
  '15 m',
  '15M',
  '15min',
  '1.5h',
  '-1h',
  '+1h',
  '1h30m',
  '1e3s',
  '0s',
  '0x1m',
  '١m',
  '1w',
  '9999999999d',
])('%j is none', (text) => {
  expect(messagesOf(duration, text)).toEqual(['expected a duration such as 500ms, 15m, 2h or 7d']);
});

test.each([15, null, undefined, true, ['15m'], {}])('%j, which is no text, is none', (value) => {
  expect(duration.safeParse(value).success).toBe(false);
});

test('a list has one duration at least', () => {
  expect(durations({ isRising: false }).parse(['1s'])).toEqual([1_000]);
  expect(messagesOf(durations({ isRising: false }), [])).toEqual(['expected at least one duration']);
});

test('pauses come in any order', () => {
  expect(durations({ isRising: false }).parse(['5m', '1m', '1m'])).toEqual([300_000, 60_000, 60_000]);
});

test('times that count from one beginning rise', () => {
  const rising = durations({ isRising: true });
  expect(rising.parse(['15m', '2h', '1d'])).toEqual([900_000, 7_200_000, 86_400_000]);
  for (const list of [
    ['2h', '15m'],
    ['15m', '15m'],
    ['1h', '2h', '60m'],
  ])
    expect(messagesOf(rising, list)).toEqual(['expected each duration to be longer than the one before']);
});

test('each duration of a list that is none is told by its place', () => {
  const paths = durations({ isRising: true })
    .safeParse(['15m', 'soon', 7])
    .error?.issues.map(({ path }) => path);
  expect(paths).toEqual([[1], [2]]);
});

function messagesOf(schema: z.ZodType, value: unknown): string[] | undefined {
  return schema.safeParse(value).error?.issues.map(({ message }) => message);
}
