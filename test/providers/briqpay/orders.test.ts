import { step } from '../../../src/domain/order/step.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import { defaultPolicy } from '../../../src/domain/escalation/policy.ts';
import { openOrder, type OrderState } from '../../../src/domain/order/state.ts';
import { viewOf, type Order } from '../../../src/domain/order/view.ts';
import { briqpayHooks } from '../../../src/providers/briqpay/index.ts';
import { readingOf } from '../../../src/providers/briqpay/reading.ts';
import { sessionSchema } from '../../../src/providers/briqpay/schemas.ts';
import { hookFixture, sessionFixture, sessionNames, type Fields } from './fixtures.ts';

type Name = (typeof sessionNames)[number];

/** The parts of an answer that these tests change; `unknown` where a provider may send anything. */
interface Wire {
  sessionId: unknown;
  status?: unknown;
  references?: unknown;
  moduleStatus?: { payment?: { orderStatus?: unknown } | null } | null;
  data?: {
    order?: Fields | null;
    transactions?: Fields[] | null;
    captures?: Fields[] | null;
    refunds?: Fields[] | null;
    paymentTags?: unknown;
  };
  captures?: Fields[];
  refunds?: Fields[];
}

const id = '61c16f84-b42e-4e1c-a114-a117a6e1e27d';
const t0 = Date.UTC(2026, 8, 20, 10);

describe('the examples', () => {
  const nothing = {
    authorized: 0,
    captured: 0,
    capturePending: 0,
    refunded: 0,
    refundPending: 0,
    cancelled: 0,
  };
  const terms = { currency: 'SEK', expected: 30_000 };

  test.each<[Name, string, object, string]>([
    ['pending', 'pending', {}, 'invoice'],
    ['approved-not-captured', 'placed', { authorized: 30_000 }, 'invoice'],
    ['captured', 'captured', { authorized: 30_000, captured: 30_000 }, 'card'],
    [
      'partially-refunded',
      'partially_refunded',
      { authorized: 30_000, captured: 30_000, refunded: 12_500 },
      'invoice',
    ],
    ['rejected', 'rejected', {}, 'invoice'],
    ['cancelled', 'cancelled', { authorized: 30_000, cancelled: 30_000 }, 'invoice'],
  ])('%s ends as %s', (name, status, amounts, method) => {
    expect(orderAfter(sessionFixture(name))).toMatchObject({
      status,
      amounts: { ...terms, ...nothing, ...amounts },
      reference: '1000123',
      method,
      findings: [],
    });
  });

  test('one after another are one life, and no step of it is a correction', () => {
    const life: Name[] = ['pending', 'approved-not-captured', 'captured', 'partially-refunded'];
    expect(orderAfter(...life.map(sessionFixture))).toMatchObject({
      status: 'partially_refunded',
      findings: [],
    });
  });

  test('order_approved_not_captured means placed', () => {
    expect(orderAfter(sessionFixture('pending'), sessionFixture('approved-not-captured')).status).toBe(
      'placed',
    );
    // Providers raise the word first: while its transaction is pending, so is the order (R9).
    expect(orderAfter(edited('pending', (wire) => say(wire, 'order_approved_not_captured'))).status).toBe(
      'pending',
    );
  });
});

describe('how far the shopper has come', () => {
  const bare = (status: unknown): Wire => ({ sessionId: id, status });

  test.each(['started', 'modules_in_progress', 'in_progress'])('%s, and nothing yet: created', (status) => {
    expect(orderAfter(bare(status))).toMatchObject({ status: 'created', findings: [] });
  });

  test('completed is not paid', () => {
    expect(orderAfter(bare('completed')).status).toBe('pending');
  });

  test('an expired session without an outcome is expired', () => {
    expect(orderAfter(bare('expired'))).toMatchObject({ status: 'expired', findings: [] });
    expect(orderAfter(bare('started'), bare('expired'))).toMatchObject({ status: 'expired', findings: [] });
  });

  test.each<[Name, string]>([
    ['approved-not-captured', 'placed'],
    ['captured', 'captured'],
    ['rejected', 'rejected'],
  ])('an expired session keeps its outcome: %s', (name, status) => {
    expect(orderAfter(edited(name, (wire) => (wire.status = 'expired'))).status).toBe(status);
  });

  test('a word that nobody knows leaves the session open, and is named', () => {
    const order = orderAfter(bare('teleported'));
    expect(order).toMatchObject({ status: 'created', findings: [{ code: 'unknown_status' }] });
    expect(order.findings[0]?.detail).toContain('teleported');
  });
});

