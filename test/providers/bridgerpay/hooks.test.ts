import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bridgerpayHooks } from '../../../src/providers/bridgerpay/index.ts';
import { parseExactly } from '../../../src/providers/exact-json.ts';
import { payloadFor } from '../../../src/providers/bridgerpay/hooks.ts';

/** The seed's samples, made valid JSON and otherwise unchanged. */
const seed = JSON.parse(
  readFileSync(join(__dirname, '../../sandbox/bridgerpay/seed-notifications.json'), 'utf8'),
) as Record<string, Record<string, unknown>>;

/** The attempt of the seed's approval. */
const attempt = {
  of: 'authorization',
  id: '8ac7a...d8f',
  group: seedCharge('approved')['psp_order_id'],
  ownId: seedCharge('approved')['refund_id'],
};

function seedCharge(type: string): Record<string, unknown> {
  return (seed[type]!['data'] as { charge: Record<string, unknown> }).charge;
}

const parse = (fields: unknown) => bridgerpayHooks.parseHook({ fields });

test.each([
  ['cashier.session.init', '4e50a...2ff', { of: 'session', status: 'opened' }],
  ['cashier.session.close', '201995972', { of: 'session', status: 'closed' }],
  ['approved', '640790367', { ...attempt, status: 'approved', isTaken: true }],
  ['declined', '2106605328', { of: 'authorization', id: '8ac7a...85e', status: 'rejected' }],
])('the seed: %s', (type, key, claim) => {
  expect(parse(seed[type])).toMatchObject({ ok: true, kind: 'deposit', key, hint: { event: type, claim } });
});

test.each([
  ['partly_refunded', '2106605329', 500, undefined],
  ['refunded', '2106605330', 7_090, true],
])('the seed: %s is a proof of its own, in positive minor units', (type, key, amount, isWhole) => {
  const parsed = parse(seed[type]);
  expect(parsed).toMatchObject({
    ok: true,
    kind: 'deposit',
    key,
    hint: { claim: { of: 'refund', status: 'approved' } },
  });
  const { proof } = parsed.ok ? parsed.hint : {};
  expect(proof).toMatchObject({ movement: { kind: 'refund', amount, currency: 'EUR' } });
  expect(proof?.isWhole).toBe(isWhole);
  expect(proof?.payments).toHaveLength(2);
});

