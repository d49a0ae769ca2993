import {
  absent,
  depositReading,
  payoutReading,
  withAttempts,
} from '../../../src/providers/bridgerpay/reading.ts';
import { depositSchema, payoutListSchema } from '../../../src/providers/bridgerpay/schemas.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import { parseExactly } from '../../../src/providers/exact-json.ts';

const now = Date.UTC(2026, 8, 25, 10);
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
  return depositReading(depositSchema.parse({ response, result: { deposit: wire } }).result!, now);
}

function payoutsOf(...wires: unknown[]): Reading {
  return payoutReading(payoutListSchema.parse({ response, result: wires }).result!, now);
}

test('a deposit that is not there: nobody has paid yet', () => {
  expect(absent).toStrictEqual({ presence: 'absent', movements: [] });
});

describe('a deposit tells its authorization and its capture, or that it has none', () => {
  const common = { id: 't-1', ...money, group: 'g-1' };
  const authorization = (status: string) => ({ kind: 'authorization', status, ...common });
  const capture = (status: string, more: object = { isWhole: true }) => ({
    kind: 'capture',
    status,
    ...common,
    automatic: true,
    ...more,
  });
  const ruledOut = { ruledOut: [{ kind: 'capture', id: 't-1' }] };
  const taken = [authorization('approved'), capture('approved')];
  const takenWith = (refunded: string) => [
    authorization('approved'),
    capture('approved', { isWhole: true, refunded }),
  ];
  const chargeback = { flags: [{ code: 'chargeback', subject: 't-1' }] };

  test.each([
    ['init', ruledOut, []],
    ['in_process', ruledOut, [authorization('pending')]],
    ['pending', ruledOut, [authorization('pending')]],
    [
      'approved_on_hold',
      { ...ruledOut, flags: [{ code: 'on_hold', subject: 't-1' }] },
      [authorization('pending')],
    ],
    ['authorized', ruledOut, [authorization('approved')]],
    ['capture_in_progress', {}, [authorization('approved'), capture('pending', {})]],
    ['approved', {}, taken],
    ['partly_refunded', {}, takenWith('partial')],
    ['partially_refunded', {}, takenWith('partial')],
    ['refunded', {}, takenWith('full')],
    ['chargeback', chargeback, taken],
    ['charged_back', chargeback, taken],
    ['declined', ruledOut, [authorization('rejected')]],
    ['voided', ruledOut, [authorization('cancelled')]],
    ['cancelled', ruledOut, [authorization('cancelled')]],
  ])('that is %s', (status, more, movements) => {
    const told = { presence: 'open', movements, method: 'credit_card', ...more };
    for (const word of [
      status,
      ` ${status.toUpperCase()} `,
      status.replaceAll('_', ' '),
      status.replaceAll('_', '-'),
    ])
      expect(depositOf({ ...paid, status: word })).toStrictEqual(told);
  });

  test('no word about the payment as a whole, so that none outlives the entry it was made from: samples 6 and 7', () => {
    for (const status of ['approved', 'voided', 'capture_in_progress', 'authorized', 'declined'])
      expect(depositOf({ ...paid, status })).not.toHaveProperty('outcome');
    for (const status of ['voided', 'declined', 'authorized'])
      expect(depositOf({ ...paid, status }).ruledOut).toEqual([{ kind: 'capture', id: 't-1' }]);
  });

  test('taken whole, whatever amount it names: samples 10 and 23', () => {
    for (const [amount, minor] of [
      ['0.00', 0],
      ['20.00', 2_000],
      [0, 0],
    ] as const)
      expect(depositOf({ ...paid, amount }).movements).toMatchObject([
        { kind: 'authorization', amount: minor },
        { kind: 'capture', amount: minor, isWhole: true },
      ]);
  });

  test.each([
    ['a word that nobody knows', { status: 'Teleported' }, ['teleported']],
    ['a word that every object has', { status: 'constructor' }, ['constructor']],
    ['a number', { status: 7 }, ['7']],
    ['no status', { status: null }, ['no status']],
    ['the text "null"', { status: 'null' }, ['no status']],
  ])('of %s moves nothing, rules nothing out, and names it', (_, told, unknown) => {
    expect(depositOf({ ...paid, ...told })).toStrictEqual({
      presence: 'open',
      movements: [],
      method: 'credit_card',
      unknown,
    });
  });

  test('whose status cannot be read moves nothing either', () => {
    expect(depositOf({ ...paid, status: { word: 'approved' } })).toStrictEqual({
      presence: 'open',
      movements: [],
      method: 'credit_card',
      unreadable: ['deposit t-1: status'],
    });
  });

  test('is paid by its method, else by what carried it out', () => {
    const methodOf = (wire: object) => depositOf({ ...paid, ...wire }).method;
    expect(methodOf({ payment_method: '' })).toBe('zen');
    expect(methodOf({ payment_method: [], psp_name: 'zen' })).toBe('zen');
    expect(methodOf({ payment_method: ' ', psp_name: null })).toBeUndefined();
  });

  test.each([
    [{ created_at: '2026-09-20 10:00:00' }],
    [{ created_at: 1_789_898_400 }],
    [{ created_at: '1789898400' }],
    [{ created_at: null, processing_date: '2026-09-20T10:00:00.0000000Z' }],
    [{ created_at: 0, processing_date: '2026-09-20T12:00:00+02:00' }],
  ])('was made when %j says', (dates) => {
    const at = Date.UTC(2026, 8, 20, 10);
    expect(depositOf({ ...paid, ...dates }).movements).toMatchObject([{ createdAt: at }, { createdAt: at }]);
  });
});

