import {
  conditionsOf,
  escalationFilters,
  openFor,
  openStates,
  orderFilters,
} from '../../src/orders/filters.ts';

const now = Date.parse('2026-11-24T12:00:00.000Z');

test('each filter of the list of orders is one condition', () => {
  const values = {
    status: 'pending',
    reference: '1000123',
    escalated: true,
    pendingBefore: '2026-11-24T10:00:00+02:00',
  } as const;
  expect(conditionsOf(orderFilters, values, now)).toEqual([
    `OrderStatus = 'pending'`,
    `Reference = '1000123'`,
    `EscalatedAt >= '1970-01-01T00:00:00.000Z'`,
    `PendingSince < '2026-11-24T10:00:00+02:00'`,
  ]);
});

test('each filter of the list of escalations is one condition', () => {
  const values = { reason: 'pending', age: 'under_1h', level: 2, state: 'snoozed' } as const;
  expect(conditionsOf(escalationFilters, values, now)).toEqual([
    `EscalationReason = 'pending'`,
    `EscalatedAt >= '2026-11-24T11:00:00.001Z' AND EscalatedAt < '2026-11-24T12:00:00.001Z'`,
    'EscalationLevel = 2',
    `EscalationState = 'snoozed'`,
  ]);
});

test('false is a value, and a filter without a value is no condition', () => {
  expect(conditionsOf(orderFilters, { escalated: false, status: undefined }, now)).toEqual([
    'EscalatedAt IS NULL',
  ]);
  expect(conditionsOf(escalationFilters, {}, now)).toEqual([]);
});

test('the oldest age has no beginning', () => {
  expect(conditionsOf(escalationFilters, { age: 'over_7d' }, now)).toEqual([
    `EscalatedAt >= '1970-01-01T00:00:00.000Z' AND EscalatedAt < '2026-11-17T12:00:00.001Z'`,
  ]);
});

test('what is asked for beside the filters is no condition', () => {
  const query = { level: 1, cursor: 'abc', accounts: ['acme-se'] };
  expect(conditionsOf(escalationFilters, query, now)).toEqual(['EscalationLevel = 1']);
});

test('resolved escalations are of an age by the last change of their order', () => {
  expect(openFor('under_1h', now, 'ChangedAt')).toBe(
    `ChangedAt >= '2026-11-24T11:00:00.001Z' AND ChangedAt < '2026-11-24T12:00:00.001Z'`,
  );
  expect(openStates).toEqual(['open', 'acknowledged', 'snoozed']);
});
