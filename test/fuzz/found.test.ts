import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseDuration } from '../../src/domain/escalation/durations.ts';
import { ConfigError, parseConfig } from '../../src/config/load.ts';
import { depositReading, payoutReading } from '../../src/providers/bridgerpay/reading.ts';
import { depositSchema, payoutListSchema } from '../../src/providers/bridgerpay/schemas.ts';
import { providers } from '../../src/providers/index.ts';
import type { Hint } from '../../src/domain/order/hints.ts';
import { isHint, plainHint } from '../../src/workflows/contract/guards.ts';
import { detailsOf } from '../../src/workflows/details.ts';
import { escalated, apiKey, expectRefusal, hookToken, openDoor, type Door } from './door.ts';
import { bridgerpayDeposits, bridgerpayPayoutLists } from './samples.ts';

// The smallest input of each fault that fuzzing has found. One that is marked as failing is not mended yet: its mark comes
// off with the mending.

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.stop());

const json = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };

describe('a value with a length that cannot be compared is of the wrong type, like any other', () => {
  // zod's min and max look at the length of whatever has one, before the type is known to be wrong.
  const odd = '{"length":{"valueOf":0,"toString":0}}';
  const deep = `{"length":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;

  test.each([odd, deep])('in a hook', async (word) => {
    const body = Buffer.from(`{"event":${word},"status":"pending","sessionId":"s"}`);
    const answer = await door.send({
      method: 'POST',
      path: `/hooks/acme-se/${hookToken}`,
      headers: json,
      body,
    });
    expect(answer.status).toBe(202);
  });

  test('in a registration', async () => {
    const body = Buffer.from(
      `{"account":"acme-se","sessionId":"s","expected":{"amount":1,"currency":"SEK"},"reference":${odd}}`,
    );
    const answer = await door.send({ method: 'POST', path: '/v1/orders', headers: json, body });
    expect(answer.status).toBe(400);
  });

  // A value of the port all the same, but of the wrong kind: the request succeeds, the answer is wrong.
  test('in a session of Briqpay', async () => {
    const session = `{"sessionId":"s","captures":[{"captureId":${odd}}]}`;
    const server = createServer((_, response) => void response.end(session)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const account = { baseUrl: `http://127.0.0.1:${port}`, username: 'user', secret: 'secret' };
    const client = providers.briqpay.client(account, Date.now);
    const attempt = await client.read({ kind: 'deposit', key: 's' }, new AbortController().signal);
    server.close();
    expect(attempt).toMatchObject({
      ok: true,
      reading: { movements: [{ kind: 'capture', isUnnamed: true }], unreadable: ['capture 0: id'] },
    });
  });

  test('in a configuration', () => {
    expect(() => parseConfig(`accounts: [ { provider: briqpay, secret: ${odd} } ]`, {})).toThrow(ConfigError);
  });
});

describe('a configuration is an error of configuration also where', () => {
  // Our own mark for a reference, written by hand, leads to a reference that is not there.
  test('it holds the mark of a reference', () => {
    expect(() => parseConfig('accounts: ENVREF-0-', {})).toThrow(ConfigError);
  });

  // References are filled in without end.
  test('an alias stands inside its own anchor', () => {
    expect(() => parseConfig('accounts: &a [ *a ]', {})).toThrow(ConfigError);
  });
});

describe('an amount of BridgerPay below zero is no money that came in', () => {
  // It becomes an amount of the order: authorized -500.
  test('a deposit', () => {
    const deposit = depositSchema.parse(withAmount(bridgerpayDeposits[0], '-5.00')).result;
    for (const { amount } of depositReading(deposit!, Date.now()).movements)
      expect(amount ?? 0).toBeGreaterThanOrEqual(0);
  });

  test('a payout', () => {
    const payouts = payoutListSchema.parse(withAmount(bridgerpayPayoutLists[0], -5)).result!;
    for (const { amount } of payoutReading(payouts, Date.now()).movements)
      expect(amount ?? 0).toBeGreaterThanOrEqual(0);
  });
});