describe('a deposit under all its names', () => {
  const named = (wire: object) => depositOf({ ...paid, ...wire });

  test('without an id of its own it goes by its group, and has no name: sample 9', () => {
    for (const nothing of [null, undefined, '', ' ', 'null', {}, []])
      expect(named({ transaction_id: nothing }).movements).toMatchObject([
        { kind: 'authorization', id: 'g-1', isUnnamed: true, group: 'g-1' },
        { kind: 'capture', id: 'g-1', isUnnamed: true, group: 'g-1' },
      ]);
  });

  test('without a group either there is one such deposit', () => {
    const { movements, ruledOut } = named({ transaction_id: null, psp_order_id: null, status: 'declined' });
    expect(movements).toStrictEqual([
      { kind: 'authorization', status: 'rejected', id: 'deposit', isUnnamed: true, ...money },
    ]);
    expect(ruledOut).toEqual([{ kind: 'capture', id: 'deposit' }]);
  });

  test("BridgerPay's own id is another name, or the name where it is the only one", () => {
    expect(named({ id: 'own' }).movements).toMatchObject([
      { id: 't-1', aliases: ['own'] },
      { id: 't-1', aliases: ['own'] },
    ]);
    const [only] = named({ id: 'own', transaction_id: null }).movements;
    expect(only).toMatchObject({ id: 'own', group: 'g-1' });
    expect(only).not.toHaveProperty('isUnnamed');
    expect(only).not.toHaveProperty('aliases');
  });

  test('numbers of nineteen digits stay apart: sample 14', () => {
    const idOf = (digits: string) => {
      const answer = parseExactly(
        `{"response":{"code":200},"result":{"deposit":{"transaction_id":${digits},"status":"approved"}}}`,
      );
      return depositReading(depositSchema.parse(answer).result!, now).movements[0]?.id;
    };
    const ids = ['1000000000000000001', '1000000000000000002'];
    expect(ids.map(idOf)).toEqual(ids);
  });
});

describe('an amount that is none, or does not fit its currency, is told, never rounded', () => {
  const named = ['deposit t-1: amount'];
  test.each([
    [{ amount: '22.965' }, named, { currency: 'EUR' }],
    [{ amount: 22.965 }, named, { currency: 'EUR' }],
    [{ amount: 'much' }, named, { currency: 'EUR' }],
    [{ amount: '22,96' }, named, { currency: 'EUR' }],
    [{ amount: '-5.00' }, named, { currency: 'EUR' }],
    [{ amount: -5 }, named, { currency: 'EUR' }],
    [{ amount: 2 ** 60 }, named, { currency: 'EUR' }],
    [{ amount: { value: '22.96' } }, named, { currency: 'EUR' }],
    [{ amount: true }, named, { currency: 'EUR' }],
    [{ amount: ['22.96'] }, named, { currency: 'EUR' }],
    [{ currency: 'XXX' }, named, { currency: 'XXX' }],
    [{ currency: null }, named, {}],
    [{ currency: ['EUR'] }, named, {}],
    [{ amount: null }, undefined, { currency: 'EUR' }],
    [{ amount: [] }, undefined, { currency: 'EUR' }],
    [{ amount: 'null', currency: '' }, undefined, {}],
    [{ amount: ' 22.960 ', currency: 'eur' }, undefined, money],
    [{ amount: '1.234', currency: 'KWD' }, undefined, { amount: 1_234, currency: 'KWD' }],
    [{ amount: 500, currency: 'JPY' }, undefined, { amount: 500, currency: 'JPY' }],
    [{ amount: '500.00', currency: 'JPY' }, undefined, { amount: 500, currency: 'JPY' }],
    [{ amount: '0', currency: 'EUR' }, undefined, { amount: 0, currency: 'EUR' }],
    [{ amount: -0, currency: 'EUR' }, undefined, { amount: 0, currency: 'EUR' }],
  ])('%j', (told, unreadable, parts) => {
    const { movements, ...rest } = depositOf({ ...paid, status: 'authorized', psp_order_id: null, ...told });
    expect(movements).toStrictEqual([{ kind: 'authorization', id: 't-1', status: 'approved', ...parts }]);
    expect(rest.unreadable).toEqual(unreadable);
    expect(rest).not.toHaveProperty('unknown');
  });
});

