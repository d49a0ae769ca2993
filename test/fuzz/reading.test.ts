import { providerFlags } from '../../src/domain/money/findings.ts';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Kind } from '../../src/domain/money/payment.ts';
import { providers } from '../../src/providers/index.ts';
import type { ProviderClient, ReadAttempt } from '../../src/providers/provider.ts';
import { fuzz } from './fuzz.ts';
import { oddText } from './odd.ts';
import {
  bridgerpayDeposits,
  bridgerpayLogin,
  bridgerpayPayoutLists,
  bridgerpayPayouts,
  bridgerpayWords,
  briqpaySessions,
  briqpayWords,
  orderKey,
  sessionId,
} from './samples.ts';
import { anyGarbage, anyWire } from './wire.ts';

// Over a real connection, since what breaks a client is not the JSON alone.

/** What the provider answers to a path that ends so. */
type Answers = Readonly<Record<string, Buffer>>;

let provider: Provider;
beforeAll(async () => {
  provider = await startProvider();
});
beforeEach(() => {
  provider.isSilent = false;
});
afterAll(() => provider.stop());

describe('Briqpay: a read answers with a value of the port,', () => {
  const anySession = anyWire(briqpaySessions, briqpayWords);
  const read = (answer: Buffer) => ask('briqpay', 'deposit', { '': answer });

  fuzz('whatever the session says', anySession, { modest: 150, share: 0.1 }, async (text) => {
    await read(ok(Buffer.from(text)));
  });

  fuzz('whatever the body is made of', anyGarbage(anySession), { modest: 60, share: 0.05 }, async (body) => {
    expect(await read(ok(body))).toHaveProperty('ok');
  });

  fuzz(
    'also to one who gives up, wherever the answer stops',
    fc.tuple(anyHttp(anySession), fc.double({ min: 0, max: 1, noNaN: true })),
    { modest: 15, share: 0.005 },
    async ([answer, part]) => {
      provider.isSilent = true;
      const heard = answer.subarray(0, Math.floor(part * answer.length));
      await ask('briqpay', 'deposit', { '': heard }, AbortSignal.timeout(40));
    },
  );

  fuzz('whatever HTTP it is wrapped in', anyHttp(anySession), { modest: 60, share: 0.05 }, async (answer) => {
    await read(answer);
  });
});

describe('BridgerPay: a read answers with a value of the port,', () => {
  const anyLogin = anyWire([bridgerpayLogin], bridgerpayWords);
  const anyDeposit = anyWire(bridgerpayDeposits, bridgerpayWords);
  const anyList = anyWire(bridgerpayPayoutLists, bridgerpayWords);
  const anyPayout = anyWire(bridgerpayPayouts, bridgerpayWords);
  const login = ok(Buffer.from(JSON.stringify(bridgerpayLogin)));
  const body = (text: string) => ok(Buffer.from(text));

  fuzz('whatever the deposit says', anyDeposit, { modest: 150, share: 0.1 }, async (deposit) => {
    await ask('bridgerpay', 'deposit', { '/login': login, '': body(deposit) });
  });

  fuzz('whatever the login says', anyLogin, { modest: 60, share: 0.05 }, async (text) => {
    const deposit = JSON.stringify(bridgerpayDeposits[0]);
    await ask('bridgerpay', 'deposit', { '/login': body(text), '': body(deposit) });
  });

  fuzz(
    'whatever the payouts say',
    fc.tuple(anyList, anyPayout),
    { modest: 100, share: 0.1 },
    async ([list, one]) => {
      await ask('bridgerpay', 'payout', { '/login': login, '/payouts': body(list), '': body(one) });
    },
  );

  fuzz(
    'whatever HTTP comes, and when',
    fc.tuple(anyHttp(anyLogin), anyHttp(anyDeposit), fc.boolean()),
    { modest: 60, share: 0.05 },
    async ([first, second, hasLogin]) => {
      await ask('bridgerpay', 'deposit', { '/login': hasLogin ? login : first, '': second });
    },
  );
});

/** Reads once; the answer must be of the port, and must come. */
async function ask(
  name: keyof typeof providers,
  kind: Kind,
  answers: Answers,
  signal = new AbortController().signal,
): Promise<ReadAttempt> {
  provider.answers = answers;
  const key = name === 'briqpay' ? sessionId : orderKey;
  const attempt = await clientOf(name).read({ kind, key }, signal);
  expectAttempt(attempt);
  // It travels as JSON, in an activity's result.
  expect(JSON.parse(JSON.stringify(attempt))).toEqual(attempt);
  for (const secret of [credential, 'john@example.test'])
    expect(JSON.stringify(attempt)).not.toContain(secret);
  return attempt;
}

const credential = 'hush-4711';

function clientOf(name: keyof typeof providers): ProviderClient {
  const account = { baseUrl: provider.url, username: 'user' };
  return name === 'briqpay'
    ? providers.briqpay.client({ ...account, secret: credential }, Date.now)
    : providers.bridgerpay.client({ ...account, password: credential, apiKey: 'api-key' }, Date.now);
}

