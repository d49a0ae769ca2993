import fc from 'fast-check';
import { parseDate, parseTime } from '../../src/providers/dates.ts';

const now = Date.UTC(2026, 8, 25, 10);
const tenYears = 3_652.5 * 86_400_000;
const at = Date.UTC(2020, 7, 4, 10, 31, 20);

describe('one moment, however it is written', () => {
  test.each([
    '2020-08-04T10:31:20Z',
    '2020-08-04T10:31:20.000Z',
    '2020-08-04T10:31:20.0000000Z',
    '2020-08-04T10:31:20,0Z',
    '2020-08-04 10:31:20',
    '2020-08-04  10:31:20',
    '2020-08-04T10:31:20',
    ' 2020-08-04 10:31:20 ',
    '2020-08-04 10:31:20 UTC',
    '2020-08-04 10:31:20 gmt',
    '2020-08-04t10:31:20z',
    '2020-08-04T12:31:20+02:00',
    '2020-08-04T12:31:20+0200',
    '2020-08-04 12:31:20+02',
    '2020-08-04T05:01:20-05:30',
    '2020-08-05T00:31:20+14:00',
    1_596_537_080,
    1_596_537_080_000,
    1_596_537_080.0004,
    '1596537080',
    '1596537080000',
    '1596537080.0',
    ' 1596537080 ',
  ])('%j', (written) => {
    expect(parseDate(written, now)).toBe(at);
  });

  test.each([
    ['2020-08-04', Date.UTC(2020, 7, 4)],
    ['2020-08-04 10:31', Date.UTC(2020, 7, 4, 10, 31)],
    ['2020-08-04T10:31:20.47Z', at + 470],
    ['2020-08-04T10:31:20.3921711Z', at + 392],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    [1_596_537_080.5, at + 500],
  ])('%j', (written, time) => {
    expect(parseDate(written, now)).toBe(time);
  });
});

describe('what is no date', () => {
  test.each([
    '',
    ' ',
    'soon',
    'null',
    '0000-00-00 00:00:00',
    '2026-02-30T10:00:00Z',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-01T24:00:00Z',
    '2026-01-01T10:60:00Z',
    '2026-01-01T10:00:60Z',
    '2026-01-01T10:00:00+15:00',
    '2026-01-01T10:00:00+02:60',
    '2026-01-01T10:00:00 CET',
    '01/02/2026',
    '20260104',
    '+275760-09-13T00:00:00.000Z',
    '2026-01-01T10:00:00Z; DROP TABLE',
    '1e9',
    '0x5f293bb8',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    {},
    [],
    [1_596_537_080],
    { date: '2020-08-04' },
  ])('%j', (written) => {
    expect(parseDate(written, now)).toBeUndefined();
  });
});

describe('ten years around now', () => {
  test.each([
    ['1970-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z'],
    ['2036-12-01'],
    ['2016-01-01'],
    [0],
    [-1],
    ['0'],
    [253_402_300_799],
    [4_102_444_800_000],
  ])('%j is outside', (written) => {
    expect(parseDate(written, now)).toBeUndefined();
  });

  test('to the millisecond', () => {
    const shown = (time: number) => parseDate(new Date(time).toISOString(), now);
    for (const edge of [now - tenYears, now + tenYears]) {
      const outside = edge < now ? edge - 1 : edge + 1;
      expect([shown(edge), shown(outside)]).toEqual([edge, undefined]);
    }
  });

  test('are no limit where there is no now: what a notification is known by', () => {
    expect(parseTime('1970-01-01 00:00:05')).toBe(5_000);
    expect(parseTime(5)).toBe(5_000);
  });
});

test('each moment of the years in question is read from all its spellings, in any zone of this machine', () => {
  fc.assert(
    fc.property(fc.integer({ min: now - tenYears, max: now + tenYears }), (time) => {
      const iso = new Date(time).toISOString();
      const spellings = [
        iso,
        iso.slice(0, -1),
        iso.replace('T', ' '),
        iso.replace('Z', '+00:00'),
        time,
        `${time}`,
      ];
      expect(spellings.map((one) => parseDate(one, now))).toEqual(spellings.map(() => time));
      const second = Math.trunc(time / 1_000);
      expect([parseDate(second, now), parseDate(`${second}`, now)]).toEqual(
        Math.abs(second * 1_000 - now) <= tenYears
          ? [second * 1_000, second * 1_000]
          : [undefined, undefined],
      );
    }),
  );
});
