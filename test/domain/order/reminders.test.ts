import { reminderOf } from '../../../src/domain/order/reminders.ts';
import type { EscalationView, Order } from '../../../src/domain/order/view.ts';

const at = Date.parse('2026-11-25T08:00:00.000Z');
const every = 1_000;
const resolved = { by: 'ada', at: '2026-11-25T08:00:00.000Z', reason: 'looked into' };

function orderWith(escalation: Partial<EscalationView> | null): Order {
  const whole = {
    level: 2,
    reasons: ['pending'],
    openedAt: resolved.at,
    state: 'resolved',
    owner: null,
    snoozedUntil: null,
    nextLevelAt: null,
    resolved,
    ...escalation,
  };
  return { id: 'acme-se:a', reference: '1000123', escalation: escalation && whole } as Order;
}

const isDue = (from: number, to: number) =>
  reminderOf(orderWith({}), every, { from: at + from, to: at + to }) !== undefined;

test('it says which order, for what, and who resolved it', () => {
  expect(reminderOf(orderWith({}), every, { from: at, to: at + 1_001 })).toEqual({
    id: 'acme-se:a',
    reference: '1000123',
    reasons: ['pending'],
    level: 2,
    resolved,
  });
});

test('it is due once in each span, and four times at most', () => {
  const due = Array.from({ length: 10 }, (_, span) => isDue(span * 500 + 1, span * 500 + 501));
  // At 1 s, 2 s, 3 s and 4 s after the resolve.
  expect(due).toEqual([false, true, false, true, false, true, false, true, false, false]);
});

test('the end of a span belongs to the next one', () => {
  expect([isDue(0, 1_000), isDue(1_000, 1_001)]).toEqual([false, true]);
});

test('a long span gives one', () => {
  expect(isDue(0, 60_000)).toBe(true);
  expect(isDue(4_001, 60_000)).toBe(false);
});

test.each([
  ['an order without an escalation', null],
  ['an open escalation', { state: 'open' }],
] as const)('%s gives none', (_, escalation) => {
  expect(reminderOf(orderWith(escalation), every, { from: at, to: at + 60_000 })).toBeUndefined();
});
