import { readdirSync, readFileSync } from 'node:fs';
import {
  comparisonsOf,
  endedOrders,
  equals,
  hasText,
  isCalled,
  isOfAccounts,
  openDesks,
  openOrdersWhere,
  ordersWhere,
} from '../../src/orders/visibility.ts';

test('no other file of src has a visibility query, but for the one that asks whether the attributes are there', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  const query =
    /(WorkflowType|ExecutionStatus|WorkflowId|RunId|OrderStatus|EscalatedAt|PendingSince) (=|!=|<|>=|IN|IS)|IS NOT NULL/;
  const withQuery = sources.filter((path) => query.test(readFileSync(`src/${path}`, 'utf8')));
  expect(withQuery).toEqual(['orders/visibility.ts', 'temporal/prepare.ts']);
});

test('queries are a type of workflow and conditions', () => {
  expect(ordersWhere()).toBe(`WorkflowType = 'paymentOrder' AND ExecutionStatus != 'ContinuedAsNew'`);
  expect(openOrdersWhere(equals('EscalationLevel', 2))).toBe(
    `WorkflowType = 'paymentOrder' AND ExecutionStatus = 'Running' AND EscalationLevel = 2`,
  );
  expect(openDesks()).toBe(`WorkflowType = 'alertDesk' AND ExecutionStatus = 'Running'`);
  expect(comparisonsOf('acme-se')).toBe(
    `WorkflowType = 'driftReport' AND WorkflowId STARTS_WITH 'drift/acme-se-'`,
  );
  expect(endedOrders('acme-se', 0)).toBe(
    `WorkflowType = 'paymentOrder' AND Account = 'acme-se' AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled') AND CloseTime > '1970-01-01T00:00:00.000Z'`,
  );
});

test('every account is no condition', () => {
  expect(isOfAccounts(undefined)).toEqual([]);
  expect(isOfAccounts(['a', 'b'])).toEqual([`Account IN ('a', 'b')`]);
});

test('text stays inside its quotes', () => {
  expect(equals('Provider', `a' OR 'b`)).toBe(String.raw`Provider = 'a\' OR \'b'`);
  expect(equals('Provider', 'a\\')).toBe(String.raw`Provider = 'a\\'`);
});

test('a reference is stored, and searched for, without quotes and backslashes', () => {
  expect(hasText('Reference', `o'hara\\`)).toBe(`Reference = 'o%27hara%5c'`);
  expect(isCalled(['acme-se:x', `o'hara`], `o'hara`)).toBe(
    String.raw`(WorkflowId IN ('acme-se:x', 'o\'hara') OR Reference = 'o%27hara')`,
  );
});
