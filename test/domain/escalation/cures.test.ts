import type { Reading } from '../../../src/domain/money/payment.ts';
import {
  approvedWith,
  capture,
  hint,
  hour,
  minute,
  play,
  refund,
  says,
  terms,
  unpriced,
  type Played,
} from '../support.ts';

const no = 'rejected';
const part = 10_000;

/** The provider says one thing after another, an hour apart, each with a hook that brings its read. */
function told(...readings: readonly Reading[]): Played {
  const world = readings.map((one, index) => [index * hour, one] as const);
  const hints = world.map(([at]) => [at, hint.change] as const);
  return play({ world, hints, terms, until: (readings.length - 1) * hour + 20 * minute });
}

const failuresOf = ({ state }: Played) =>
  state.heldReasons
    .filter(({ code }) => code.endsWith('_failed'))
    .map(({ code, subject }) => [code, subject]);

describe('a capture that failed is cured by', () => {
  const failed = approvedWith(capture('c1', no, part));

  test.each<[string, Reading]>([
    ['another of the same sum', approvedWith(capture('c1', no, part), capture('c2', 'approved', part))],
    [
      'a capture in full, by whatever sums',
      approvedWith(
        capture('c1', no, part),
        capture('c2', 'approved', 12_000),
        capture('c3', 'approved', 18_000),
      ),
    ],
    [
      'a cancel of the order',
      { ...says.cancelled, movements: [...says.cancelled.movements, capture('c1', no, part)] },
    ],
  ])('%s', (_, then) => {
    expect(failuresOf(told(failed))).toEqual([['capture_failed', 'c1']]);
    const played = told(failed, then);
    expect(failuresOf(played)).toEqual([]);
    expect(played.order.escalation).toBeNull();
    expect(played.told.filter((type) => type.startsWith('escalation'))).toEqual([
      'escalation.opened',
      'escalation.resolved',
    ]);
  });

  test.each<[string, Reading]>([
    ['one of another sum', approvedWith(capture('c1', no, part), capture('c2', 'approved', 9_999))],
    ['one under way', approvedWith(capture('c1', no, part), capture('c2', 'pending', part))],
    ['one without a sum', approvedWith(unpriced(capture('c1', no)), unpriced(capture('c2')))],
  ])('not by %s', (_, then) => {
    expect(failuresOf(told(then))).toEqual([['capture_failed', 'c1']]);
  });

  test('not by a success before it', () => {
    const before = capture('c0', 'approved', part);
    expect(failuresOf(told(approvedWith(before), approvedWith(before, capture('c1', no, part))))).toEqual([
      ['capture_failed', 'c1'],
    ]);
  });

  test('once for each success', () => {
    const twice = [capture('c1', no, part), capture('c2', no, part)];
    expect(failuresOf(told(approvedWith(...twice)))).toHaveLength(2);
    expect(failuresOf(told(approvedWith(...twice, capture('c3', 'approved', part))))).toHaveLength(1);
    const both = [capture('c3', 'approved', part), capture('c4', 'approved', part)];
    expect(failuresOf(told(approvedWith(...twice, ...both)))).toEqual([]);
  });
});

describe('a refund that failed is cured by', () => {
  const failed = [capture('c1'), refund('f1', no, part)];

  test.each<[string, Reading]>([
    ['another of the same sum (law 6)', approvedWith(...failed, refund('f2', 'approved', part))],
    ['a refund of everything', approvedWith(...failed, refund('f2'))],
  ])('%s', (_, then) => {
    const played = told(approvedWith(...failed), then);
    expect(failuresOf(told(approvedWith(...failed)))).toEqual([['refund_failed', 'f1']]);
    expect(failuresOf(played)).toEqual([]);
    expect(played.told.at(-1)).toBe('escalation.resolved');
  });

  test('not by one of another sum, and once for each success', () => {
    expect(failuresOf(told(approvedWith(...failed, refund('f2', 'approved', 9_999))))).toEqual([
      ['refund_failed', 'f1'],
    ]);
    const twice = [...failed, refund('f2', no, part), refund('f3', 'approved', part)];
    expect(failuresOf(told(approvedWith(...twice)))).toEqual([['refund_failed', 'f2']]);
  });
});

test('a failed capture does not count for refunds, nor the other way round', () => {
  const played = told(
    approvedWith(
      capture('c1', no, part),
      refund('f1', no, part),
      capture('c2', 'approved', part - 1),
      refund('f2', 'approved', part - 1),
    ),
  );
  expect(failuresOf(played)).toEqual([
    ['capture_failed', 'c1'],
    ['refund_failed', 'f1'],
  ]);
});