describe('a signal that is not quite a hint is none', () => {
  const movement = { kind: 'refund', id: 'r', status: 'approved', amount: 500, currency: 'EUR' };
  const hint = {
    id: 'h',
    event: 'refunded',
    status: '',
    claim: { of: 'refund', id: 'r', status: 'approved' },
  };

  test('the one that the others are spoilt from is', () => {
    expect(isHint({ ...hint, proof: { movement, payments: ['t'], isWhole: true } })).toBe(true);
  });

  // Refunded -500, refunded unknown, the whole refunded.
  test.each([
    ['an amount below zero', { movement: { ...movement, amount: -500 }, payments: ['t'] }],
    ['an amount that is no whole number', { movement: { ...movement, amount: 1.5 }, payments: ['t'] }],
    ['an amount of text', { movement: { ...movement, amount: '5' }, payments: ['t'] }],
    ['a settlement that is none', { movement: { ...movement, status: 'odd' }, payments: ['t'] }],
    ['a whole that is no yes', { movement, payments: ['t'], isWhole: 'no' }],
  ])('%s', (_, proof) => {
    expect(isHint({ ...hint, proof })).toBe(false);
  });

  // It stayed in the state, which then could not be written as JSON: the run neither closed nor continued as new.
  test('a field of its own, ten thousand brackets deep, is left out', () => {
    const extra: unknown = JSON.parse('['.repeat(10_000) + ']'.repeat(10_000));
    const odd = { ...hint, extra, claim: { ...hint.claim, extra } } as unknown as Hint;
    expect(plainHint(odd)).toEqual(hint);
  });
});

// 64 of them wait in an order; above 2 MiB it can neither continue as new nor close, and its workflow task fails for ever.
test('a hook of BridgerPay has no ids of any length', () => {
  const fields = {
    webhook: { type: 'approved' },
    data: { order_id: '1', charge: { id: 'x'.repeat(60_000) } },
  };
  const parsed = providers.bridgerpay.hooks.parseHook({ fields });
  expect(JSON.stringify(parsed).length).toBeLessThan(4_096);
});

// As closeAfter or as a step of a ladder it leads past the last date there is, and the workflow fails at every task.
test('a duration ends before time does', () => {
  expect(Date.now() + (parseDuration('999999999d') ?? 0)).toBeLessThan(8.64e15);
});

describe('a request that is wrong is told so, never that Temporal is away', () => {
  test.each([
    ['a cursor that was made up', `/v1/orders?cursor=${cursor('orders:abc')}`],
    ['a cursor of a far future', `/v1/escalations?cursor=${cursor('999999999999999 x')}`],
    ['NUL in a reference', '/v1/orders?reference=%00'],
    ['NUL in an account', '/v1/orders?account=%00'],
  ])('%s', async (_, path) => {
    expect((await door.send({ method: 'GET', path, headers: json }, [503])).status).toBe(400);
  });
});

describe('refusals are problems, whoever refuses', () => {
  // Fastify's own answers to what is no HTTP, and to more headers than Node takes.
  test.each([
    ['what is no request', Buffer.from('no request at all\r\n\r\n')],
    ['a line of 20,000 characters', Buffer.from(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)],
  ])('%s', async (_, bytes) => {
    expectRefusal((await door.exchange(bytes))!);
  });

  // The path is quoted where it cannot be decoded.
  test('an address that cannot be decoded, without repeating its token', async () => {
    const { text } = await door.send({
      method: 'POST',
      path: `/hooks/acme-se%aa/${hookToken}`,
      headers: json,
    });
    expect(text).not.toContain(hookToken);
  });
});

describe('in the details of an order', () => {
  const shown = (reference: string) =>
    detailsOf({ ...escalated, terms: { ...escalated.terms!, reference } }, { do: 'close' });

  test.each(['https://evil.example/pay', 'ftp://evil.example', 'mailto:pay@evil.example'])(
    '%s is no link',
    (address) => {
      expect(shown(address)).not.toContain(address);
    },
  );

  // The Temporal UI's Markdown takes a backslash before these for a backslash, and shows it.
  test.each(['2026/001', 'a@b', 'a, b; c', '50 %', 'a=b?', '"a" \'b\''])(
    '%s is shown as it was written',
    (text) => {
      expect(shown(text)).toContain(text);
    },
  );
});

function withAmount(sample: unknown, amount: string | number): unknown {
  return JSON.parse(JSON.stringify(sample), (key, value: unknown) =>
    key === 'amount' ? amount : value,
  ) as unknown;
}

function cursor(text: string): string {
  return Buffer.from(text).toString('base64url');
}