describe('further attempts, read by their own ids', () => {
  const first = depositOf({ ...paid, status: 'declined' });

  test('stand beside what the read of the order tells', () => {
    const second = depositOf({ ...paid, transaction_id: 't-2', status: 'approved_on_hold', amount: 'much' });
    const third = depositOf({ ...paid, transaction_id: 't-3', status: 'odd' });
    expect(withAttempts(first, [second, third])).toStrictEqual({
      ...first,
      movements: [...first.movements, ...second.movements],
      ruledOut: [
        { kind: 'capture', id: 't-1' },
        { kind: 'capture', id: 't-2' },
      ],
      flags: [{ code: 'on_hold', subject: 't-2' }],
      unknown: ['odd'],
      unreadable: ['deposit t-2: amount'],
    });
  });

  test('do not contradict it about the same movement', () => {
    expect(withAttempts(first, [depositOf(paid)])).toEqual(first);
  });

  test('are a payment, where the order has none', () => {
    const second = depositOf({ ...paid, status: 'in_process' });
    expect(withAttempts(absent, [second])).toMatchObject({ presence: 'open', movements: second.movements });
    expect(withAttempts(absent, [])).toEqual(absent);
  });
});

describe('payouts, to the letter', () => {
  const one = { transaction_id: 't-1', id: 'p-1', status: 'Approved', amount: 22.96, currency: 'EUR' };
  const movement = { kind: 'authorization', id: 't-1', aliases: ['p-1'], ...money };

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
      movements: [{ ...movement, status: outcome }],
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
        { ...movement, status: 'approved' },
        { ...movement, id: 't-2', status: 'pending' },
        { ...movement, id: 't-3', status: 'pending' },
      ],
      unknown: ['half', 'no status'],
    });
  });

  test.each([null, 'p', 7, [], {}, { status: 'Approved', amount: 22.96, currency: 'EUR' }])(
    'beside one that is %j, of which nothing can be known',
    (odd) => {
      const { unreadable, ...told } = payoutsOf(one, odd);
      expect(told).toStrictEqual({
        presence: 'open',
        movements: [
          { ...movement, status: 'approved' },
          { kind: 'authorization', id: 'payout-1', isUnnamed: true, status: 'pending' },
        ],
      });
      expect(unreadable).toEqual([expect.stringMatching(/^payout 1(: id)?$/)]);
    },
  );

  test('one that is listed twice is one; told differently, it is what both agree on, and is named', () => {
    expect(payoutsOf(one, { ...one, amount: '22.960' }).movements).toHaveLength(1);
    expect(payoutsOf(one, { ...one, amount: 1 })).toStrictEqual({
      presence: 'open',
      movements: [
        { kind: 'authorization', id: 't-1', aliases: ['p-1'], status: 'approved', currency: 'EUR' },
      ],
      unreadable: ['payout t-1: told twice, differently'],
    });
  });

  test("are known by the transaction's id, else by their own", () => {
    const { movements } = payoutsOf(one, { ...one, transaction_id: null, id: 7 });
    expect(movements.map(({ id }) => id)).toEqual(['t-1', '7']);
  });

  test.each([
    ['bare', [one]],
    ['in records', { records: [one] }],
    ['numbered', { 3: one }],
    ['numbered in records', { records: { 0: one } }],
  ])('as a list %s', (_, result) => {
    expect(payoutListSchema.parse({ response, result }).result).toHaveLength(1);
  });

  test.each([[[]], [{}], [{ records: [] }], [{ records: {} }]])('none as %j', (result) => {
    expect(payoutListSchema.parse({ response, result }).result).toEqual([]);
  });
});
