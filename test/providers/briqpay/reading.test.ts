import fc from 'fast-check';
import type { Movement, Reading } from '../../../src/domain/money/payment.ts';
import { readingOf } from '../../../src/providers/briqpay/reading.ts';
import { sessionSchema } from '../../../src/providers/briqpay/schemas.ts';
import { parseExactly } from '../../../src/providers/exact-json.ts';
import { sessionFixture, sessionNames, type Fields } from './fixtures.ts';

type Name = (typeof sessionNames)[number];

/** The parts of an answer that these tests change; `unknown` where a provider may send anything. */
interface Wire {
  sessionId: unknown;
  status?: unknown;
  references?: unknown;
  moduleStatus?: unknown;
  data?: {
    order?: unknown;
    transactions?: Fields[];
    captures?: Fields[];
    refunds?: Fields[];
    paymentTags?: unknown;
  };
  captures?: unknown;
  refunds?: unknown;
}

const id = '61c16f84-b42e-4e1c-a114-a117a6e1e27d';
const transactionId = '0b0f6d0a-5d53-4a9b-9f7e-1f2a3b4c5d6e';
const captureId = 'a3811397-a1fc-44f0-99fd-d134063c9c47';
const now = Date.UTC(2026, 8, 25, 10);
const bare = (data: unknown, more: object = {}) => readingFrom({ sessionId: id, data, ...more });

describe('the word is what the provider says of the order now', () => {
  test.each([
    ['order_pending', { outcome: 'pending' }],
    ['order_approved_not_captured', { outcome: 'approved' }],
    ['order_rejected', { outcome: 'rejected' }],
    ['order_cancelled', { outcome: 'cancelled' }],
    ['captured_full', { outcome: 'approved', captured: 'full' }],
    ['captured_partial', { outcome: 'approved', captured: 'partial' }],
  ])('%s', (word, told) => {
    expect(wordOf(bare({}, said(word)))).toEqual(told);
  });

  test.each(['order_teleported', 'approved_on_hold', 'refunded_full', 'constructor', '__proto__', '7'])(
    '"%s", which nobody knows, is no outcome, and is named',
    (word) => {
      const reading = bare({}, said(word));
      expect(wordOf(reading)).toEqual({});
      expect(reading.unknown).toEqual([word]);
    },
  );

  test.each([undefined, null, '', ' '])('%j is none', (word) => {
    const reading = bare({}, said(word));
    expect(wordOf(reading)).toEqual({});
    expect(reading).not.toHaveProperty('unknown');
  });

  test('no word, a completed session and no transaction: the shopper is through, and it is pending', () => {
    expect(bare({}, { status: 'completed' }).outcome).toBe('pending');
    expect(bare({}, { status: 'started' })).not.toHaveProperty('outcome');
    expect(bare({}, { status: 'completed', ...said('order_odd') })).not.toHaveProperty('outcome');
    const listed = bare(
      { transactions: [{ transactionId: 't', status: 'approved' }] },
      { status: 'completed' },
    );
    expect(listed).not.toHaveProperty('outcome');
  });

  test('an entry is not overruled by it: sample 1', () => {
    const told = (word: string, status: string) =>
      edited('captured', (wire) => {
        Object.assign(wire, said(word));
        first(wire.data?.captures)['status'] = status;
      });
    const [pending, rejected, back] = [
      readingFrom(told('captured_full', 'pending')),
      readingFrom(told('captured_full', 'rejected')),
      readingFrom(told('order_approved_not_captured', 'rejected')),
    ];
    expect([pending, rejected, back].map((reading) => capturesOf(reading)[0]?.status)).toEqual([
      'pending',
      'rejected',
      'rejected',
    ]);
    expect([pending, rejected, back].map(wordOf)).toEqual([
      { outcome: 'approved', captured: 'full' },
      { outcome: 'approved', captured: 'full' },
      { outcome: 'approved' },
    ]);
  });
});

