import type { Terms } from '../../../src/domain/money/payment.ts';
import { defaultPolicy } from '../../../src/domain/escalation/policy.ts';
import {
  adoptTerms,
  openOrder,
  sameTerms,
  type OrderStart,
  type OrderState,
} from '../../../src/domain/order/state.ts';
import { viewOf } from '../../../src/domain/order/view.ts';
import { day, deposit, hint, minute, play, says, sek, t0, terms, throughJson } from '../support.ts';

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

test('a new order, to the letter', () => {
  expect(openOrder({ identity: deposit, policy: defaultPolicy }, t0)).toStrictEqual({
    v: 1,
    projection: 0,
    identity: deposit,
    policy: defaultPolicy,
    facts: { presence: 'unseen', movements: {} },
    status: 'created',
    statusSince: t0,
    findings: [],
    createdAt: t0,
    updatedAt: t0,
    sequence: 0,
    announced: { status: 'created' },
    hints: [],
    recentHintIds: [],
    disputes: [],
    lastHintAt: 0,
    lastReadAt: 0,
    failures: 0,
    isReadWanted: false,
    recheckStep: 0,
    waitingSince: t0,
    heldReasons: [],
    timeline: { entries: [], dropped: 0 },
    answeredCommands: [],
  });
});

test('one that opens to be read is read at once, whether it is new or opens again', () => {
  const { state: carry } = play({ world: [[0, says.refunded]], terms, until: 30 * day });
  const start = { identity: deposit, policy: defaultPolicy };
  const isWanted = (more: Partial<OrderStart>) => openOrder({ ...start, ...more }, t0).isReadWanted;
  expect([isWanted({}), isWanted({ isReadWanted: true })]).toEqual([false, true]);
  expect([isWanted({ carry }), isWanted({ carry, isReadWanted: true })]).toEqual([false, true]);
  expect(isWanted({ carry: { ...carry, isReadWanted: true } })).toBe(true);
});

test('registering is told in the timeline, with a reference where there is one', () => {
  const summaryOf = (registered: Terms) =>
    openOrder({ identity: deposit, policy: defaultPolicy, terms: registered }, t0).timeline.entries[0]
      ?.summary;
  expect(summaryOf(terms)).toBe('registered: expects 300.00 SEK, reference 1000123');
  expect(summaryOf({ expected: sek(1) })).toBe('registered: expects 0.01 SEK');
});

test('to register what a hook has begun changes nothing but its terms, unless it was given up', () => {
  const { state } = play({ world: [[0, says.open]], hints: [[0, hint.odd]], until: minute });
  const adopted = adoptTerms(state, terms, t0 + day);
  expect(adopted).toEqual({ ...state, terms, timeline: adopted.timeline });
  const givenUp: OrderState = { ...state, facts: { ...state.facts, lapsed: true } };
  expect(adoptTerms(givenUp, terms, t0 + day)).toStrictEqual({
    ...adopted,
    waitingSince: t0 + day,
    isReadWanted: true,
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
