import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import type { Fault } from '../../src/domain/alerting/incidents.ts';

const second = 1_000;

function setUp() {
  const told: [string, Fault][] = [];
  const clock = { now: 1_000_000 };
  const outages = new CircuitBreaker({
    report: (account, fault) => void told.push([account, fault]),
    now: () => clock.now,
  });
  return { outages, told, clock };
}

function fail(outages: CircuitBreaker, orders: readonly string[]): void {
  for (const order of orders) outages.note('acme-se', order, 'timeout');
}

test('one order that fails again and again is odd in itself: the account is not left alone', () => {
  const { outages, told } = setUp();
  fail(outages, ['a', 'a', 'a', 'b', 'b']);
  expect(outages.openForMs('acme-se')).toBe(0);
  expect(told).toEqual([]);
});

test('three orders in a row make an outage, since the first of them', () => {
  const { outages, told, clock } = setUp();
  fail(outages, ['a']);
  const since = clock.now;
  clock.now += 5 * second;
  fail(outages, ['b', 'c']);
  expect(told).toEqual([['acme-se', { code: 'provider_unreachable', since }]]);
  expect(outages.openForMs('acme-se')).toBe(2 * second);
  expect(outages.faultOf('acme-se')).toBe('provider_unreachable');
});

test('a read that succeeds in between begins the count anew', () => {
  const { outages, told } = setUp();
  fail(outages, ['a', 'b']);
  outages.note('acme-se', 'c', undefined);
  fail(outages, ['d', 'e']);
  expect(told).toEqual([]);
});

test.each(['unknown_session', 'malformed', 'refused', 'foreign_session'] as const)(
  'an answer such as %s shows that the account answers',
  (failure) => {
    const { outages } = setUp();
    fail(outages, ['a', 'b', 'c']);
    outages.note('acme-se', 'd', failure);
    expect(outages.openForMs('acme-se')).toBe(0);
  },
);

test('a provider that asks for patience is neither down nor well', () => {
  const { outages } = setUp();
  fail(outages, ['a', 'b', 'c']);
  outages.note('acme-se', 'd', 'rate_limited');
  expect(outages.openForMs('acme-se')).toBeGreaterThan(0);
});

test('refused credentials are told at once, but one order alone does not hold up the others', () => {
  const { outages, told } = setUp();
  outages.note('acme-se', 'a', 'credentials');
  expect(told).toEqual([['acme-se', { code: 'credentials_refused', since: 1_000_000 }]]);
  expect(outages.openForMs('acme-se')).toBe(0);
  outages.note('acme-se', 'b', 'credentials');
  outages.note('acme-se', 'c', 'credentials');
  expect(outages.openForMs('acme-se')).toBeGreaterThan(0);
});

test('one read at a time is let through, at pauses that double up to half a minute', () => {
  const { outages, clock } = setUp();
  fail(outages, ['a', 'b', 'c']);
  const pauses: number[] = [];
  for (let probe = 0; probe < 7; probe += 1) {
    const holdMs = outages.openForMs('acme-se');
    pauses.push(holdMs / second);
    clock.now += holdMs;
    expect(outages.openForMs('acme-se')).toBe(0);
    // The next one waits, also while the first is under way.
    expect(outages.openForMs('acme-se')).toBeGreaterThan(0);
    fail(outages, ['a']);
  }
  expect(pauses).toEqual([2, 2, 4, 8, 16, 30, 30]);
});

test('the outage is told again every minute, for a desk that was not there', () => {
  const { outages, told, clock } = setUp();
  fail(outages, ['a', 'b', 'c']);
  clock.now += 59 * second;
  fail(outages, ['a']);
  expect(told).toHaveLength(1);
  clock.now += second;
  fail(outages, ['a']);
  expect(told).toHaveLength(2);
  expect(told[1]).toEqual(told[0]);
});

test('the account next door is not concerned', () => {
  const { outages } = setUp();
  fail(outages, ['a', 'b', 'c']);
  expect(outages.openForMs('acme-eu')).toBe(0);
});
