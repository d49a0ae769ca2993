import { defaultPolicy } from '../../src/domain/policy.ts';
import { openOrder, sameTerms, type OrderState } from '../../src/domain/state.ts';
import { viewOf } from '../../src/domain/view.ts';
import { day, deposit, hint, minute, play, says, sek, t0, terms, throughJson } from './support.ts';

test('a new order is created, knows nothing and has told nobody', () => {
  expect(viewOf(openOrder({ identity: deposit, policy: defaultPolicy }, t0))).toEqual({
    id: deposit.id,
    account: deposit.account,
    provider: deposit.provider,
    kind: 'deposit',
    status: 'created',
    amounts: {},
    unverifiedSince: null,
    findings: [],
    escalation: null,
    sequence: 0,
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:00.000Z',
  });
});

test('a registered one expects what was registered', () => {
  expect(viewOf(openOrder({ identity: deposit, policy: defaultPolicy, terms }, t0))).toMatchObject({
    reference: '1000123',
    amounts: { currency: 'SEK', expected: 30_000 },
  });
});

test('one that opens again is what it was, under the policy of today', () => {
  const { state } = play({ world: [[0, says.refunded]], terms, until: 30 * day });
  const policy = { ...defaultPolicy, closeAfter: minute };
  const again = openOrder({ identity: deposit, policy, carry: throughJson(state) }, t0 + 60 * day);
  expect(again).toEqual({ ...state, policy });
});

test('a state is plain JSON', () => {
  const states: OrderState[] = [];
  play({
    world: [
      [0, says.pending],
      [minute, 'timeout'],
      [day, says.placed],
    ],
    hints: [
      [0, hint.payment('approved')],
      [2 * day, hint.refund('r1')],
    ],
    terms,
    until: 3 * day,
    watch: (state) => states.push(state),
  });
  for (const state of states) expect(throughJson(state)).toStrictEqual(state);
});

test('two registrations are the same when every term is', () => {
  expect(sameTerms(terms, throughJson(terms))).toBe(true);
  for (const other of [
    { ...terms, expected: sek(1) },
    { ...terms, expected: { ...terms.expected, currency: 'EUR' } },
    { ...terms, reference: '2' },
    { expected: terms.expected },
    { ...terms, method: 'invoice' },
  ])
    expect(sameTerms(terms, other)).toBe(false);
});
