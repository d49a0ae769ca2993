import { readFileSync } from 'node:fs';
import { canaries } from '../../../sandbox/bridgerpay/canaries.ts';
import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

/** The documentation's samples, their comments taken out. */
const seed: Record<string, Json> = JSON.parse(
  readFileSync('test/sandbox/bridgerpay/seed-notifications.json', 'utf8'),
);

const now = Date.parse('2026-09-20T10:00:00Z');
const nowS = now / 1000;

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay({ now: () => now });
});
afterEach(() => harness.close());

/** The notifications of these actions, in order, on an order of their own. */
async function told(given: object, ...actions: (string | object)[]): Promise<Json[]> {
  const before = harness.receiver.received.length;
  const id = await harness.order(given);
  await harness.act(id, ...actions);
  await harness.settled(id);
  return (await harness.told(harness.receiver.received.length)).slice(before);
}

async function last(given: object, ...actions: (string | object)[]): Promise<Json> {
  return (await told(given, ...actions)).at(-1);
}

/** Every path to a value, with the value's type. */
function shapeOf(value: Json, path = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null) return { [path]: value === null ? 'null' : typeof value };
  const inner = Object.entries(value).map(([key, below]) => shapeOf(below, `${path}.${key}`));
  return inner.length === 0 ? { [path]: 'object' } : Object.assign({}, ...inner);
}

const story = ['init', 'approve', { action: 'refund', amount: 5 }, 'refund', 'close'];

describe("the seed's shapes", () => {
  test.each([
    ['cashier.session.init', ['init']],
    ['cashier.session.close', ['close']],
    ['approved', ['approve']],
    ['declined', ['decline']],
    ['partly_refunded', ['approve', { action: 'refund', amount: 5 }]],
    ['refunded', ['approve', 'refund']],
  ])('%s has every field of the sample and no other', async (type, actions) => {
    const [mine, theirs] = [shapeOf(await last({ payload: 'p' }, ...actions)), shapeOf(seed[type])];
    expect(Object.keys(mine).sort()).toEqual(Object.keys(theirs).sort());
    const differ = Object.keys(mine).filter((path) => mine[path] !== theirs[path]);
    const nullable = differ.filter((path) => mine[path] !== 'null' && theirs[path] !== 'null');
    expect(nullable).toEqual([]);
  });

  test.each([
    ['authorize', 'authorized'],
    ['void', 'voided'],
    ['hold', 'approved_on_hold'],
  ])('%s: %s has the fields of approved', async (action, type) => {
    const body = await last({ payload: 'p' }, action);
    expect(Object.keys(shapeOf(body))).toEqual(Object.keys(shapeOf(await last({ payload: 'p' }, 'approve'))));
    expect(body.webhook.type).toBe(type);
  });

  test('the type stands in three places', async () => {
    for (const { webhook, data } of await told({}, ...story))
      expect([data.charge.type, data.charge.attributes.status]).toEqual([webhook.type, webhook.type]);
  });
});

describe('order id', () => {
  test('beside the charge in all but close, which has it inside, with a null group', async () => {
    const bodies = await told({ orderId: 'o-1' }, ...story);
    const close = bodies.pop();
    expect(bodies.map(({ data }: Json) => data.order_id)).toEqual(['o-1', 'o-1', 'o-1', 'o-1']);
    expect(close.data).toEqual({
      charge: {
        type: 'cashier.session.close',
        order_id: 'o-1',
        psp_order_id: null,
        attributes: { status: 'cashier.session.close', created_at: nowS },
      },
    });
  });
});

