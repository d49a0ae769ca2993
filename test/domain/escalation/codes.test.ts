import { codes, type Code } from '../../../src/domain/escalation/codes.ts';
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
    'operation_unknown',
    'delivery_failed',
    'authorization_expiring',
    'over_captured',
    'over_refunded',
    'double_payment',
    'amount_mismatch',
    'amount_missing',
    'currency_mismatch',
    'capture_pending',
    'refund_pending',
    'cancel_pending',
    'word_mismatch',
    'unreadable_entry',
    'money_taken_back',
    'chargeback',
    'refund_claimed',
    'unknown_status',
    'on_hold',
  ]);
});

test('these reach level 1 with the read that shows them (R2; an authorization that lapses by law 5)', () => {
  expect(all.filter((code) => codes[code].escalates === 'atOnce').toSorted()).toEqual([
    'amount_mismatch',
    'amount_missing',
    'authorization_expiring',
    'chargeback',
    'currency_mismatch',
    'money_taken_back',
    'on_hold',
    'refund_claimed',
    'unknown_status',
    'unreadable_entry',
    'word_mismatch',
  ]);
});

test('these findings need a person; all of them escalate, and none else that is only a finding (R2)', () => {
  expect(findingCodes.filter((code) => codes[code].needsPerson).toSorted()).toEqual([
    'amount_mismatch',
    'amount_missing',
    'chargeback',
    'currency_mismatch',
    'double_payment',
    'money_taken_back',
    'on_hold',
    'refund_claimed',
    'unknown_status',
    'unreadable_entry',
    'word_mismatch',
  ]);
  expect(all.filter((code) => codes[code].escalates === 'no').toSorted()).toEqual([
    'attempt_lapsed',
    'bad_date',
    'cancelled_after_capture',
    'changed_fact',
    'corrected',
    'flapping',
    'foreign_session',
    'reference_mismatch',
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
