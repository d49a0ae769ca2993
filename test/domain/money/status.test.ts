import { amountsOf } from '../../../src/domain/money/amounts.ts';
import { noFacts, type Facts, type Movement, type Reading } from '../../../src/domain/money/payment.ts';
import { graph, isFinal, statusOf, statuses, type Status } from '../../../src/domain/money/status.ts';
import {
  approvedWith,
  authorization,
  capture,
  factsFrom,
  reading,
  refund,
  says,
  unpriced,
} from '../support.ts';

const statusAfter = (...readings: readonly Reading[]) => statusOf(factsFrom(...readings), 'deposit');

test.each<[Status, Reading]>([
  ['created', says.absent],
  ['created', says.open],
  ['expired', says.closed],
  ['pending', says.pending],
  ['placed', says.placed],
  ['rejected', says.rejected],
  ['cancelled', says.cancelled],
  ['partially_captured', says.partlyCaptured],
  ['captured', says.captured],
  ['partially_refunded', says.partlyRefunded],
  ['refunded', says.refunded],
])('%s', (status, told) => {
  expect(statusAfter(told)).toBe(status);
});

test('before the first read an order is created', () => {
  expect(statusOf(noFacts, 'deposit')).toBe('created');
});

describe('the first match wins', () => {
  test.each<[Status, string, Reading]>([
    ['refunded', 'a cancel', { ...says.refunded, outcome: 'cancelled' }],
    ['partially_refunded', 'captured in full', { ...says.partlyRefunded, captured: 'full' }],
    ['captured', 'a cancel', { ...says.captured, outcome: 'cancelled' }],
    ['captured', 'a rejection', { ...says.captured, outcome: 'rejected' }],
    ['partially_captured', 'a rejection', { ...says.partlyCaptured, outcome: 'rejected' }],
    ['pending', 'a closed session', { ...says.pending, presence: 'closed' }],
  ])('%s before %s', (status, _, told) => {
    expect(statusAfter(told)).toBe(status);
  });
});

describe('captures', () => {
  test('one minor unit short of the authorization is a part', () => {
    expect(statusAfter(approvedWith(capture('c1', 'approved', 29_999)))).toBe('partially_captured');
    expect(statusAfter(approvedWith(capture('c1', 'approved', 29_999), capture('c2', 'approved', 1)))).toBe(
      'captured',
    );
  });

  test('the word of the provider is enough where it lists no captures; entries come before it', () => {
    const short = approvedWith(capture('c1', 'approved', 29_999));
    expect(statusAfter({ ...short, captured: 'full' })).toBe('partially_captured');
    expect(statusAfter({ ...approvedWith(), captured: 'full' })).toBe('captured');
    expect(statusAfter({ ...approvedWith(), captured: 'partial' })).toBe('partially_captured');
  });

  test('an attempt that was given up does not keep a full capture from being full', () => {
    const told = reading({
      outcome: 'approved',
      movements: [authorization('given-up', 'cancelled'), authorization('paid'), capture('c1')],
    });
    expect(statusAfter(told)).toBe('captured');
  });

  test('a part, and the rest cancelled, is captured', () => {
    expect(statusAfter(says.partlyCaptured, says.cancelled)).toBe('captured');
  });

  test('and so it is where the provider goes on to say approved, and cancels the authorization', () => {
    const told = reading({
      outcome: 'approved',
      movements: [authorization('a', 'cancelled'), capture('c1', 'approved', 10_000)],
    });
    expect(statusAfter(told)).toBe('captured');
    expect(amountsOf(factsFrom(told))).toMatchObject({
      authorized: 30_000,
      captured: 10_000,
      cancelled: 20_000,
    });
  });

  test('pending and rejected captures take nothing', () => {
    expect(statusAfter(approvedWith(capture('c1', 'pending'), capture('c2', 'rejected')))).toBe('placed');
  });

  test('money in another currency than the session has is no capture', () => {
    const { currency: _, ...bare } = capture('c1', 'approved', 100);
    expect(statusAfter(approvedWith({ ...bare, currency: 'EUR' }))).toBe('placed');
    expect(statusAfter(approvedWith(bare))).toBe('partially_captured');
  });

  test('one of nothing takes nothing, and one beside no authorization is a part of nobody knows what', () => {
    expect(statusAfter(approvedWith(capture('c1', 'approved', 0)))).toBe('placed');
    expect(statusAfter(reading({ outcome: 'approved', movements: [capture('c1', 'approved', 100)] }))).toBe(
      'partially_captured',
    );
  });

  test('a capture of unknown amount is a part, until the provider says that it is all', () => {
    const unknown = approvedWith(unpriced(capture('c1')));
    expect(statusAfter(unknown)).toBe('partially_captured');
    expect(statusAfter({ ...unknown, captured: 'full' })).toBe('captured');
  });

  test('one before the approval counts: captured money is captured', () => {
    const { outcome: _, ...early } = says.captured;
    expect(statusAfter(early)).toBe('captured');
    expect(statusAfter(early, says.pending)).toBe('captured');
  });

  test('the highest authorization is what a full capture is measured by', () => {
    const told = (amount: number, ...captures: readonly Movement[]) =>
      reading({ outcome: 'approved', movements: [authorization('a', 'approved', amount), ...captures] });
    const taken = capture('c1', 'approved', 20_000);
    expect(statusAfter(told(20_000, taken))).toBe('captured');
    expect(statusAfter(told(30_000), told(20_000, taken))).toBe('partially_captured');
  });
});

