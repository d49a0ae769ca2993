import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import type { Fault } from '../../src/domain/alerting/incident.ts';

const second = 1_000;

function setUp() {
  const reports: [string, Fault][] = [];
  const clock = { now: 1_000_000 };
  const breaker = new CircuitBreaker({
    report: (account, fault) => void reports.push([account, fault]),
    now: () => clock.now,
  });
  return { breaker, reports, clock };
}

function fail(breaker: CircuitBreaker, orders: readonly string[]): void {
  for (const order of orders) breaker.record('acme-se', order, 'timeout');
}

test('one order that fails again and again does not open the breaker', () => {
  const { breaker, reports } = setUp();
  fail(breaker, ['a', 'a', 'a', 'b', 'b']);
  expect(breaker.openForMs('acme-se')).toBe(0);
  expect(reports).toEqual([]);
});

test('three failing orders in a row open it, and the fault dates from the first of them', () => {
  const { breaker, reports, clock } = setUp();
  fail(breaker, ['a']);
  const since = clock.now;
  clock.now += 5 * second;
  fail(breaker, ['b', 'c']);
  expect(reports).toEqual([['acme-se', { code: 'provider_unreachable', since }]]);
  expect(breaker.openForMs('acme-se')).toBe(2 * second);
  expect(breaker.faultOf('acme-se')).toBe('provider_unreachable');
});

test('a read that succeeds in between resets the count', () => {
  const { breaker, reports } = setUp();
  fail(breaker, ['a', 'b']);
  breaker.record('acme-se', 'c', undefined);
  fail(breaker, ['d', 'e']);
  expect(reports).toEqual([]);
});

const odd = ['unknown_session', 'malformed', 'refused', 'foreign_session'] as const;

test.each(odd)('one answer such as %s in between resets nothing', (failure) => {
  const { breaker, reports } = setUp();
  fail(breaker, ['a', 'b']);
  breaker.record('acme-se', 'odd', failure);
  fail(breaker, ['c']);
  expect(reports).toHaveLength(1);
  breaker.record('acme-se', 'odd', failure);
  expect(breaker.faultOf('acme-se')).toBe('provider_unreachable');
  breaker.record('acme-se', 'd', undefined);
  expect(breaker.faultOf('acme-se')).toBeUndefined();
});

test.each(odd)('answers of several orders in a row: with %s alone', (failure) => {
  const { breaker } = setUp();
  fail(breaker, ['a', 'b', 'c']);
  for (const order of ['d', 'd', 'd', 'e']) breaker.record('acme-se', order, failure);
  expect(breaker.faultOf('acme-se')).toBe('provider_unreachable');
  // An outage that goes on in between begins their count anew.
  fail(breaker, ['a']);
  for (const order of ['d', 'e']) breaker.record('acme-se', order, failure);
  expect(breaker.faultOf('acme-se')).toBe('provider_unreachable');
  breaker.record('acme-se', 'f', failure);
  const isOwnWord = failure === 'unknown_session' || failure === 'foreign_session';
  expect(breaker.faultOf('acme-se')).toBe(isOwnWord ? undefined : 'provider_unreachable');
});

test('a read that proves nothing never passes in place of one that does', () => {
  const { breaker, clock } = setUp();
  fail(breaker, ['a', 'b', 'c']);
  clock.now += breaker.openForMs('acme-se');
  expect(breaker.openForMs('acme-se', false)).toBeGreaterThan(0);
  expect(breaker.openForMs('acme-se')).toBe(0);
});

test('a rate limit neither opens nor closes it', () => {
  const { breaker } = setUp();
  fail(breaker, ['a', 'b', 'c']);
  breaker.record('acme-se', 'd', 'rate_limited');
  expect(breaker.openForMs('acme-se')).toBeGreaterThan(0);
});

test('refused credentials are reported at once, but one order alone does not open it', () => {
  const { breaker, reports } = setUp();
  breaker.record('acme-se', 'a', 'credentials');
  expect(reports).toEqual([['acme-se', { code: 'credentials_refused', since: 1_000_000 }]]);
  expect(breaker.openForMs('acme-se')).toBe(0);
  breaker.record('acme-se', 'b', 'credentials');
  breaker.record('acme-se', 'c', 'credentials');
  expect(breaker.openForMs('acme-se')).toBeGreaterThan(0);
});

test('one read at a time is let through, at pauses that double up to half a minute', () => {
  const { breaker, clock } = setUp();
  fail(breaker, ['a', 'b', 'c']);
  const pauses: number[] = [];
  for (let probe = 0; probe < 7; probe += 1) {
    const openForMs = breaker.openForMs('acme-se');
    pauses.push(openForMs / second);
    clock.now += openForMs;
    expect(breaker.openForMs('acme-se')).toBe(0);
    // The next one waits, also while the first is under way.
    expect(breaker.openForMs('acme-se')).toBeGreaterThan(0);
    fail(breaker, ['a']);
  }
  expect(pauses).toEqual([2, 2, 4, 8, 16, 30, 30]);
});

test('the fault is reported again every minute, for a desk that did not run before', () => {
  const { breaker, reports, clock } = setUp();
  fail(breaker, ['a', 'b', 'c']);
  clock.now += 59 * second;
  fail(breaker, ['a']);
  expect(reports).toHaveLength(1);
  clock.now += second;
  fail(breaker, ['a']);
  expect(reports).toHaveLength(2);
  expect(reports[1]).toEqual(reports[0]);
});

test('other accounts are not affected', () => {
  const { breaker } = setUp();
  fail(breaker, ['a', 'b', 'c']);
  expect(breaker.openForMs('acme-eu')).toBe(0);
});
