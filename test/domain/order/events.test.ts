import { announcementOf, eventFor, type Announced } from '../../../src/domain/order/events.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import {
  approvedWith,
  authorization,
  capture,
  hint,
  hour,
  minute,
  orderAfter,
  payout,
  play,
  reading,
  refund,
  says,
  t0,
  terms,
} from '../support.ts';

const told = (...readings: readonly Reading[]) => orderAfter(readings).told;

describe('one event per change', () => {
  test('an order in its ordinary course', () => {
    expect(
      told(
        says.open,
        says.pending,
        says.placed,
        says.partlyCaptured,
        approvedWith(capture('c1', 'approved', 10_000), capture('c2', 'approved', 20_000)),
        approvedWith(
          capture('c1', 'approved', 10_000),
          capture('c2', 'approved', 20_000),
          refund('r1', 'approved', 1),
        ),
        approvedWith(
          capture('c1', 'approved', 10_000),
          capture('c2', 'approved', 20_000),
          refund('r1', 'approved', 1),
          refund('r2', 'approved', 29_999),
        ),
      ),
    ).toEqual([
      'order.pending',
      'order.placed',
      'order.partially_captured',
      'order.captured',
      'order.partially_refunded',
      'order.refunded',
    ]);
  });

  test.each(['pending', 'placed', 'captured', 'refunded', 'rejected', 'cancelled'] as const)(
    '%s is told once, however often it is read',
    (life) => {
      expect(told(says[life], says[life], says[life])).toEqual([`order.${life}`]);
    },
  );

  test('what was missed in between is not told afterwards', () => {
    expect(told(says.pending, says.refunded)).toEqual(['order.pending', 'order.refunded']);
  });

  test('another part that is captured, or given back, is told although the status stays', () => {
    const parts = (...amounts: readonly number[]) =>
      amounts.map((amount, index) => [`${index}`, amount] as const);
    const captured = (...amounts: readonly number[]) =>
      approvedWith(...parts(...amounts).map(([id, amount]) => capture(id, 'approved', amount)));
    expect(told(captured(100), captured(100, 100))).toEqual([
      'order.partially_captured',
      'order.partially_captured',
    ]);
    const refunded = (...amounts: readonly number[]) =>
      approvedWith(capture('c1'), ...parts(...amounts).map(([id, amount]) => refund(id, 'approved', amount)));
    expect(told(refunded(100), refunded(100, 100))).toEqual([
      'order.partially_refunded',
      'order.partially_refunded',
    ]);
  });

  test('money that is only under way is not told', () => {
    expect(told(says.placed, approvedWith(capture('c1', 'pending')))).toEqual(['order.placed']);
  });

  test('a finding beside a change makes no correction of it', () => {
    const played = orderAfter([says.pending, { ...says.placed, flags: [{ code: 'on_hold' }] as const }]);
    expect(played.told.filter((type) => type.startsWith('order.'))).toEqual([
      'order.pending',
      'order.placed',
    ]);
  });

  test('findings are no events', () => {
    expect(told(says.placed, { ...says.placed, unfamiliar: ['odd'], reference: '9' })).toEqual([
      'order.placed',
    ]);
  });

  test('unless they need a person: these escalate with the read that shows them (R2)', () => {
    expect(told(says.placed, { ...says.placed, flags: [{ code: 'on_hold' }] as const })).toEqual([
      'order.placed',
      'escalation.opened',
    ]);
  });

  test('nobody is told that an order was created', () => {
    expect(told(says.absent, says.open)).toEqual([]);
  });

  test('a payout is paid out', () => {
    expect(orderAfter([says.pending, says.placed], { identity: payout }).told).toEqual([
      'order.pending',
      'order.paid_out',
    ]);
  });
});

describe('order.corrected', () => {
  test.each<[string, readonly Reading[]]>([
    ['approved after a rejection', [says.rejected, says.placed]],
    ['rejected after an approval', [says.placed, says.rejected]],
    ['approved after a cancel', [says.cancelled, says.placed]],
    ['paid after it expired', [says.closed, says.placed]],
    ['a capture that is taken back', [says.captured, approvedWith(capture('c1', 'rejected'))]],
    ['a refund that is taken back', [says.refunded, approvedWith(capture('c1'), refund('r1', 'rejected'))]],
  ])('%s', (_, readings) => {
    const played = orderAfter(readings);
    const ofOrder = played.told.filter((type) => type.startsWith('order.'));
    expect(ofOrder).toHaveLength(2);
    expect(ofOrder.at(-1)).toBe('order.corrected');
    expect(played.order.findings.map(({ code }) => code)).toContain('corrected');
  });

  test('a capture of a placed order that is taken back is told as corrected, at once, and to a person (law 8)', () => {
    const played = orderAfter([says.placed, says.captured, approvedWith(capture('c1', 'rejected'))]);
    expect(played.told).toEqual(['order.placed', 'order.captured', 'order.corrected', 'escalation.opened']);
    expect(played.order.escalation?.reasons).toContain('money_taken_back');
  });

  test('says what the order was and what it is', () => {
    const detailOf = (...readings: readonly Reading[]) =>
      orderAfter(readings).order.findings.find(({ code }) => code === 'corrected')?.detail;
    expect(detailOf(says.rejected, says.placed)).toBe('was rejected, the provider says placed');
    expect(detailOf(says.closed, says.placed)).toBe('was expired, the provider says placed');
  });

  test('not after an attempt was declined and the shopper tried again', () => {
    const declined = { ...says.rejected, presence: 'open' as const };
    const paid = reading({
      outcome: 'approved',
      captured: 'full',
      movements: [authorization('a', 'rejected'), authorization('b'), capture('b')],
    });
    expect(orderAfter([declined, paid]).told).toEqual(['order.rejected', 'order.captured']);
  });
});