describe('an entry without a status', () => {
  const listed = {
    transactions: [{ transactionId: 't' }],
    captures: [{ captureId: 'c' }],
    refunds: [{ refundId: 'r' }],
  };

  test.each([
    ['captured_full', ['approved', 'approved', 'pending']],
    ['captured_partial', ['approved', 'approved', 'pending']],
    ['order_approved_not_captured', ['approved', 'pending', 'pending']],
    ['order_rejected', ['rejected', 'pending', 'pending']],
    ['order_cancelled', ['cancelled', 'pending', 'pending']],
    ['order_pending', ['pending', 'pending', 'pending']],
    ['order_odd', ['pending', 'pending', 'pending']],
    [undefined, ['pending', 'pending', 'pending']],
  ])('takes the meaning of the word %s, and is pending where it has none', (word, statuses) => {
    for (const status of [undefined, null, '']) {
      const told = Object.fromEntries(
        Object.entries(listed).map(([name, [entry]]) => [name, [{ ...entry, status }]]),
      );
      expect(bare(told, said(word)).movements.map((one) => one.status)).toEqual(statuses);
    }
  });

  test('with one that nobody knows is pending, whatever the word is, and is named', () => {
    const reading = bare(
      {
        transactions: [{ transactionId: 't', status: 'half' }],
        captures: [{ captureId: 'c', status: 'most' }],
        refunds: [{ refundId: 'r', status: 'some' }],
      },
      said('captured_full'),
    );
    expect(reading.movements.map(({ status }) => status)).toEqual(['pending', 'pending', 'pending']);
    expect(reading.unknown).toEqual(['half of transaction t', 'most of capture c', 'some of refund r']);
  });
});

describe('a movement under all its names', () => {
  test('a transaction has its own id, and its reservation as an alias', () => {
    const { movements } = bare({
      transactions: [
        { transactionId: 't-1', reservationId: 'r-1' },
        { transactionId: 't-2', reservationId: 't-2' },
        { transactionId: '', reservationId: 'r-3' },
        { pspDisplayName: 'Card' },
      ],
    });
    expect(movements).toEqual([
      { kind: 'authorization', id: 't-1', aliases: ['r-1'], status: 'pending' },
      { kind: 'authorization', id: 't-2', status: 'pending' },
      { kind: 'authorization', id: 'r-3', status: 'pending' },
      { kind: 'authorization', id: 'transaction-3', isUnnamed: true, status: 'pending' },
    ]);
  });

  test('ids that are numbers of nineteen digits stay apart', () => {
    const reading = readingFrom(
      parseExactly(
        `{"sessionId":"${id}","data":{"captures":[{"captureId":1000000000000000001},{"captureId":1000000000000000002}]}}`,
      ),
    );
    expect(reading.movements.map((one) => one.id)).toEqual(['1000000000000000001', '1000000000000000002']);
  });

  test('one that is listed twice is one; told differently, it is what both agree on, and is named', () => {
    const entry = { captureId: 'c', status: 'approved', amountIncVat: 100, currency: 'SEK' };
    const told = (other: object) =>
      bare({ captures: [entry, { ...entry, ...other }] }, said('captured_full'));
    expect(told({})).not.toHaveProperty('unreadable');
    expect(told({ amountIncVat: '100' }).movements).toHaveLength(1);
    for (const [other, rest] of [
      [{ amountIncVat: 200 }, { status: 'approved', currency: 'SEK' }],
      [{ status: 'rejected' }, { status: 'pending', amount: 100, currency: 'SEK' }],
      [{ currency: 'EUR' }, { status: 'approved', amount: 100 }],
    ]) {
      expect(told(other as object).movements).toStrictEqual([{ kind: 'capture', id: 'c', ...rest }]);
      expect(told(other as object).unreadable).toEqual(['capture c: told twice, differently']);
    }
  });

  test('at the top level, where old sessions have them, count where data has none', () => {
    const old = edited('partially-refunded', (wire) => {
      const { captures, refunds } = wire.data!;
      Object.assign(wire, { captures, refunds });
      Object.assign(wire.data!, { captures: [], refunds: {} });
    });
    expect(readingFrom(old)).toEqual(readingFrom(sessionFixture('partially-refunded')));
    const both = edited('partially-refunded', (wire) => {
      wire.captures = wire.data!.captures!.map((entry) => ({ ...entry, amountIncVat: 1 }));
    });
    expect(readingFrom(both)).toEqual(readingFrom(sessionFixture('partially-refunded')));
  });
});