function expectAttempt(attempt: ReadAttempt): void {
  if (!attempt.ok) {
    expect(attempt).toEqual({
      ok: false,
      failure: expect.stringMatching(failures),
      detail: expect.stringMatching(/\S/),
      isTransient: expect.any(Boolean),
      ...(attempt.retryAfterMs !== undefined && { retryAfterMs: expect.any(Number) }),
    });
    expect(attempt.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
    // Names the fault, never the content.
    expect(attempt.detail.length).toBeLessThanOrEqual(100);
    return;
  }
  const {
    presence,
    outcome = 'pending',
    captured = 'full',
    ordered,
    movements,
    ruledOut = [],
  } = attempt.reading;
  const now = Date.now();
  expect(presence).toMatch(/^(absent|open|closed)$/);
  expect(outcome).toMatch(settlement);
  expect(captured).toMatch(summary);
  for (const { kind, id, status, refunded = 'full', aliases = [], group = 'g', ...dates } of movements) {
    expect(kind).toMatch(movementKind);
    expect(status).toMatch(settlement);
    expect(refunded).toMatch(summary);
    // The order keeps them.
    for (const name of [id, group, ...aliases]) expect([name, isId(name)]).toEqual([name, true]);
    for (const time of [dates.createdAt ?? now, dates.expiresAt ?? now])
      expect(Math.abs(time - now)).toBeLessThan(10.1 * 365.25 * 86_400_000);
  }
  const keys = movements.map(({ kind, id }) => `${kind}:${id}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { kind, id } of ruledOut) {
    expect(kind).toMatch(movementKind);
    expect(keys).not.toContain(`${kind}:${id}`);
  }
  for (const { amount, currency } of [...movements, ...(ordered ? [ordered] : [])]) {
    expect([amount, amount === undefined || (Number.isSafeInteger(amount) && amount >= 0)]).toEqual([
      amount,
      true,
    ]);
    expect(typeof currency).toMatch(/^(string|undefined)$/);
  }
  const { reference, method, flags = [] } = attempt.reading;
  const { unknown = [], unfamiliar = [], unreadable = [], badDates = [] } = attempt.reading;
  expect([typeof reference, typeof method]).toEqual([
    expect.stringMatching(text),
    expect.stringMatching(text),
  ]);
  expect(flags.filter(({ code }) => !Object.hasOwn(providerFlags, code))).toEqual([]);
  for (const word of [...unknown, ...unfamiliar, ...unreadable, ...badDates]) expect(word).toMatch(/\S/);
}

const failures =
  /^(unknown_session|foreign_session|malformed|credentials|rate_limited|timeout|unavailable|refused)$/;
const summary = /^(partial|full)$/;
const movementKind = /^(authorization|capture|refund)$/;
const isId = (name: string) => name.trim() !== '' && name.length <= 300;
const settlement = /^(pending|approved|rejected|cancelled)$/;
const text = /^(string|undefined)$/;

// HTTP that a provider, a proxy, or nobody should send

function ok(body: Buffer): Buffer {
  return http('200 OK', { 'content-type': 'application/json', 'content-length': `${body.length}` }, body);
}

function http(status: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

function anyHttp(anyBody: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const anyStatus = fc.oneof(
    fc.constantFrom(200, 201, 204, 205, 206, 301, 302, 304, 307, 400, 401, 403, 404, 408, 425, 429, 500, 503),
    fc.integer({ min: 200, max: 999 }),
  );
  const anyLine = oddText.map((line) => line.replace(/[^\x20-\x7e]/g, '').slice(0, 60));
  const anyHeaders = fc.dictionary(
    fc.constantFrom(
      'content-type',
      'content-length',
      'content-encoding',
      'transfer-encoding',
      'retry-after',
      'date',
      'location',
      'set-cookie',
      'x-odd',
    ),
    fc.oneof(
      anyLine,
      fc.constantFrom(
        '0',
        '1',
        '5',
        '999999999',
        '-1',
        'gzip',
        'br',
        'chunked',
        'identity',
        'Tue, 06 Jan 2026 09:00:00 GMT',
      ),
    ),
    { maxKeys: 4 },
  );
  const anyBytes = anyBody.map((body) => Buffer.from(body));
  const whole = fc
    .tuple(anyStatus, anyHeaders, anyBytes)
    .map(([status, headers, body]) =>
      http(`${status} Odd`, { 'content-length': `${body.length}`, ...headers }, body),
    );
  const packed = anyBytes.map((body) => {
    const zipped = gzipSync(body);
    return http('200 OK', { 'content-encoding': 'gzip', 'content-length': `${zipped.length}` }, zipped);
  });
  const raw = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  const cut = fc
    .tuple(whole, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([all, part]) => all.subarray(0, Math.floor(part * all.length)));
  const huge = fc.constantFrom(2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1).map((size) => ok(Buffer.alloc(size, '7')));
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 1, arbitrary: packed },
    { weight: 1, arbitrary: raw },
    { weight: 2, arbitrary: cut },
    { weight: 1, arbitrary: huge },
  );
}

interface Provider {
  readonly url: string;
  answers: Answers;
  /** Keeps the connection after what it has said. */
  isSilent: boolean;
  stop(): Promise<void>;
}

/** Writes the bytes it is told, whatever they are, and ends the connection. */
async function startProvider(): Promise<Provider> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A client that has had enough of an answer leaves.
    socket.on('error', () => socket.destroy());
    let request = '';
    socket.on('data', (chunk) => {
      request += chunk.toString('latin1');
      if (!isWhole(request)) return;
      const [, path = ''] = /^\S+ ([^ ?]*)/.exec(request) ?? [];
      const [, answer] = Object.entries(self.answers).find(([end]) => path.endsWith(end)) ?? [];
      socket.write(answer ?? Buffer.alloc(0));
      if (!self.isSilent) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: {},
    isSilent: false,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  const [, length = '0'] = /content-length: (\d+)/i.exec(request) ?? [];
  return end >= 0 && request.length >= end + 4 + Number(length);
}