describe('refunds', () => {
  test('parts that sum to what was captured are refunded, a unit less is in part', () => {
    const parts = (last: number) =>
      approvedWith(capture('c1'), refund('r1', 'approved', 20_000), refund('r2', 'approved', last));
    expect(statusAfter(parts(10_000))).toBe('refunded');
    expect(statusAfter(parts(9_999))).toBe('partially_refunded');
  });

  test('a partly captured order whose captures are given back is refunded in part while more can be captured', () => {
    const told = approvedWith(capture('c1', 'approved', 10_000), refund('r1', 'approved', 10_000));
    expect(statusAfter(told)).toBe('partially_refunded');
    expect(statusAfter({ ...told, outcome: 'cancelled' })).toBe('refunded');
  });

  test('the word of the provider is enough, without an entry', () => {
    const word = (refunded: 'partial' | 'full') => approvedWith({ ...capture('c1'), refunded });
    expect(statusAfter(word('partial'))).toBe('partially_refunded');
    expect(statusAfter(word('full'))).toBe('refunded');
  });

  test('one of nothing gives nothing back; one of what was never captured is not the whole', () => {
    expect(statusAfter(approvedWith(capture('c1'), refund('r1', 'approved', 0)))).toBe('captured');
    expect(statusAfter(approvedWith(refund('r1', 'approved', 1)))).toBe('partially_refunded');
  });

  test('pending and rejected refunds give nothing back', () => {
    expect(statusAfter(approvedWith(capture('c1'), refund('r1', 'pending'), refund('r2', 'rejected')))).toBe(
      'captured',
    );
  });
});

test.each<[Status, Reading]>([
  ['created', says.absent],
  ['pending', says.pending],
  ['paid_out', says.placed],
  ['rejected', says.rejected],
  ['rejected', says.cancelled],
])('a payout is %s', (status, told) => {
  expect(statusOf(factsFrom(told), 'payout')).toBe(status);
});

test('a payment that nobody made in time has expired, until there is an outcome', () => {
  const lapsed: Facts = { ...factsFrom(says.open), lapsed: true };
  expect(statusOf(lapsed, 'deposit')).toBe('expired');
  expect(statusOf({ ...lapsed, outcome: 'pending' }, 'deposit')).toBe('pending');
});

test('a word that is not understood does not make a completed session expire: there may be an outcome in it', () => {
  expect(statusAfter(reading({ unknown: ['approved_ish'] }))).toBe('created');
});

describe('the graph', () => {
  test('final are refunded, rejected, cancelled, expired and paid_out', () => {
    expect(statuses.filter(isFinal)).toEqual(['refunded', 'rejected', 'cancelled', 'expired', 'paid_out']);
  });

  test('nothing leaves a final status in the ordinary course, and everything leads to one', () => {
    const leadsToFinal = (status: Status, seen: readonly Status[] = []): boolean =>
      isFinal(status) ||
      graph[status].some((next) => !seen.includes(next) && leadsToFinal(next, [...seen, status]));
    for (const status of statuses) {
      if (isFinal(status)) expect(graph[status]).toEqual([]);
      expect(leadsToFinal(status)).toBe(true);
    }
  });

  test('never goes round', () => {
    const reaches = (from: Status, to: Status): boolean =>
      graph[from].some((next) => next === to || reaches(next, to));
    for (const status of statuses) expect(reaches(status, status)).toBe(false);
  });
});