describe('an entry that cannot be read spoils no other', () => {
  const places: Readonly<Record<string, readonly [what: string, place: (wire: Wire) => Fields]>> = {
    'the order': ['order', ({ data }) => data!.order as Fields],
    'a transaction': [`transaction ${transactionId}`, ({ data }) => first(data?.transactions)],
    'a capture': [`capture ${captureId}`, ({ data }) => first(data?.captures)],
    'a refund': ['refund c4922408-b2ad-45e1-8aae-e245174dad58', ({ data }) => first(data?.refunds)],
  };
  const whole = readingFrom(sessionFixture('partially-refunded'));

  describe.each(Object.entries(places))('an amount of %s', (_, [what, place]) => {
    const withAmount = (amount: unknown) =>
      readingFrom(edited('partially-refunded', (wire) => void (place(wire)['amountIncVat'] = amount)));

    test('may come as text', () => {
      const plain = place(sessionFixture('partially-refunded') as unknown as Wire)['amountIncVat'] as number;
      for (const text of [String(plain), ` ${plain} `]) expect(withAmount(text)).toEqual(whole);
    });

    test('of 0 is 0, however it is written', () => {
      for (const zero of [0, -0, '0', '000']) {
        const { ordered, movements } = withAmount(zero);
        expect([ordered?.amount, ...movements.map(({ amount }) => amount)]).toContain(0);
      }
    });

    test.each([
      300.5,
      0.1 + 0.2,
      1e21,
      2 ** 53,
      -1,
      '-1',
      '300.00',
      '300,00',
      '3e4',
      '0x10',
      '',
      '9007199254740993',
      'much',
      true,
      {},
      [300],
      { amount: 300 },
    ])('of %j is not known, and is named', (amount) => {
      const reading = withAmount(amount);
      expect(reading.unreadable).toEqual([`${what}: amount`]);
      const told = [reading.ordered?.amount, ...reading.movements.map((one) => one.amount)];
      expect(told.filter((one) => one === undefined)).toHaveLength(1);
      expect(reading.movements.map(({ status }) => status)).toEqual(
        whole.movements.map(({ status }) => status),
      );
    });

    test.each([null, undefined])('of %j is absent, which is nothing to name', (amount) => {
      const reading = withAmount(amount);
      expect(reading).not.toHaveProperty('unreadable');
      expect(reading.movements.filter((one) => one.amount === 0)).toEqual([]);
    });

    test('in no currency that can be read is named', () => {
      const reading = readingFrom(
        edited('partially-refunded', (wire) => void (place(wire)['currency'] = { code: 'SEK' })),
      );
      expect(reading.unreadable).toEqual([`${what}: currency`]);
    });
  });

  test.each([null, 'c', 7, true, [], ['c']])(
    'an entry that is %j is a movement of which nothing is known',
    (entry) => {
      const good = { captureId: 'c', status: 'approved', amountIncVat: 100, currency: 'SEK' };
      const reading = bare({ captures: [good, entry] }, said('captured_full'));
      expect(reading.movements).toEqual([
        { kind: 'capture', id: 'c', status: 'approved', amount: 100, currency: 'SEK' },
        { kind: 'capture', id: 'capture-1', isUnnamed: true, status: 'pending' },
      ]);
      expect(reading.unreadable).toEqual(['capture 1']);
      expect(bare({ transactions: [entry] }).unreadable).toEqual(['transaction 0']);
    },
  );

  test.each([undefined, null, '', ' ', true, {}, ['c'], 'x'.repeat(301)])(
    'so is one whose id is %j',
    (captureId) => {
      const reading = bare(
        { captures: [{ captureId, status: 'approved', amountIncVat: 100 }] },
        said('captured_full'),
      );
      expect(reading.movements).toEqual([
        { kind: 'capture', id: 'capture-0', isUnnamed: true, status: 'pending' },
      ]);
      expect(reading.unreadable).toEqual(['capture 0: id']);
      expect(bare({ refunds: [{ refundId: captureId }] }).unreadable).toEqual(['refund 0: id']);
    },
  );

  test.each([{}, [], true])('a status that is %j is not known', (status) => {
    const reading = bare({ refunds: [{ refundId: 'r', status }] });
    expect(reading.movements).toMatchObject([{ id: 'r', status: 'pending' }]);
    expect(reading.unreadable).toEqual(isEmpty(status) ? undefined : ['refund r: status']);
  });

  test.each(['captures', 'refunds', 'transactions'])('a whole list of %s that is none is named', (name) => {
    for (const list of ['none', 7, true, { captureId: 'c' }])
      expect(bare({ [name]: list }).unreadable).toEqual([name]);
    for (const empty of [null, undefined, [], {}, ''])
      expect(bare({ [name]: empty })).not.toHaveProperty('unreadable');
  });

  test('the list of PHP that has gaps is a list', () => {
    const entry = { captureId: 'c', status: 'approved' };
    expect(
      bare({ captures: { 0: entry, 2: { ...entry, captureId: 'd' } } }).movements.map((one) => one.id),
    ).toEqual(['c', 'd']);
  });

  test.each([
    ['data that is text', { data: 'gone' }, ['data']],
    ['an order status that is an object', said({ word: 'captured_full' }), ['order status']],
    ['an order status that is true', said(true), ['order status']],
    ['a module status that is text', { moduleStatus: 'captured_full' }, ['order status']],
    ['a payment module that is a list', { moduleStatus: { payment: ['captured_full'] } }, ['order status']],
  ])('%s may hide money, and is named', (_, more, unreadable) => {
    expect(readingFrom({ sessionId: id, ...more })).toEqual({ presence: 'open', movements: [], unreadable });
  });
});

