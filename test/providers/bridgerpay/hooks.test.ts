import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bridgerpayHooks } from '../../../src/providers/bridgerpay/index.ts';
import { payloadFor } from '../../../src/providers/bridgerpay/hooks.ts';

/** The seed's samples, made valid JSON and otherwise unchanged. */
const seed = JSON.parse(
  readFileSync(join(__dirname, '../../sandbox/bridgerpay/seed-notifications.json'), 'utf8'),
) as Record<string, Record<string, unknown>>;

const parse = (fields: unknown) => bridgerpayHooks.parseHook({ fields });

test.each([
  ['cashier.session.init', '4e50a...2ff', { of: 'session', status: 'opened' }],
  ['cashier.session.close', '201995972', { of: 'session', status: 'closed' }],
  ['approved', '640790367', { of: 'authorization', id: '8ac7a...d8f', status: 'approved' }],
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
  ['authorized', { of: 'authorization', id: '8ac7a...d8f', status: 'approved' }],
  ['voided', { of: 'payment', status: 'cancelled' }],
  ['approved_on_hold', { of: 'payment', status: 'pending' }],
  ['chargeback', { of: 'nothing' }],
])('%s has a stated meaning', (type, claim) => {
  expect(parse(changed('approved', 'webhook.type', type))).toMatchObject({
    ok: true,
    hint: { claim },
  });
});

test('a card token is ignored', () => {
  expect(parse(changed('approved', 'webhook.type', 'payment_card_token'))).toMatchObject({
    isIgnored: true,
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

  test.each([null, '', ' ', 'null', undefined])(
    '%j is no mismatch: refunds and payouts have none',
    (payload) => {
      expect(verify(withPayload(payload))).toBe(true);
    },
  );
});