test('the sequence rises by one with every event, and the event has the time of the read', () => {
  const { events, order } = orderAfter([says.pending, says.placed, says.placed, says.captured]);
  expect(events).toEqual([
    { type: 'order.pending', sequence: 1, at: t0 },
    { type: 'order.placed', sequence: 2, at: t0 + minute },
    { type: 'order.captured', sequence: 3, at: t0 + 3 * minute },
  ]);
  expect(order.sequence).toBe(3);
});

test('the order comes before its escalation', () => {
  const { events } = play({
    world: [
      [0, says.pending],
      [hour, says.placed],
    ],
    hints: [
      [0, hint.payment('pending')],
      [hour, hint.payment('approved')],
    ],
    until: 2 * hour,
  });
  expect(events.map(({ type, sequence }) => [sequence, type])).toEqual([
    [1, 'order.pending'],
    [2, 'escalation.opened'],
    [3, 'order.placed'],
    [4, 'escalation.resolved'],
  ]);
});

describe('reads that flip', () => {
  const flips = (times: number) =>
    Array.from({ length: times }, (_, index) => (index % 2 ? says.rejected : says.placed));

  test('are found at the second turn', () => {
    expect(orderAfter(flips(2)).order.findings.map(({ code }) => code)).toEqual(['corrected']);
    expect(orderAfter(flips(3)).order.findings.map(({ code }) => code)).toEqual(['corrected', 'flapping']);
  });

  test('and are told with the way that they went', () => {
    const { findings } = orderAfter(flips(3)).order;
    expect(findings.find(({ code }) => code === 'flapping')?.detail).toBe('placed, rejected, placed');
  });

  test('a third status in between is told only when two reads agree on it', () => {
    expect(told(...flips(3), says.cancelled)).toEqual(['order.placed', 'order.corrected']);
    expect(told(...flips(3), says.cancelled, says.cancelled)).toEqual([
      'order.placed',
      'order.corrected',
      'order.cancelled',
    ]);
  });

  test('once two agree, the order is like any other', () => {
    expect(orderAfter(flips(3)).state.flapping).toBe(0);
    expect(orderAfter([...flips(3), says.placed]).state).not.toHaveProperty('flapping');
  });

  test('are not found where something else came in between', () => {
    const again = approvedWith(capture('c1', 'rejected'), capture('c2'));
    const { order } = orderAfter([
      says.captured,
      approvedWith(capture('c1', 'rejected')),
      says.cancelled,
      again,
    ]);
    expect(order.status).toBe('captured');
    expect(order.findings.map(({ code }) => code)).not.toContain('flapping');
  });

  test('tell nothing while they flip, however long', () => {
    expect(told(...flips(40))).toEqual(['order.placed', 'order.corrected']);
  });

  test('and in the end what stays', () => {
    const played = orderAfter([...flips(41), says.placed]);
    expect(played.told).toHaveLength(3);
    expect(played.lastTold).toMatchObject({ status: 'placed' });
    expect(played.order.status).toBe('placed');
  });

  test('where what stays is what was told last, there is nothing to tell', () => {
    expect(told(...flips(40), says.rejected)).toEqual(['order.placed', 'order.corrected']);
  });

  test('after reads that flipped, a final status is told within a day', () => {
    const played = play({
      world: [
        [0, says.rejected],
        [hour, says.placed],
        [2 * hour, says.rejected],
      ],
      hints: [
        [0, hint.payment('rejected')],
        [hour, hint.payment('approved')],
        [2 * hour, hint.payment('rejected')],
      ],
      terms,
      until: 26 * hour,
    });
    expect(played.order.status).toBe('rejected');
    expect(played.lastTold).toMatchObject({ status: 'rejected' });
  });

  test('money is counted meanwhile', () => {
    const paid = (status: 'approved' | 'rejected') => approvedWith(capture('c1', status));
    const { order } = orderAfter(
      Array.from({ length: 9 }, (_, index) => paid(index % 2 ? 'rejected' : 'approved')),
    );
    expect(order.amounts.captured).toBe(30_000);
  });
});

test('an announcement has the money that is known, to the letter', () => {
  expect(announcementOf('placed', {})).toStrictEqual({ status: 'placed' });
  expect(announcementOf('captured', { authorized: 5, captured: 0, refunded: 0 })).toStrictEqual({
    status: 'captured',
    captured: 0,
    refunded: 0,
  });
});

test.each<[Announced, Announced, boolean, string | undefined]>([
  [{ status: 'placed' }, { status: 'placed' }, true, undefined],
  [{ status: 'placed' }, { status: 'placed', captured: 0, refunded: 0 }, false, undefined],
  [{ status: 'placed' }, { status: 'captured', captured: 1 }, false, 'order.captured'],
  [{ status: 'captured', captured: 1 }, { status: 'captured', captured: 2 }, false, 'order.captured'],
  [{ status: 'rejected' }, { status: 'placed' }, true, 'order.corrected'],
  [{ status: 'expired' }, { status: 'created' }, false, undefined],
])('from %p to %p (corrected: %p): %p', (before, now, isCorrected, type) => {
  expect(eventFor(before, now, isCorrected)).toBe(type);
});