describe('a field that is no money hides nothing', () => {
  const whole = readingFrom(sessionFixture('captured'));
  const { reference: _, ...unreferenced } = whole;

  test.each<[string, (wire: Wire) => void]>([
    ['references are a list of PHP', (wire) => (wire.references = [])],
    ['references are null', (wire) => (wire.references = null)],
    ['references are text', (wire) => (wire.references = 'reference1=1000123')],
    ['the reference is an object', (wire) => (wire.references = { reference1: {} })],
  ])('%s: sample 19', (_what, edit) => {
    expect(readingFrom(edited('captured', edit))).toEqual(unreferenced);
  });

  test('a reference may be a number', () => {
    const wire = edited('captured', (wire) => (wire.references = { reference1: 1_000_123 }));
    expect(readingFrom(wire)).toEqual(whole);
  });

  test.each([true, 'true', 'TRUE', 1, '1'])('autoCaptured %j is true: sample 19', (autoCaptured) => {
    const wire = edited('captured', (wire) => (first(wire.data?.captures)['autoCaptured'] = autoCaptured));
    expect(capturesOf(readingFrom(wire))[0]?.automatic).toBe(true);
  });

  test.each([false, 'false', 0, '0', '', null, {}, [], 'maybe', 2])(
    'autoCaptured %j is not',
    (autoCaptured) => {
      const wire = edited('captured', (wire) => (first(wire.data?.captures)['autoCaptured'] = autoCaptured));
      expect(capturesOf(readingFrom(wire))[0]).toEqual({ ...capturesOf(whole)[0], automatic: undefined });
    },
  );

  test.each<[string, (wire: Wire) => void]>([
    ['a session status that is a list', (wire) => (wire.status = [])],
    ['a session status that is an object', (wire) => (wire.status = { status: 'completed' })],
    ['a session status that is true', (wire) => (wire.status = true)],
  ])('%s leaves it open', (_what, edit) => {
    expect(readingFrom(edited('captured', edit))).toEqual({ ...whole, presence: 'open' });
  });

  test.each([
    [[]],
    [null],
    [{}],
    [''],
    ['odd'],
    [7],
    [{ vip: true }],
    [{ manual_review: false }],
    [[null, {}, 7]],
  ])('payment tags of %j are none that matter', (paymentTags) => {
    const wire = edited('captured', (wire) => (wire.data!.paymentTags = paymentTags));
    expect(readingFrom(wire)).toEqual(whole);
  });

  test.each([
    [['manual_review']],
    [['vip', 'Manual_Review']],
    [{ manual_review: true }],
    [{ manual_review: 'true' }],
    [{ manual_review: 1 }],
    ['manual_review'],
    [{ 0: 'manual_review' }],
    [[{ manual_review: '1' }]],
  ])('payment tags of %j put it on hold', (paymentTags) => {
    const wire = edited('captured', (wire) => (wire.data!.paymentTags = paymentTags));
    expect(readingFrom(wire)).toEqual({ ...whole, flags: [{ code: 'on_hold' }] });
  });

  test.each([
    'pspDisplayName',
    'pspIntegrationName',
    'email',
    'cart',
    'captureStatus',
    'pspOrderManagementIds',
  ])('whatever stands in %s', (field) => {
    for (const odd of [null, [], {}, true, 7, [[]], { a: {} }]) {
      const wire = edited('captured', (wire) => (first(wire.data?.transactions)[field] = odd));
      const { method: _name, ...others } = whole;
      expect(readingFrom(wire)).toMatchObject(others);
    }
  });

  test.each([[[]], [{}], [null], [undefined], ['']])('data, modules and order of %j are empty', (empty) => {
    const nothing = { presence: 'open', movements: [] };
    expect(readingFrom({ sessionId: id, data: empty, moduleStatus: empty, references: empty })).toEqual(
      nothing,
    );
    expect(bare({ order: empty, transactions: empty }, { moduleStatus: { payment: empty } })).toEqual(
      nothing,
    );
  });

  test('a currency is in capitals', () => {
    const wire = edited('captured', (wire) => (first(wire.data?.captures)['currency'] = 'sek'));
    expect(readingFrom(wire)).toEqual(whole);
  });
});

