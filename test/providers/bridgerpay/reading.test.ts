import { absent, depositReading, payoutReading } from '../../../src/providers/bridgerpay/reading.ts';
import { depositSchema, payoutListSchema } from '../../../src/providers/bridgerpay/schemas.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';

const response = { code: 200 };
const paid = {
  transaction_id: 't-1',
  psp_order_id: 'g-1',
  merchant_order_id: '640790367',
  amount: '22.96',
  currency: 'EUR',
  payment_method: 'Credit_Card',
  psp_name: 'zen',
  status: 'approved',
};
const money = { amount: 2_296, currency: 'EUR' };

function depositOf(wire: object): Reading {
  const { result } = depositSchema.parse({ response, result: { deposit: wire } });
  return depositReading(result!.deposit!);
}

function payoutsOf(...wires: object[]): Reading {
  return payoutReading(payoutListSchema.parse({ response, result: wires }).result!);
}

test('a deposit that is not there: nobody has paid yet', () => {
  expect(absent).toStrictEqual({ presence: 'absent', movements: [] });
});

describe('a deposit, to the letter', () => {
  const authorization = { kind: 'authorization', id: 't-1', ...money, group: 'g-1' };
  const capture = { kind: 'capture', id: 't-1', ...money, automatic: true };
  const approved = { ...authorization, status: 'approved' };
  const taken = { ...capture, status: 'approved' };

  test.each([
    ['init', {}, []],
    ['in_process', { outcome: 'pending' }, [{ ...authorization, status: 'pending' }]],
    ['pending', { outcome: 'pending' }, [{ ...authorization, status: 'pending' }]],
    [
      'approved_on_hold',
      { outcome: 'pending', flags: ['on_hold'] as const },
      [{ ...authorization, status: 'pending' }],
    ],
    ['authorized', { outcome: 'approved' }, [approved]],
    ['capture_in_progress', { outcome: 'approved' }, [approved, { ...capture, status: 'pending' }]],
    ['approved', { outcome: 'approved' }, [approved, taken]],
    ['partly_refunded', { outcome: 'approved', refunded: 'partial' }, [approved, taken]],
    ['partially_refunded', { outcome: 'approved', refunded: 'partial' }, [approved, taken]],
    ['refunded', { outcome: 'approved', refunded: 'full' }, [approved, taken]],
    ['declined', { outcome: 'rejected' }, [{ ...authorization, status: 'rejected' }]],
    ['voided', { outcome: 'cancelled' }, [{ ...authorization, status: 'cancelled' }]],
    ['cancelled', { outcome: 'cancelled' }, [{ ...authorization, status: 'cancelled' }]],
  ])('that is %s', (status, more, movements) => {
    const told = { presence: 'open', movements, method: 'credit_card', ...more };
    expect(depositOf({ ...paid, status })).toStrictEqual(told);
    expect(depositOf({ ...paid, status: ` ${status.toUpperCase()} ` })).toStrictEqual(told);
  });

  test('that says nothing but its status', () => {
    expect(depositOf({ status: 'approved' })).toStrictEqual({
      presence: 'open',
      outcome: 'approved',
      movements: [
        { kind: 'authorization', id: 'deposit', status: 'approved' },
        { kind: 'capture', id: 'deposit', status: 'approved', automatic: true },
      ],
    });
  });

  test.each([
    ['a word that nobody knows', { status: 'Teleported' }, ['teleported']],
    ['a word that every object has', { status: 'constructor' }, ['constructor']],
    ['no status', { status: null }, ['no status']],
    ['the text "null"', { status: 'null' }, ['no status']],
  ])('of %s moves nothing and names it', (_, told, unknown) => {
    expect(depositOf({ ...paid, ...told })).toStrictEqual({
      presence: 'open',
      movements: [],
      method: 'credit_card',
      unknown,
    });
  });

  test('is paid by its method, else by what carried it out', () => {
    const methodOf = (wire: object) => depositOf({ ...paid, ...wire }).method;
    expect(methodOf({ payment_method: '' })).toBe('zen');
    expect(methodOf({ payment_method: ' ', psp_name: null })).toBeUndefined();
  });
});

