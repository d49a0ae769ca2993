import fc from 'fast-check';
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
const captureId = 'a3811397-a1fc-44f0-99fd-d134063c9c47';
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
    expect(orderAfter(edited('pending', (wire) => say(wire, 'order_approved_not_captured'))).status).toBe(
      'placed',
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

describe('the order status', () => {
  test.each([
    ['order_pending', 'pending'],
    ['order_approved_not_captured', 'placed'],
    ['order_rejected', 'rejected'],
    ['order_cancelled', 'cancelled'],
    ['captured_full', 'captured'],
    ['captured_partial', 'partially_captured'],
  ])('%s is %s, also where the session lists nothing', (word, status) => {
    const wire = edited('pending', (wire) => {
      say(wire, word);
      wire.data!.transactions = [];
    });
    expect(orderAfter(wire).status).toBe(status);
  });

  test('captured_full stands although the listed captures are a few minor units short', () => {
    const short = edited('captured', (wire) => (first(wire.data?.captures)['amountIncVat'] = 29_999));
    expect(orderAfter(short)).toMatchObject({ status: 'captured', amounts: { captured: 29_999 } });
  });

  test('captured_partial with a smaller sum', () => {
    const part = edited('captured', (wire) => {
      say(wire, 'captured_partial');
      first(wire.data?.captures)['amountIncVat'] = 10_000;
    });
    expect(orderAfter(part)).toMatchObject({ status: 'partially_captured', amounts: { captured: 10_000 } });
  });

  test('after refunds says nothing of them: they count by their own entries', () => {
    const all = edited('partially-refunded', (wire) => (first(wire.data?.refunds)['amountIncVat'] = 30_000));
    expect(orderAfter(all)).toMatchObject({ status: 'refunded', amounts: { refunded: 30_000 } });
  });

  test('captured money is not unsaid by order_cancelled or order_rejected', () => {
    for (const word of ['order_cancelled', 'order_rejected']) {
      const wire = edited('captured', (wire) => say(wire, word));
      expect(orderAfter(wire)).toMatchObject({ status: 'captured', amounts: { captured: 30_000 } });
    }
  });

  test.each(['order_teleported', 'approved_on_hold', 'refunded_full', 'constructor', ''])(
    '"%s" moves nothing that is known, and is named',
    (word) => {
      const odd = edited('approved-not-captured', (wire) => say(wire, word));
      const order = orderAfter(sessionFixture('approved-not-captured'), odd);
      expect(order).toMatchObject({ status: 'placed', findings: [{ code: 'unknown_status' }] });
      expect(order.findings[0]?.detail).toContain(word);
    },
  );

  test.each(['order_teleported', 'approved_on_hold'])(
    '"%s" in the first read moves nothing: the order is as created as before',
    (word) => {
      const odd = edited('approved-not-captured', (wire) => say(wire, word));
      expect(orderAfter(odd)).toMatchObject({ status: 'created', findings: [{ code: 'unknown_status' }] });
    },
  );

  test('a word that nobody knows after refunds leaves them counted', () => {
    const odd = edited('partially-refunded', (wire) => say(wire, 'refunded_partial'));
    expect(orderAfter(odd)).toMatchObject({ status: 'partially_refunded', amounts: { refunded: 12_500 } });
  });
});

describe('a session that names no order status', () => {
  const silent = (...statuses: unknown[]) =>
    edited('pending', (wire) => {
      wire.moduleStatus = { payment: { orderStatus: null } };
      const [transaction] = wire.data!.transactions!;
      wire.data!.transactions = statuses.map((status, index) => ({
        ...transaction,
        transactionId: `t-${index}`,
        status,
      }));
    });

  test.each([
    ['approved', ['approved'], 'placed'],
    ['rejected', ['rejected'], 'rejected'],
    ['cancelled', ['cancelled'], 'cancelled'],
    ['pending', ['pending'], 'pending'],
    ['rejected, then approved', ['rejected', 'approved'], 'placed'],
    ['approved, then rejected', ['approved', 'rejected'], 'placed'],
    ['rejected, then pending', ['rejected', 'pending'], 'pending'],
    ['rejected twice', ['rejected', 'rejected'], 'rejected'],
  ])('is what its transactions agree on: %s', (_, statuses, status) => {
    expect(orderAfter(silent(...statuses)).status).toBe(status);
    expect(orderAfter(silent(...statuses.toReversed())).status).toBe(status);
  });

  test('has no outcome by a transaction in a status that nobody knows', () => {
    const reading = readingFrom(silent('approved_on_hold'));
    expect(reading).toMatchObject({ unknown: [expect.stringContaining('approved_on_hold')] });
    expect(reading).not.toHaveProperty('outcome');
  });
});

describe('several transactions', () => {
  const several = (...entries: Fields[]) =>
    edited('approved-not-captured', (wire) => {
      const [given] = wire.data!.transactions!;
      wire.data!.transactions = entries.map((entry, index) => ({
        ...given,
        transactionId: `t-${index}`,
        createdAt: `2026-09-20T10:0${index}:00.000Z`,
        ...entry,
      }));
    });
  const declined = { status: 'rejected', pspDisplayName: 'Card' };
  const accepted = { status: 'approved', pspDisplayName: 'Invoice', expiresAt: '2026-10-20T10:00:00.000Z' };

  test('the approved one pays, wherever it stands in the list', () => {
    for (const list of [
      [declined, accepted],
      [accepted, declined],
      [declined, accepted, declined],
    ]) {
      const wire = several(...list);
      expect(orderAfter(wire)).toMatchObject({
        status: 'placed',
        method: 'invoice',
        amounts: { authorized: 30_000 },
        findings: [],
      });
      expect(readingFrom(wire).expiresAt).toBe(Date.parse('2026-10-20T10:00:00.000Z'));
    }
  });

  test('none approved: the newest names the method, wherever it stands in the list', () => {
    const newest = { ...declined, pspDisplayName: 'Swish', createdAt: '2026-09-21T00:00:00.000Z' };
    for (const list of [
      [declined, newest],
      [newest, declined],
    ])
      expect(readingFrom(several(...list)).method).toBe('swish');
  });

  test('two approved that exceed what was asked are a double payment', () => {
    const order = orderAfter(several(accepted, accepted));
    expect(order).toMatchObject({ amounts: { authorized: 60_000 } });
    expect(order.findings.map(({ code }) => code)).toContain('double_payment');
  });
});

describe('transactions that are empty or absent are unknown, not refused', () => {
  test.each([
    ['empty', (wire: Wire) => (wire.data!.transactions = [])],
    ['null', (wire: Wire) => (wire.data!.transactions = null)],
    ['absent', (wire: Wire) => delete wire.data!.transactions],
  ])('%s: placed by the order status, with the amount missing', (_, edit) => {
    const order = orderAfter(edited('approved-not-captured', edit));
    expect(order).toMatchObject({ status: 'placed', findings: [{ code: 'amount_missing' }] });
    expect(order.amounts).not.toHaveProperty('authorized');
  });

  test.each([
    ['no data', (wire: Wire) => delete wire.data],
    ['empty data', (wire: Wire) => (wire.data = {})],
    ['no module status', (wire: Wire) => (wire.moduleStatus = null)],
    ['no payment module', (wire: Wire) => (wire.moduleStatus = { payment: null })],
    ['no references', (wire: Wire) => (wire.references = null)],
  ])('%s is read all the same', (_, edit) => {
    expect(readingFrom(edited('pending', edit)).outcome).toBe('pending');
  });
});

describe('a capture without a status', () => {
  test.each(['captured_full', 'captured_partial'])('counts where the order status is %s', (word) => {
    for (const status of [undefined, null]) {
      const wire = edited('captured', (wire) => {
        say(wire, word);
        first(wire.data?.captures)['status'] = status;
      });
      expect(orderAfter(wire)).toMatchObject({
        status: 'captured',
        amounts: { captured: 30_000 },
        findings: [],
      });
    }
  });

  test.each(['order_pending', 'order_approved_not_captured', 'order_rejected'])(
    'does not count where the order status is %s, and is named',
    (word) => {
      const wire = edited('captured', (wire) => {
        say(wire, word);
        delete first(wire.data?.captures)['status'];
      });
      const order = orderAfter(wire);
      expect(order).toMatchObject({ amounts: { captured: 0 } });
      expect(order.findings).toContainEqual(expect.objectContaining({ code: 'unknown_status' }));
    },
  );
});

test('a refund without a status does not count, since nothing else tells of it, and is named', () => {
  const wire = edited('partially-refunded', (wire) => delete first(wire.data?.refunds)['status']);
  expect(orderAfter(wire)).toMatchObject({
    status: 'captured',
    amounts: { captured: 30_000, refunded: 0 },
    findings: [{ code: 'unknown_status', detail: expect.stringContaining('c4922408') }],
  });
});

test('a transaction without a status shares that of the order', () => {
  const wire = edited('approved-not-captured', (wire) => delete first(wire.data?.transactions)['status']);
  expect(orderAfter(wire)).toMatchObject({ status: 'placed', amounts: { authorized: 30_000 }, findings: [] });
});

test.each(['captures', 'refunds'] as const)(
  '%s in a status that nobody knows do not count, and are named',
  (list) => {
    const wire = edited('partially-refunded', (wire) => (first(wire.data?.[list])['status'] = 'half'));
    const order = orderAfter(wire);
    expect(order.amounts[list === 'captures' ? 'captured' : 'refunded'] ?? 0).toBe(0);
    expect(order.findings).toContainEqual(
      expect.objectContaining({ code: 'unknown_status', detail: expect.stringContaining('half') }),
    );
  },
);

test.each([
  ['pending', { captured: 0, capturePending: 30_000 }],
  ['rejected', { captured: 0, capturePending: 0 }],
  ['cancelled', { captured: 0, capturePending: 0 }],
])('a capture that is %s is not taken', (status, amounts) => {
  const wire = edited('captured', (wire) => {
    say(wire, 'order_approved_not_captured');
    first(wire.data?.captures)['status'] = status;
  });
  expect(orderAfter(wire)).toMatchObject({ status: 'placed', amounts, findings: [] });
});

describe('captures and refunds by their ids', () => {
  test('two of the same amount are two', () => {
    const wire = edited('captured', (wire) => {
      const half = { ...first(wire.data?.captures), amountIncVat: 15_000 };
      wire.data!.captures = [half, { ...half, captureId: 'second' }];
    });
    expect(orderAfter(wire)).toMatchObject({
      status: 'captured',
      amounts: { captured: 30_000 },
      findings: [],
    });
  });

  test('one that is listed twice, or read twice, is one', () => {
    const wire = edited('captured', (wire) => wire.data!.captures!.push({ ...first(wire.data?.captures) }));
    expect(orderAfter(wire, wire)).toMatchObject({
      status: 'captured',
      amounts: { captured: 30_000 },
      findings: [],
    });
  });

  test('one that the provider took by itself is marked, and counts once', () => {
    const reading = readingFrom(sessionFixture('captured'));
    expect(reading.movements).toContainEqual(
      expect.objectContaining({ kind: 'capture', id: captureId, automatic: true }),
    );
  });

  test('at the top level, where old sessions have them, count', () => {
    const wire = edited('partially-refunded', (wire) => {
      const { captures, refunds } = wire.data!;
      Object.assign(wire, { captures, refunds });
      delete wire.data!.captures;
      delete wire.data!.refunds;
    });
    expect(readingFrom(wire)).toEqual(readingFrom(sessionFixture('partially-refunded')));
  });

  test('in both places count once, and those in data win', () => {
    const wire = edited('partially-refunded', (wire) => {
      wire.captures = wire.data!.captures!.map((entry) => ({ ...entry, amountIncVat: 1 }));
      wire.refunds = wire.data!.refunds!.map((entry) => ({ ...entry, amountIncVat: 1 }));
    });
    expect(readingFrom(wire)).toEqual(readingFrom(sessionFixture('partially-refunded')));
  });

  test('in another currency are told and never summed', () => {
    const wire = edited('captured', (wire) => (first(wire.data?.captures)['currency'] = 'EUR'));
    const order = orderAfter(wire);
    expect(order.amounts.currency).toBe('SEK');
    expect(order.amounts.captured ?? 0).toBe(0);
    expect(order.findings).toContainEqual(expect.objectContaining({ code: 'currency_mismatch' }));
  });
});

describe('manual_review holds for a person', () => {
  test.each([
    ['a list', ['manual_review']],
    ['a longer list', ['vip', 'manual_review']],
    ['a map', { manual_review: true }],
  ])('as %s', (_, tags) => {
    const wire = edited('approved-not-captured', (wire) => (wire.data!.paymentTags = tags));
    expect(orderAfter(wire)).toMatchObject({ status: 'placed', findings: [{ code: 'on_hold' }] });
  });

  test.each([
    ['an empty list', []],
    ['a list of others', ['vip']],
    ['an empty map', {}],
    ['a map that denies it', { manual_review: false }],
    ['null', null],
  ])('but not with %s', (_, tags) => {
    const wire = edited('approved-not-captured', (wire) => (wire.data!.paymentTags = tags));
    expect(orderAfter(wire)).toMatchObject({ status: 'placed', findings: [] });
  });
});

describe('when an authorization ends', () => {
  const until = (expiresAt: unknown) =>
    readingFrom(
      edited('approved-not-captured', (wire) => (first(wire.data?.transactions)['expiresAt'] = expiresAt)),
    );

  test('is what the transaction says', () => {
    expect(until('2026-10-20T10:00:00.000Z').expiresAt).toBe(Date.UTC(2026, 9, 20, 10));
  });

  test.each([null, '', 'soon'])('is not known from %j', (expiresAt) => {
    expect(until(expiresAt)).not.toHaveProperty('expiresAt');
  });
});

describe('amounts', () => {
  const places: Readonly<Record<string, (wire: Wire) => Fields>> = {
    'the order': ({ data }) => data!.order!,
    'a transaction': ({ data }) => first(data?.transactions),
    'a capture': ({ data }) => first(data?.captures),
    'a refund': ({ data }) => first(data?.refunds),
  };

  describe.each(Object.entries(places))('of %s', (_, place) => {
    const withAmount = (amount: unknown) =>
      edited('partially-refunded', (wire) => (place(wire)['amountIncVat'] = amount));

    test('may come as text', () => {
      const plain = sessionFixture('partially-refunded') as unknown as Wire;
      expect(readingFrom(withAmount(String(place(plain)['amountIncVat'])))).toEqual(readingFrom(plain));
    });

    test.each([
      300.5,
      0.1 + 0.2,
      1e21,
      2 ** 53,
      '300.00',
      '3e4',
      '0x10',
      ' 300',
      '',
      '9007199254740993',
      true,
      {},
      [300],
    ])('of %j fail loudly', (amount) => {
      const parsed = sessionSchema.safeParse(withAmount(amount));
      expect(parsed.success).toBe(false);
      expect(parsed.error?.issues[0]?.path.at(-1)).toBe('amountIncVat');
    });
  });

  test('below zero, which no money is, fail loudly', () => {
    const accepting = Object.entries(places).flatMap(([name, place]) => {
      const wire = edited('partially-refunded', (wire) => (place(wire)['amountIncVat'] = -1));
      return sessionSchema.safeParse(wire).success ? [name] : [];
    });
    expect(accepting).toEqual([]);
  });

  test('that are absent are unknown, never 0 and never the expected ones', () => {
    const wire = edited('captured', (wire) => {
      delete first(wire.data?.captures)['amountIncVat'];
      delete first(wire.data?.transactions)['amountIncVat'];
    });
    const order = orderAfter(wire);
    expect(order).toMatchObject({ status: 'captured', amounts: { expected: 30_000, refunded: 0 } });
    expect(order.amounts).not.toHaveProperty('authorized');
    expect(order.amounts).not.toHaveProperty('captured');
  });
});

describe('an answer that is no session', () => {
  test.each([
    ['null', null],
    ['a list', []],
    ['text', 'session'],
    ['an object without an id', {}],
    ['an id that is a number', edited('pending', (wire) => (wire.sessionId = 61))],
    ['a capture without an id', edited('captured', (wire) => delete first(wire.data?.captures)['captureId'])],
    [
      'a capture with an empty id',
      edited('captured', (wire) => (first(wire.data?.captures)['captureId'] = '')),
    ],
    [
      'a refund without an id',
      edited('partially-refunded', (wire) => delete first(wire.data?.refunds)['refundId']),
    ],
    ['a status that is a number', edited('pending', (wire) => (wire.status = 7))],
    ['an order status that is an object', edited('pending', (wire) => say(wire, {}))],
    ['captures that are no list', edited('pending', (wire) => Object.assign(wire.data!, { captures: {} }))],
  ])('%s fails loudly', (_, wire) => {
    expect(sessionSchema.safeParse(wire).success).toBe(false);
  });
});

test('fields that nobody asked for are tolerated everywhere, and dropped', () => {
  const extra = { canary: 'canary-42', email: 'canary@example.test' };
  const wire = edited('partially-refunded', (wire) => {
    Object.assign(wire, extra, { clientToken: 'canary-token', htmlSnippet: '<canary>' });
    Object.assign(wire.data!, { billing: extra, company: extra });
    const { order, transactions, captures, refunds } = wire.data!;
    for (const entry of [order, ...[transactions, captures, refunds].flatMap((list) => list ?? [])])
      Object.assign(entry!, extra);
  });
  expect(readingFrom(wire)).toEqual(readingFrom(sessionFixture('partially-refunded')));
  expect(JSON.stringify(sessionSchema.parse(wire))).not.toContain('canary');
});

test('whatever the schema lets pass is a reading', () => {
  const word = fc.constantFrom(undefined, null, 'approved', 'pending', 'half', 'constructor', '__proto__');
  const entry = fc.record({
    captureId: fc.string({ minLength: 1 }),
    refundId: fc.string({ minLength: 1 }),
    status: word,
    amountIncVat: fc.oneof(fc.nat(), fc.constantFrom(undefined, null, '7')),
    currency: fc.constantFrom(undefined, 'SEK', 'XXX'),
    createdAt: fc.constantFrom(undefined, 'soon', '2026-09-20T10:00:00Z'),
    pspDisplayName: fc.constantFrom(undefined, 'Card'),
  });
  const list = fc.oneof(fc.constantFrom(undefined, null), fc.array(entry, { maxLength: 3 }));
  const data = fc.record({
    transactions: list,
    captures: list,
    refunds: list,
    order: fc.oneof(fc.constant(null), entry),
  });
  const wire = fc.record({
    sessionId: fc.constant(id),
    status: word,
    moduleStatus: fc.record({ payment: fc.record({ orderStatus: word }) }),
    references: fc.constantFrom(null, { reference1: 7 }),
    data,
    captures: list,
  });
  fc.assert(
    fc.property(wire, (given) => {
      expect(['open', 'closed']).toContain(readingFrom(given).presence);
    }),
  );
});

describe('a reading, to the letter', () => {
  test('of a session that says all that is asked for', () => {
    const wire = edited('captured', (wire) => {
      Object.assign(first(wire.data?.transactions), {
        expiresAt: '2026-10-20T10:00:00.000Z',
        status: 'approved',
      });
      wire.data!.refunds = [{ refundId: 'r-1', status: 'pending', amountIncVat: 100, currency: 'SEK' }];
      wire.data!.paymentTags = ['manual_review'];
    });
    expect(readingFrom(wire)).toStrictEqual({
      presence: 'closed',
      outcome: 'approved',
      captured: 'full',
      ordered: { amount: 30_000, currency: 'SEK' },
      movements: [
        {
          kind: 'authorization',
          id: '0b0f6d0a-5d53-4a9b-9f7e-1f2a3b4c5d6e',
          status: 'approved',
          amount: 30_000,
          currency: 'SEK',
        },
        {
          kind: 'capture',
          id: captureId,
          status: 'approved',
          amount: 30_000,
          currency: 'SEK',
          automatic: true,
        },
        { kind: 'refund', id: 'r-1', status: 'pending', amount: 100, currency: 'SEK' },
      ],
      reference: '1000123',
      method: 'card',
      flags: ['on_hold'] as const,
      expiresAt: Date.parse('2026-10-20T10:00:00.000Z'),
    });
  });

  test('of a session that says nothing: what is not told is absent', () => {
    expect(readingFrom({ sessionId: id })).toStrictEqual({ presence: 'open', movements: [] });
    const bare = { order: {}, transactions: [{}], captures: [{ captureId: 'c', status: 'approved' }] };
    expect(readingFrom({ sessionId: id, references: { reference1: 7 }, data: bare })).toStrictEqual({
      presence: 'open',
      outcome: 'pending',
      movements: [
        { kind: 'authorization', id: 'transaction-0', status: 'pending' },
        { kind: 'capture', id: 'c', status: 'approved' },
      ],
    });
  });

  test.each([
    ['no currency', { amountIncVat: 30_000 }],
    ['no amount', { currency: 'SEK' }],
  ])('%s: what was ordered is not known', (_, order) => {
    expect(readingFrom({ sessionId: id, data: { order } })).not.toHaveProperty('ordered');
  });

  test('every word that nobody knows is named, with what it was said of', () => {
    const wire = {
      sessionId: id,
      status: 'teleported',
      moduleStatus: { payment: { orderStatus: 'order_odd' } },
      data: {
        transactions: [{ status: 'half' }],
        captures: [{ captureId: 'c', status: 'most' }, { captureId: 'd' }],
        refunds: [{ refundId: 'r', status: 'some' }, { refundId: 's' }],
      },
    };
    const { unknown, movements, outcome } = readingFrom(wire);
    expect(unknown).toEqual([
      'order_odd',
      'transaction half',
      'most of c',
      'no status of d',
      'some of r',
      'no status of s',
      'session teleported',
    ]);
    expect(outcome).toBeUndefined();
    expect(movements.map(({ status }) => status)).toEqual(Array(5).fill('pending'));
  });

  test('a transaction in a status that nobody knows is pending, whatever the order is', () => {
    const wire = edited(
      'approved-not-captured',
      (wire) => (first(wire.data?.transactions)['status'] = 'half'),
    );
    expect(readingFrom(wire).movements).toMatchObject([{ kind: 'authorization', status: 'pending' }]);
  });

  test('one without a status is pending where the order is in one that nobody knows', () => {
    const wire = {
      sessionId: id,
      moduleStatus: { payment: { orderStatus: 'order_odd' } },
      data: { transactions: [{}] },
    };
    expect(readingFrom(wire).movements).toMatchObject([{ kind: 'authorization', status: 'pending' }]);
  });

  test('a transaction is known by its own id, else by its reservation, else by its place', () => {
    const entries = [
      { transactionId: 't', reservationId: 'r' },
      { reservationId: 'r' },
      { pspDisplayName: 'Card' },
    ];
    const { movements } = readingFrom({ sessionId: id, data: { transactions: entries } });
    expect(movements.map((one) => one.id)).toEqual(['t', 'r', 'transaction-2']);
  });

  test('a transaction without a time is older than any that has one', () => {
    const [dated, undated] = [
      { createdAt: '2026-09-20T10:00:00.000Z', pspDisplayName: 'Swish' },
      { pspDisplayName: 'Card' },
    ];
    for (const transactions of [
      [dated, undated],
      [undated, dated],
    ])
      expect(readingFrom({ sessionId: id, data: { transactions } }).method).toBe('swish');
    expect(
      readingFrom({ sessionId: id, data: { transactions: [undated, { pspDisplayName: 'Invoice' }] } }).method,
    ).toBe('card');
  });

  test('a method is called by the name that shoppers see, else by that of the integration', () => {
    const methodOf = (transaction: Fields) =>
      readingFrom({ sessionId: id, data: { transactions: [transaction] } }).method;
    expect(methodOf({ pspDisplayName: 'Invoice', pspIntegrationName: 'Ratepay - Invoice' })).toBe('invoice');
    expect(methodOf({ pspIntegrationName: 'Ratepay - Invoice' })).toBe('ratepay - invoice');
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
  return readingOf(sessionSchema.parse(wire));
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