describe('how far the shopper has come', () => {
  test.each([
    ['started', 'open'],
    ['modules_in_progress', 'open'],
    ['in_progress', 'open'],
    ['pending', 'open'],
    ['completed', 'closed'],
    ['rejected', 'closed'],
    ['cancelled', 'closed'],
    ['failed', 'closed'],
    ['expired', 'closed'],
  ])('%s is %s', (status, presence) => {
    expect(readingFrom({ sessionId: id, status }).presence).toBe(presence);
  });

  test('a word that nobody knows leaves it open; it says nothing about money', () => {
    expect(readingFrom({ sessionId: id, status: 'teleported' })).toEqual({
      presence: 'open',
      movements: [],
      unfamiliar: ['session teleported'],
    });
  });
});

describe('dates', () => {
  const of = (dates: object) =>
    readingFrom(
      edited('approved-not-captured', (wire) => Object.assign(first(wire.data?.transactions), dates)),
    );

  test('when an authorization was made and when it lapses stand with it', () => {
    const { movements } = of({ createdAt: '2026-09-20 10:04:11', expiresAt: '2026-10-20T12:00:00+02:00' });
    expect(movements).toMatchObject([
      { createdAt: Date.UTC(2026, 8, 20, 10, 4, 11), expiresAt: Date.UTC(2026, 9, 20, 10) },
    ]);
  });

  test.each([
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['0000-00-00 00:00:00', '0000-00-00 00:00:00'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['2026-02-30T00:00:00Z', '2026-02-30T00:00:00Z'],
    [0, '0'],
    [253_402_300_799, '253402300799'],
    ['soon', 'no date'],
    [{ date: '2026-10-20' }, 'no date'],
    [true, 'no date'],
  ])('an authorization that lapses at %j has no such date, and is named: sample 20', (expiresAt, shown) => {
    const reading = of({ expiresAt });
    expect(reading.movements[0]).not.toHaveProperty('expiresAt');
    expect(reading.badDates).toEqual([`expiresAt of ${transactionId}: ${shown}`]);
  });

  test.each([null, undefined, '', [], {}])('%j is no date at all, and nothing to name', (expiresAt) => {
    const reading = of({ expiresAt });
    expect(reading.movements[0]).not.toHaveProperty('expiresAt');
    expect(reading).not.toHaveProperty('badDates');
  });

  test('when it was made moves no money: an odd one is left out', () => {
    for (const createdAt of ['1970-01-01', 'soon', {}, true]) {
      const reading = of({ createdAt });
      expect(reading.movements[0]).not.toHaveProperty('createdAt');
      expect(reading).not.toHaveProperty('badDates');
    }
  });
});

describe('the method', () => {
  const methodOf = (...transactions: Fields[]) => bare({ transactions }).method;

  test('is the name that shoppers see, else that of the integration', () => {
    expect(methodOf({ pspDisplayName: 'Invoice', pspIntegrationName: 'Ratepay - Invoice' })).toBe('invoice');
    expect(methodOf({ pspIntegrationName: 'Ratepay - Invoice' })).toBe('ratepay - invoice');
  });

  test('is that of the approved transaction, else of the newest, wherever it stands', () => {
    const card = { status: 'rejected', pspDisplayName: 'Card', createdAt: '2026-09-20T10:00:00Z' };
    const swish = { status: 'rejected', pspDisplayName: 'Swish', createdAt: '2026-09-21 10:00:00' };
    const invoice = { status: 'approved', pspDisplayName: 'Invoice' };
    for (const list of [
      [card, swish],
      [swish, card],
    ]) {
      expect(methodOf(...list)).toBe('swish');
      expect(methodOf(...list, invoice)).toBe('invoice');
    }
  });
});

describe('an answer that is no session', () => {
  test.each([
    ['null', null],
    ['a list', []],
    ['text', 'session'],
    ['an object without an id', {}],
    ['an id that is a number', { sessionId: 61 }],
    ['an id that is an object', { sessionId: {} }],
  ])('%s fails', (_, wire) => {
    expect(sessionSchema.safeParse(wire).success).toBe(false);
  });

  test('whatever else it says, a session with an id is one', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.jsonValue(),
        fc.jsonValue(),
        (data, moduleStatus, more) => {
          expect(['open', 'closed']).toContain(
            readingFrom({ ...(more as object), sessionId: id, data, moduleStatus }).presence,
          );
        },
      ),
    );
  });
});