describe('amounts', () => {
  test('are numbers in major units, without trailing zeros', async () => {
    const amounts = async (amount: string, currency: string) =>
      (await told({ amount, currency }, 'init', 'approve')).map(
        ({ data }: Json) => data.charge.attributes.amount,
      );
    expect(await amounts('22.96', 'EUR')).toEqual([22.96, 22.96]);
    expect(await amounts('70.90', 'EUR')).toEqual([70.9, 70.9]);
    expect(await amounts('2000', 'JPY')).toEqual([2000, 2000]);
    expect(await amounts('1.234', 'KWD')).toEqual([1.234, 1.234]);
  });

  test('are negative where money goes back, and partly until all of it has', async () => {
    const bodies = await told({ amount: '70.90' }, 'approve', { action: 'refund', amount: 500 }, 'refund');
    expect(bodies.map(({ webhook, data }: Json) => [webhook.type, data.charge.attributes.amount])).toEqual([
      ['approved', 70.9],
      ['partly_refunded', -5],
      ['refunded', -65.9],
    ]);
  });

  test('the last refund may say the total', async () => {
    const given = { amount: '70.90', behaviour: { refundedAmount: 'total' } };
    const body = await last(given, 'approve', { action: 'refund', amount: 500 }, 'refund');
    expect(body.data.charge.attributes.amount).toBe(-70.9);
  });

  test('on hold is less than was asked for', async () => {
    expect((await last({ amount: 2_296 }, 'hold')).data.charge.attributes.amount).toBe(11.48);
    expect((await last({}, { action: 'hold', amount: '20.00' })).data.charge.attributes.amount).toBe(20);
  });
});

describe('ids', () => {
  test('of the payment provider are those of the read', async () => {
    const id = await harness.order();
    await harness.act(id, 'approve');
    const [{ data }] = await harness.told(1);
    const { deposit } = (await harness.deposit(id)).body.result;
    expect([data.charge.id, data.charge.psp_order_id]).toEqual([
      deposit.transaction_id,
      deposit.psp_order_id,
    ]);
  });

  test("a refund has its deposit's charge and group, and a refund_id of its own", async () => {
    const [approved, refunded] = await told({}, 'approve', 'refund');
    expect(refunded.data.charge).toMatchObject({
      id: approved.data.charge.id,
      psp_order_id: approved.data.charge.psp_order_id,
      is_refundable: true,
    });
    expect(refunded.data.charge.refund_id).not.toBe(approved.data.charge.refund_id);
  });

  test('a refund may have a charge of its own, in the same group', async () => {
    const [approved, refunded] = await told({ behaviour: { refundCharge: 'own' } }, 'approve', 'refund');
    expect(refunded.data.charge.id).not.toBe(approved.data.charge.id);
    expect(refunded.data.charge.psp_order_id).toBe(approved.data.charge.psp_order_id);
  });

  test('all events of one session name it', async () => {
    const sessions = (await told({}, ...story)).map(({ meta }: Json) => meta.cashier_session_id);
    expect(new Set(sessions).size).toBe(1);
  });

  test('only what was paid is refundable', async () => {
    const charges = [await last({}, 'approve'), await last({}, 'decline'), await last({}, 'authorize')].map(
      ({ data }: Json) => [data.charge.is_refundable, data.charge.refund_id === ''],
    );
    expect(charges).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
  });
});

describe('payload', () => {
  test('is echoed on init, outcome and close, and missing on refunds', async () => {
    const payloads = (await told({ payload: 'secret' }, ...story)).map(({ meta }: Json) => meta.payload);
    expect(payloads).toEqual(['secret', 'secret', undefined, undefined, 'secret']);
  });

  test('is echoed on a refusal', async () => {
    expect((await last({ payload: 'secret' }, 'decline')).meta.payload).toBe('secret');
  });

  test('where there is none: the word null on init, null elsewhere', async () => {
    const payloads = (await told({}, 'init', 'approve', 'close')).map(({ meta }: Json) => meta.payload);
    expect(payloads).toEqual(['null', null, null]);
  });

  test("of each session is that session's own", async () => {
    const bodies = await told(
      { payload: 'first' },
      { action: 'decline', transactionId: 't-1' },
      { action: 'new_attempt', payload: 'second' },
      'decline',
      { action: 'approve', transactionId: 't-1' },
    );
    expect(bodies.map(({ meta }: Json) => meta.payload)).toEqual(['first', 'second', 'second', 'first']);
  });
});

describe('times', () => {
  test('are unix seconds, and updated_at is 0', async () => {
    const { data, meta } = await last({}, 'approve');
    expect(data.charge.attributes).toMatchObject({ created_at: nowS, updated_at: 0 });
    expect(meta).toMatchObject({ server_time: nowS, server_timezone: 'UTC', api_version: '1' });
  });
});