describe('a hook and the session that proves it', () => {
  const orderHook = (status: string) => ({ event: 'order_status', status, sessionId: id });
  const partial = edited('captured', (wire) => say(wire, 'captured_partial'));

  test.each<[string, Fields, unknown]>([
    ['order_pending by order_pending', orderHook('order_pending'), sessionFixture('pending')],
    [
      'approval by order_approved_not_captured',
      hookFixture('order-status'),
      sessionFixture('approved-not-captured'),
    ],
    ['approval by captured_full', hookFixture('order-status'), sessionFixture('captured')],
    ['approval by captured_partial', hookFixture('order-status'), partial],
    ['rejection by order_rejected', orderHook('order_rejected'), sessionFixture('rejected')],
    ['cancellation by order_cancelled', orderHook('order_cancelled'), sessionFixture('cancelled')],
    ['completion by any outcome', hookFixture('session-status'), sessionFixture('pending')],
    ['capture by the entry with its id', hookFixture('capture-status'), sessionFixture('captured')],
    [
      'a capture that was there before',
      hookFixture('capture-status-pre-existing'),
      sessionFixture('captured'),
    ],
    [
      'refund by the entry with its id',
      { ...hookFixture('refund-status'), refundId: 'c4922408-b2ad-45e1-8aae-e245174dad58' },
      sessionFixture('partially-refunded'),
    ],
  ])('%s', (_, hook, session) => {
    expect(dispositionOf(hook, session)).toBe('applied');
  });

  test('an old order_pending is stale by an approved session', () => {
    expect(dispositionOf(orderHook('order_pending'), sessionFixture('approved-not-captured'))).toBe('stale');
  });

  test.each<[string, Fields, unknown, string]>([
    ['an approval', hookFixture('order-status'), sessionFixture('pending'), 'pending'],
    ['a rejection', orderHook('order_rejected'), sessionFixture('captured'), 'captured'],
    ['a cancellation', orderHook('order_cancelled'), sessionFixture('approved-not-captured'), 'placed'],
    [
      'a capture that is not listed',
      hookFixture('capture-status'),
      sessionFixture('approved-not-captured'),
      'placed',
    ],
    ['a refund that is not listed', hookFixture('refund-status'), sessionFixture('captured'), 'captured'],
  ])(
    '%s that the session does not show is not believed, and looked for again',
    (_, hook, session, status) => {
      const state = afterHook(hook, session);
      expect(viewOf(state)).toMatchObject({ status });
      expect(state.hints).toHaveLength(1);
    },
  );

  test('an entry counts by its own status and amount, whatever the hook says of it', () => {
    const wire = edited('captured', (wire) => {
      say(wire, 'order_approved_not_captured');
      Object.assign(first(wire.data?.captures), { status: 'pending', amountIncVat: 20_000 });
    });
    const state = afterHook(hookFixture('capture-status'), wire);
    expect(viewOf(state)).toMatchObject({
      status: 'placed',
      amounts: { captured: 0, capturePending: 20_000 },
    });
  });
});

/** An example with a change; the example itself stays as it is. */
function edited(name: Name, edit: (wire: Wire) => void): Wire {
  const wire = sessionFixture(name) as unknown as Wire;
  edit(wire);
  return wire;
}

function say(wire: Wire, orderStatus: unknown): void {
  wire.moduleStatus = { payment: { orderStatus } };
}

function first(list: Fields[] | null | undefined): Fields {
  const [entry] = list ?? [];
  if (!entry) throw new Error('the example has no such entry');
  return entry;
}

function readingFrom(wire: unknown): Reading {
  return readingOf(sessionSchema.parse(wire), t0);
}

/** A registered order of 300.00 SEK after these reads, one a minute. */
function orderAfter(...wires: readonly unknown[]): Order {
  const state = wires.reduce<OrderState>(
    (known, wire, index) => read(known, wire, t0 + index * 60_000),
    opened(),
  );
  return viewOf(state);
}

function afterHook(fields: Fields, wire: unknown): OrderState {
  const hook = briqpayHooks.parseHook({ fields });
  if (!hook.ok) throw new Error(hook.detail);
  const heard = step(opened(), { type: 'hint', hint: { id: 'h-1', ...hook.hint } }, t0);
  return read(heard.state, wire, t0);
}

function dispositionOf(fields: Fields, wire: unknown): string | undefined {
  return afterHook(fields, wire).timeline.entries.find(({ kind }) => kind === 'hook')?.disposition;
}

function opened(): OrderState {
  const identity = {
    id: `acme-se:${id}`,
    account: 'acme-se',
    provider: 'briqpay',
    kind: 'deposit',
    key: id,
  } as const;
  const terms = { expected: { amount: 30_000, currency: 'SEK' }, reference: '1000123' };
  return openOrder({ identity, policy: defaultPolicy, terms }, t0);
}

function read(state: OrderState, wire: unknown, now: number): OrderState {
  const asked = step(state, { type: 'readStarted' }, now).state;
  const result = { ok: true, reading: readingFrom(wire), attempts: 1 } as const;
  return step(asked, { type: 'readEnded', result, why: 'hook' }, now).state;
}