/** A notification with one field changed, told by its path; undefined leaves it out. */
function changed(type: string, path: string, value: unknown): unknown {
  const copy = structuredClone(seed[type]!);
  const names = path.split('.');
  const last = names.pop()!;
  let place = copy;
  for (const name of names) place = place[name] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

test('a payout is told by its operation type alone', () => {
  const payout = changed('approved', 'data.charge.operation_type', 'payout');
  expect(parse(payout)).toMatchObject({ ok: true, kind: 'payout', key: '640790367' });
});

test.each([
  ['another amount', 'data.charge.attributes.amount', -6],
  ['another time', 'data.charge.attributes.created_at', 1],
  ['another refund id', 'data.charge.refund_id', 'another'],
  ['another charge', 'data.charge.id', 'another'],
])('%s is another refund; another server time is not', (_, path, value) => {
  const idOf = (fields: unknown) => {
    const parsed = parse(fields);
    return parsed.ok ? parsed.hint.proof?.movement.id : undefined;
  };
  const first = idOf(seed['partly_refunded']);
  expect(idOf(changed('partly_refunded', path, value))).not.toBe(first);
  expect(idOf(changed('partly_refunded', 'meta.server_time', 1))).toBe(first);
});

test.each([
  ['the string "null"', 'meta.payload', 'null'],
  ['a number for an order id', 'data.order_id', 640790367],
  ['a text for a decline code', 'data.charge.attributes.decline_code', '-4'],
  ['no meta at all', 'meta', undefined],
  ['fields that nobody knows', 'data.charge.attributes.installment_details', [{ a: 1 }]],
  ['an object where text belongs', 'data.psp_name', { name: 'x' }],
])('%s is taken', (_, path, value) => {
  expect(parse(changed('approved', path, value))).toMatchObject({ ok: true, key: '640790367' });
});

test.each([
  ['authorized', { ...attempt, status: 'approved' }],
  ['voided', { ...attempt, status: 'cancelled' }],
  ['approved_on_hold', { ...attempt, status: 'pending', isOnHold: true }],
  ['chargeback', { of: 'nothing' }],
  ['teleported', { of: 'nothing' }],
])('%s claims about its own attempt, by all its names', (type, claim) => {
  const parsed = parse(changed('approved', 'webhook.type', type));
  expect(parsed.ok && parsed.hint).toStrictEqual({ event: type, status: '', claim });
});

test('BridgerPay has an id of its own for an attempt: the uuid, else that by which it can be refunded', () => {
  const claimOf = (charge: object) => {
    const parsed = parse({ webhook: { type: 'declined' }, data: { order_id: '1', charge } });
    return parsed.ok && parsed.hint.claim;
  };
  const claim = { of: 'authorization', status: 'rejected' };
  expect(claimOf({ id: 'c', uuid: 'u', refund_id: 'r' })).toStrictEqual({ ...claim, id: 'c', ownId: 'u' });
  expect(claimOf({ id: 'c', uuid: '', refund_id: 'r' })).toStrictEqual({ ...claim, id: 'c', ownId: 'r' });
  expect(claimOf({ id: 'c', refund_id: '' })).toStrictEqual({ ...claim, id: 'c' });
  expect(claimOf({ uuid: 'u' })).toStrictEqual({ ...claim, id: 'u', ownId: 'u' });
  const payout = { operation_type: 'payout', id: 'c', uuid: 'u' };
  expect(claimOf(payout)).toStrictEqual({ ...claim, id: 'c' });
});

test('a card token is ignored', () => {
  expect(parse(changed('approved', 'webhook.type', 'payment_card_token'))).toMatchObject({
    isIgnored: true,
  });
});

test('BridgerPay, by the name that the API calls its key', () => {
  const { name, keyName } = bridgerpayHooks;
  expect({ name, keyName }).toEqual({ name: 'bridgerpay', keyName: 'orderId' });
});

test.each(['', '.', '..', 'a\nb', '\0', '\u0085', '\ud800', 'a\udc00b'])(
  '%j is no order id, and leads nowhere',
  (key) => {
    expect(bridgerpayHooks.isKey(key)).toBe(false);
    expect(parse(changed('approved', 'data.order_id', key))).toEqual({
      ok: false,
      detail: 'data.order_id: not an order id',
    });
  },
);

test.each(['a', '...', '.a', ' ', 'a/b', '%', '💸', '__proto__'])('%j is one', (key) => {
  expect(bridgerpayHooks.isKey(key)).toBe(true);
  expect(parse(changed('approved', 'data.order_id', key))).toMatchObject({ ok: true, key });
});

describe('only the order can make a notification unreadable', () => {
  test.each([
    ['text', 'approved', 'body: not an object'],
    ['a list', [], 'body: not an object'],
    ['nothing of it', {}, 'data.order_id: not an order id'],
    ['no data', { webhook: { type: 'approved' } }, 'data.order_id: not an order id'],
    ['no order', { webhook: { type: 'approved' }, data: {} }, 'data.order_id: not an order id'],
    ['an order that is an object', { data: { order_id: {} } }, 'data.order_id: not an order id'],
    ['an order that is true', { data: { order_id: true } }, 'data.order_id: not an order id'],
    ['an order of 301 characters', { data: { order_id: 'x'.repeat(301) } }, 'data.order_id: not an order id'],
  ])('%s', (_, fields, detail) => {
    expect(parse(fields)).toEqual({ ok: false, detail });
  });

  test.each([null, 7.5, {}, [], true, '', ' ', 'a b', 'größe', 'a\nb', 'x'.repeat(65)])(
    'a type of %j is none',
    (type) => {
      for (const webhook of [{ type }, type]) {
        const parsed = parse({ webhook, data: { order_id: '1' } });
        expect(parsed).toMatchObject({ ok: true, key: '1', hint: { claim: { of: 'nothing' } } });
        expect(parsed.ok && parsed.hint.event).toMatch(/^(unknown|7\.5)$/);
      }
    },
  );

  test('an odd order id leaves that of the charge to stand in for it', () => {
    for (const odd of [null, {}, '', '..', 'a\nb'])
      expect(parse({ data: { order_id: odd, charge: { order_id: 2 } } })).toMatchObject({
        ok: true,
        key: '2',
      });
  });

  test('an order id that is a number of nineteen digits is read exactly', () => {
    const keyOf = (digits: string) => {
      const parsed = parse(
        parseExactly(
          `{"webhook":{"type":"approved"},"data":{"order_id":${digits},"charge":{"id":${digits}}}}`,
        ),
      );
      return parsed.ok && [parsed.key, parsed.hint.claim];
    };
    for (const digits of ['1000000000000000001', '1000000000000000002'])
      expect(keyOf(digits)).toEqual([
        digits,
        { of: 'authorization', id: digits, status: 'approved', isTaken: true },
      ]);
  });

  test.each([[[]], ['x'], [7], [{}], [null]])('a charge or attributes of %j say nothing', (odd) => {
    expect(parse(changed('approved', 'data.charge', odd))).toMatchObject({
      ok: true,
      key: '640790367',
      hint: { claim: { of: 'payment', status: 'approved' } },
    });
    expect(parse(changed('refunded', 'data.charge.attributes', odd))).toMatchObject({
      ok: true,
      hint: { claim: { of: 'refund' } },
    });
  });

  test('a type may have 64 characters', () => {
    const type = 'x'.repeat(64);
    expect(parse({ webhook: { type }, data: { order_id: '1' } })).toMatchObject({ hint: { event: type } });
  });
});

describe('a refund is the same in whatever types it is told: sample 24', () => {
  const refund = (attributes: object) => {
    const parsed = parse({
      webhook: { type: 'partly_refunded' },
      data: { order_id: '1', charge: { id: 'c', attributes: { currency: 'EUR', ...attributes } } },
    });
    return parsed.ok ? parsed.hint.proof?.movement : undefined;
  };
  const plain = refund({ amount: -5, created_at: 1_596_537_080 });

  test.each([
    [{ amount: '-5', created_at: 1_596_537_080 }],
    [{ amount: '-5.00', created_at: '1596537080' }],
    [{ amount: '5.0', created_at: 1_596_537_080_000 }],
    [{ amount: ' -5.00 ', created_at: '2020-08-04 10:31:20' }],
    [{ amount: -5, created_at: '2020-08-04T12:31:20+02:00', currency: 'eur' }],
  ])('%j', (attributes) => {
    expect(refund(attributes)).toEqual(plain);
    expect(plain).toMatchObject({ amount: 500, currency: 'EUR' });
  });

  test.each([
    [{ amount: -6, created_at: 1_596_537_080 }],
    [{ amount: -5, created_at: 1_596_537_081 }],
    [{ amount: -5.001, created_at: 1_596_537_080 }],
    [{ amount: -5 }],
  ])('but %j is another', (attributes) => {
    expect(refund(attributes)?.id).not.toBe(plain?.id);
  });
});

describe('a hook, to the letter', () => {
  test('of a type and an order id alone', () => {
    expect(parse({ webhook: { type: 'approved' }, data: { order_id: 1 } })).toStrictEqual({
      ok: true,
      kind: 'deposit',
      key: '1',
      hint: { event: 'approved', status: '', claim: { of: 'payment', status: 'approved' } },
    });
  });

  test.each([
    ['authorized', { of: 'payment', status: 'approved' }],
    ['declined', { of: 'payment', status: 'rejected' }],
    ['partly_refunded', { of: 'refund', status: 'approved' }],
  ])('%s without a charge', (type, claim) => {
    expect(parse({ webhook: { type }, data: { order_id: '1' } })).toMatchObject({ hint: { claim } });
  });

  test('of a payout', () => {
    const payout = {
      webhook: { type: 'declined' },
      data: { order_id: '1', charge: { operation_type: ' PAYOUT ', uuid: 'u' } },
    };
    expect(parse(payout)).toStrictEqual({
      ok: true,
      kind: 'payout',
      key: '1',
      hint: {
        event: 'declined',
        status: 'payout',
        claim: { of: 'authorization', id: 'u', status: 'rejected' },
      },
    });
  });

  test.each([
    [
      'all that tells it',
      { id: 'c', psp_order_id: 'g', attributes: { amount: -5, currency: 'EUR' } },
      { amount: 500, currency: 'EUR' },
      ['c', 'g'],
    ],
    ['no charge', undefined, {}, []],
    ['no attributes', { id: 'c' }, {}, ['c']],
    ['no currency', { psp_order_id: 'g', attributes: { amount: -5 } }, {}, ['g']],
    ['no amount', { attributes: { currency: 'EUR' } }, { currency: 'EUR' }, []],
    [
      'more decimals than its currency',
      { attributes: { amount: -5.001, currency: 'EUR' } },
      { currency: 'EUR' },
      [],
    ],
  ])('of a refund with %s', (_, charge, money, payments) => {
    const parsed = parse({ webhook: { type: 'refunded' }, data: { order_id: '1', charge } });
    const id = (parsed.ok && parsed.hint.proof?.movement.id) || '';
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(parsed).toStrictEqual({
      ok: true,
      kind: 'deposit',
      key: '1',
      hint: {
        event: 'refunded',
        status: '',
        claim: { of: 'refund', id, status: 'approved' },
        proof: { movement: { kind: 'refund', id, status: 'approved', ...money }, isWhole: true, payments },
      },
    });
  });
});

describe('the payload echo', () => {
  const secrets = ['new secret', 'old secret'];
  const verify = (fields: unknown) =>
    bridgerpayHooks.verifySignature?.({ headers: {}, body: JSON.stringify(fields), secrets, now: 0 });
  const withPayload = (payload: unknown) => changed('approved', 'meta.payload', payload);

  test.each(secrets)('ours passes, made with any secret that is valid now', (secret) => {
    expect(verify(withPayload(payloadFor(secret, '640790367')))).toBe(true);
  });

  test('that of another order does not', () => {
    expect(verify(withPayload(payloadFor('new secret', 'another')))).toBe(false);
    expect(verify(withPayload('746...5f921'))).toBe(false);
  });

  test('is compared whatever the type says, and exactly for an order id of nineteen digits', () => {
    const signed = (orderId: string) =>
      bridgerpayHooks.verifySignature!({
        headers: {},
        body: `{"webhook":null,"data":{"order_id":${orderId}},"meta":{"payload":"${payloadFor('new secret', '1000000000000000001')}"}}`,
        secrets,
        now: 0,
      });
    expect([signed('1000000000000000001'), signed('1000000000000000002')]).toEqual([true, false]);
    for (const payload of [7, true, {}, ['x']]) expect(verify(withPayload(payload))).toBe(false);
  });

  test('is made of the order id, wherever it stands', () => {
    const close = (orderId: string) => ({
      ...seed['cashier.session.close'],
      meta: { payload: payloadFor('new secret', orderId) },
    });
    expect([verify(close('201995972')), verify(close('another'))]).toEqual([true, false]);
    const nowhere = {
      webhook: { type: 'approved' },
      data: {},
      meta: { payload: payloadFor('new secret', '') },
    };
    expect(verify(nowhere)).toBe(true);
  });

  test('is not looked for in what is no notification: that is refused for itself', () => {
    for (const body of ['', '{', 'null', '[]', '{"meta":{"payload":"x"}}'])
      expect(bridgerpayHooks.verifySignature!({ headers: {}, body, secrets, now: 0 })).toBe(true);
    expect(verify({ webhook: { type: 'approved' }, data: { order_id: '1' } })).toBe(true);
  });

  test.each([null, '', ' ', 'null', undefined])(
    '%j is no mismatch: refunds and payouts have none',
    (payload) => {
      expect(verify(withPayload(payload))).toBe(true);
    },
  );
});
