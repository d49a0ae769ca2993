import { parseDuration } from '../../../src/domain/escalation/durations.ts';
import { day, hour, minute } from '../support.ts';

test.each([
  ['500ms', 500],
  ['2s', 2_000],
  ['15m', 15 * minute],
  ['2h', 2 * hour],
  ['180d', 180 * day],
  [' 7d\n', 7 * day],
])('%s is %i milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '15', 'm', '0s', '-1s', '1.5h', '1h30m', '1 h', '1H', '1w', 'P1D', '１h', '9999999999d'])(
  '%p is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