describe('an amount that does not fit its currency is told, never rounded', () => {
  test.each([
    [{ amount: '22.965' }, ['amount 22.965 EUR'], { currency: 'EUR' }],
    [{ amount: 22.965 }, ['amount 22.965 EUR'], { currency: 'EUR' }],
    [{ amount: 'much' }, ['amount much EUR'], { currency: 'EUR' }],
    [{ currency: 'XXX' }, ['amount 22.96 XXX'], { currency: 'XXX' }],
    [{ currency: null }, ['amount 22.96'], {}],
    [{ amount: null }, undefined, { currency: 'EUR' }],
    [{ amount: null, currency: '' }, undefined, {}],
    [{ amount: '1.234', currency: 'KWD' }, undefined, { amount: 1_234, currency: 'KWD' }],
    [{ amount: 500, currency: 'JPY' }, undefined, { amount: 500, currency: 'JPY' }],
    [{ amount: '0', currency: 'EUR' }, undefined, { amount: 0, currency: 'EUR' }],
  ])('%j', (told, unknown, parts) => {
    const wire = { ...paid, status: 'authorized', psp_order_id: null, ...told };
    const { movements, ...rest } = depositOf(wire);
    expect(movements).toStrictEqual([{ kind: 'authorization', id: 't-1', status: 'approved', ...parts }]);
    expect(rest.unknown).toEqual(unknown);
    expect(Object.keys(rest).includes('unknown')).toBe(unknown !== undefined);
  });
});

describe('payouts, to the letter', () => {
  const one = { transaction_id: 't-1', id: 'p-1', status: 'Approved', amount: 22.96, currency: 'EUR' };

  test.each([
    ['init', 'pending'],
    ['in_process', 'pending'],
    ['Pending', 'pending'],
    ['authorized', 'pending'],
    ['Approved', 'approved'],
    ['declined', 'rejected'],
  ])('one that is %s', (status, outcome) => {
    expect(payoutsOf({ ...one, status })).toStrictEqual({
      presence: 'open',
      outcome,
      movements: [{ kind: 'authorization', id: 't-1', status: outcome, ...money }],
    });
  });

  test.each([
    ['one is paid', ['declined', 'approved', 'pending'], 'approved'],
    ['one may still be', ['declined', 'pending'], 'pending'],
    ['all were refused', ['declined', 'declined'], 'rejected'],
  ])('several, of which %s', (_, statuses, outcome) => {
    const told = payoutsOf(
      ...statuses.map((status, index) => ({ ...one, transaction_id: `t-${index}`, status })),
    );
    expect(told.outcome).toBe(outcome);
    expect(told.movements).toHaveLength(statuses.length);
  });

  test('of which one says what nobody knows: no outcome, and it is named', () => {
    expect(
      payoutsOf(
        one,
        { ...one, transaction_id: 't-2', status: 'Half' },
        { ...one, transaction_id: 't-3', status: null },
      ),
    ).toStrictEqual({
      presence: 'open',
      movements: [
        { kind: 'authorization', id: 't-1', status: 'approved', ...money },
        { kind: 'authorization', id: 't-2', status: 'pending', ...money },
        { kind: 'authorization', id: 't-3', status: 'pending', ...money },
      ],
      unknown: ['half', 'no status'],
    });
  });

  test("are known by the transaction's id, else by their own, else by their place", () => {
    const { movements } = payoutsOf(one, { ...one, transaction_id: null }, { status: 'Pending' });
    expect(movements.map(({ id }) => id)).toEqual(['t-1', 'p-1', 'payout-2']);
    expect(movements[2]).toStrictEqual({ kind: 'authorization', id: 'payout-2', status: 'pending' });
  });
});