describe('a refusal', () => {
  test('has a number as its code', async () => {
    expect((await last({}, 'decline')).data.charge.attributes).toMatchObject({
      decline_code: -4,
      decline_reason: 'User Authentication Failed',
      credit_card_token: null,
    });
  });

  test('may have a string, or whatever it is given', async () => {
    const codeOf = async (given: object, action: object) =>
      (await last(given, { action: 'decline', ...action })).data.charge.attributes.decline_code;
    expect(await codeOf({ behaviour: { declineCodes: 'string' } }, {})).toBe('-4');
    expect(await codeOf({}, { declineCode: 'R-77' })).toBe('R-77');
    expect(await codeOf({}, { declineCode: null })).toBeNull();
  });
});

const cardOnly = ['card_number', 'card_masked_number', 'card_expiration', 'card_brand', 'card_holder_name'];

describe('what does not apply', () => {
  test('is missing from what is no card', async () => {
    const bodies = await told({ method: 'apm' }, 'approve', 'refund');
    for (const { data } of bodies)
      for (const name of [...cardOnly, 'is3_d', 'credit_card_token'])
        expect(data.charge.attributes).not.toHaveProperty(name);
    expect(bodies[0].data.charge.attributes).toMatchObject({
      payment_method: 'apm',
      live_mode: true,
      customer: { extra_data: { payer_email: expect.any(String) } },
    });
  });

  test('is missing from a payout', async () => {
    const { data, meta } = await last({ kind: 'payout' }, 'approve');
    for (const name of ['is3_d', 'live_mode', 'payment_method', 'description'])
      expect(data.charge.attributes).not.toHaveProperty(name);
    for (const name of ['payload', 'cashier_session_id', 'platform_id'])
      expect(meta).not.toHaveProperty(name);
    expect(data.charge).toMatchObject({ operation_type: 'payout', is_refundable: false });
    expect(data.charge).not.toHaveProperty('deposit_source');
    expect(data.charge.attributes).toHaveProperty('card_number');
  });

  test('is null where told so', async () => {
    const given = { kind: 'payout', method: 'apm', behaviour: { notApplicable: 'null' } };
    const { data, meta } = await last(given, 'approve');
    for (const name of [...cardOnly, 'is3_d', 'live_mode', 'payment_method', 'description'])
      expect(data.charge.attributes).toHaveProperty(name, null);
    expect(meta).toMatchObject({ payload: null, cashier_session_id: null, platform_id: null });
  });

  test('never comes back on refunds: no operation_type, no decline fields, no payload', async () => {
    const { data, meta } = await last({ behaviour: { notApplicable: 'null' } }, 'approve', 'refund');
    for (const name of ['operation_type', 'deposit_source']) expect(data.charge).not.toHaveProperty(name);
    for (const name of ['decline_code', 'decline_reason', 'reference_id', 'credit_card_token', 'mid_alias'])
      expect(data.charge.attributes).not.toHaveProperty(name);
    expect(meta).not.toHaveProperty('payload');
  });
});

describe('variants', () => {
  test('the deposit may come from Mpi', async () => {
    const body = await last({ behaviour: { depositSource: 'Mpi' } }, 'approve');
    expect(body.data.charge.deposit_source).toBe('Mpi');
  });

  test('newer fields come beside the others', async () => {
    const { data, meta } = await last({ behaviour: { newerFields: true } }, 'decline');
    expect(data.charge).toMatchObject({ uuid: expect.any(String), is_recurring: false });
    expect(data.charge.attributes).toMatchObject({ is_hard_decline: false, wire_transfer_details: null });
    expect(meta).toMatchObject({ tracking_id: null, affiliate_id: null });
  });
});

test('card and personal data are canaries, every one of them', async () => {
  const given = { behaviour: { newerFields: true } };
  await told(given, ...story);
  await told({ ...given, method: 'apm' }, ...story);
  const session = { cashier_key: 'sandbox-cashier-key', order_id: 'x', currency: 'EUR', country: 'BE' };
  const answers = [
    await harness.logIn(),
    await harness.api('POST', '/cashier/session/create/sandbox-api-key', session),
  ];
  const sent = harness.receiver.received.map(({ rawBody }) => rawBody);
  const all = [...sent, ...answers.map(({ text }) => text)].join('\n');
  expect(canaries.filter((word) => !all.includes(word))).toEqual([]);
});