test('fields that nobody asked for are dropped', () => {
  const extra = { canary: 'canary-42', email: 'canary@example.test' };
  const wire = edited('partially-refunded', (wire) => {
    Object.assign(wire, extra, { clientToken: 'canary-token', htmlSnippet: '<canary>' });
    Object.assign(wire.data!, { billing: extra, company: extra });
    const { order, transactions, captures, refunds } = wire.data!;
    for (const entry of [order, ...[transactions, captures, refunds].flatMap((list) => list ?? [])])
      Object.assign(entry as object, extra);
  });
  expect(readingFrom(wire)).toEqual(readingFrom(sessionFixture('partially-refunded')));
  expect(JSON.stringify(sessionSchema.parse(wire))).not.toContain('canary');
});

test('a reading, to the letter', () => {
  const wire = edited('captured', (wire) => {
    Object.assign(first(wire.data?.transactions), {
      createdAt: '2026-09-20T10:04:11.000Z',
      expiresAt: '2026-10-20T10:00:00.000Z',
    });
    first(wire.data?.captures)['createdAt'] = 1_789_898_680;
    wire.data!.refunds = [{ refundId: 'r-1', status: 'pending', amountIncVat: 100, currency: 'SEK' }];
  });
  const money = { amount: 30_000, currency: 'SEK' };
  expect(readingFrom(wire)).toStrictEqual({
    presence: 'closed',
    outcome: 'approved',
    captured: 'full',
    ordered: money,
    movements: [
      {
        kind: 'authorization',
        id: transactionId,
        aliases: ['RES-998877'],
        status: 'approved',
        ...money,
        createdAt: Date.UTC(2026, 8, 20, 10, 4, 11),
        expiresAt: Date.UTC(2026, 9, 20, 10),
      },
      {
        kind: 'capture',
        id: captureId,
        status: 'approved',
        ...money,
        automatic: true,
        createdAt: 1_789_898_680_000,
      },
      { kind: 'refund', id: 'r-1', status: 'pending', amount: 100, currency: 'SEK' },
    ],
    reference: '1000123',
    method: 'card',
  });
  expect(readingFrom({ sessionId: id })).toStrictEqual({ presence: 'open', movements: [] });
});

/** An example with a change; the example itself stays as it is. */
function edited(name: Name, edit: (wire: Wire) => unknown): Wire {
  const wire = sessionFixture(name) as unknown as Wire;
  edit(wire);
  return wire;
}

function said(orderStatus: unknown): { moduleStatus: unknown } {
  return { moduleStatus: { payment: { orderStatus } } };
}

function first(list: Fields[] | undefined): Fields {
  const [entry] = list ?? [];
  if (!entry) throw new Error('the example has no such entry');
  return entry;
}

function readingFrom(wire: unknown): Reading {
  return readingOf(sessionSchema.parse(wire), now);
}

function capturesOf({ movements }: Reading): readonly Movement[] {
  return movements.filter(({ kind }) => kind === 'capture');
}

function wordOf({ outcome, captured }: Reading) {
  return { ...(outcome && { outcome }), ...(captured && { captured }) };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
