import { codes, needsPerson, type Code } from '../../../src/domain/escalation/codes.ts';
import { reasons } from '../../../src/domain/escalation/reasons.ts';
import { findingCodes } from '../../../src/domain/money/findings.ts';

const all = Object.keys(codes) as Code[];

test('these codes escalate, in this order where several begin at once', () => {
  expect(reasons).toEqual([
    'pending',
    'unverified',
    'unregistered',
    'contradiction',
    'capture_failed',
    'refund_failed',
    'command_unknown',
    'delivery_failed',
    'authorization_expiring',
    'over_captured',
    'over_refunded',
    'double_payment',
  ]);
});

test('these findings need a person', () => {
  expect(findingCodes.filter((code) => needsPerson(code)).toSorted()).toEqual([
    'amount_mismatch',
    'amount_missing',
    'changed_fact',
    'currency_mismatch',
    'double_payment',
    'flapping',
    'on_hold',
    'unknown_status',
  ]);
});

test('a row is marked as a finding where it is one', () => {
  expect(all.filter((code) => codes[code].isFinding).toSorted()).toEqual(findingCodes.toSorted());
});

test.each(all)('%s says what holds and what to do, in sentences', (code) => {
  const { meaning, action } = codes[code];
  for (const text of [meaning, action]) {
    expect(text).toMatch(/^[A-Z].*\.$/);
    // It becomes a cell of a table.
    expect(text).not.toMatch(/[|`\n]/);
  }
  expect(action).not.toBe(meaning);
});
