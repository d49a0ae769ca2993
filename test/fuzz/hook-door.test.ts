import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { t0, hour } from '../domain/support.ts';
import { expectRefusal, hookToken, openDoor, signingSecret, type Answer, type Door } from './door.ts';
import { fuzz } from './fuzz.ts';
import { oddText } from './odd.ts';
import { briqpayHookSamples, briqpayWords, bridgerpayHookSamples, bridgerpayWords } from './samples.ts';
import { anyGarbage, anyWire } from './wire.ts';

// A hook is answered with 202 once it is delivered, or refused as a problem with nothing delivered; never a 5xx.

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.stop());

const json = { 'content-type': 'application/json' };
const anyAccount = fc.constantFrom('acme-se', 'signed', 'acme-eu', 'echoed');
const anyBody = fc.oneof(
  anyWire(briqpayHookSamples, briqpayWords),
  anyWire(bridgerpayHookSamples, bridgerpayWords),
);

fuzz(
  'POST: a spoilt hook, at any account',
  fc.tuple(anyAccount, anyBody),
  { modest: 400, share: 0.2 },
  ([account, body]) =>
    expectHandled({
      method: 'POST',
      path: `/hooks/${account}/${hookToken}`,
      headers: { ...json, ...signature(body) },
      body: Buffer.from(body),
    }),
);

fuzz(
  'POST: what is no JSON, or says that it is something else',
  fc.tuple(anyAccount, anyGarbage(anyBody), anyHeaders()),
  { modest: 250, share: 0.1 },
  ([account, body, headers]) =>
    expectHandled({
      method: 'POST',
      path: `/hooks/${account}/${hookToken}`,
      headers: { ...json, ...headers },
      body,
    }),
);

fuzz(
  'GET: whatever the query says',
  fc.tuple(anyAccount, anyQuery()),
  { modest: 200, share: 0.1 },
  ([account, query]) =>
    expectHandled({ method: 'GET', path: `/hooks/${account}/${hookToken}?${query}`, headers: signature('') }),
);

fuzz(
  'any method at any address: without the token nothing is delivered, and what was tried is not repeated',
  fc.tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'),
    anySegment(),
    anySegment(),
    anyBody,
  ),
  { modest: 250, share: 0.1 },
  async ([method, account, token, body]) => {
    const before = door.temporal.delivered.length;
    const answer = await door.send({
      method,
      path: `/hooks/${account}/${token}`,
      headers: json,
      body: Buffer.from(body),
    });
    expect(door.temporal.delivered.length).toBe(before);
    expect([404, 405, 400, 413]).toContain(answer.status);
    if (method !== 'HEAD') expectRefusal(answer);
    if (token.length > 8 && isDecodable(`${account}${token}`)) expect(answer.text).not.toContain(token);
  },
);

/** Delivers once for a 202, and not at all for a refusal. */
async function expectHandled(request: Parameters<Door['send']>[0]): Promise<void> {
  const { delivered, strangers } = door.temporal;
  const before = delivered.length;
  const answer = await door.send(request);
  expect(strangers).toEqual([]);
  const came = delivered.slice(before).filter((what) => what === 'signal').length;
  if (answer.status === 202) return expectAccepted(answer, came);
  expect(delivered.slice(before)).toEqual([]);
  expect([400, 413, 415]).toContain(answer.status);
  expectRefusal(answer);
}

function expectAccepted({ text }: Answer, came: number): void {
  const body = JSON.parse(text) as { order: string };
  expect(body).toEqual({ order: expect.stringMatching(/^(acme-se|signed|acme-eu|echoed):/), received: true });
  expect(Buffer.byteLength(body.order)).toBeLessThanOrEqual(200);
  expect(came).toBeLessThanOrEqual(1);
}

function signature(body: string): Record<string, string> {
  const at = t0 + 2 * hour;
  const digest = createHmac('sha256', signingSecret).update(`${at}.${body}`).digest('base64');
  return { 'x-briq-signature': `t=${at},s1=${digest}` };
}

function anyHeaders(): fc.Arbitrary<Record<string, string>> {
  const anyLine = oddText.map((text) => text.replace(/[^\x20-\x7e]/g, '').slice(0, 80));
  return fc.dictionary(
    fc.constantFrom(
      'content-type',
      'content-encoding',
      'x-briq-signature',
      'accept',
      'x-forwarded-for',
      'cookie',
      'prefer',
    ),
    fc.oneof(
      anyLine,
      fc.constantFrom(
        'application/json; charset=utf-16',
        'application/json;',
        'text/plain',
        'text/json',
        'application/jsonp',
        'multipart/form-data; boundary=x',
        'gzip',
        'identity',
      ),
    ),
    { maxKeys: 3 },
  );
}

function anyQuery(): fc.Arbitrary<string> {
  const anyKey = fc.oneof(
    fc.constantFrom(
      'event',
      'eventType',
      'status',
      'sessionId',
      'captureId',
      'refundId',
      'event[]',
      'webhook.type',
      '__proto__',
      'constructor',
    ),
    anySegment(),
  );
  const anyWord = fc.constantFrom(...briqpayWords.map(String));
  const anyPair = fc.tuple(anyKey, fc.oneof(anyWord, anySegment())).map(([key, value]) => `${key}=${value}`);
  const anyHook = fc.constantFrom(
    ...briqpayHookSamples.map((sample) => new URLSearchParams(sample as Record<string, string>).toString()),
    '',
  );
  return fc
    .tuple(anyHook, fc.array(anyPair, { maxLength: 4 }))
    .map(([hook, pairs]) => [hook, ...pairs].join('&'));
}

function isDecodable(segment: string): boolean {
  try {
    return decodeURIComponent(segment) !== '';
  } catch {
    return false;
  }
}

/** Anything that may stand in a request line without ending it: encoded well, encoded badly, or not at all. */
function anySegment(): fc.Arbitrary<string> {
  return fc.oneof(
    oddText.map((text) => encodeURIComponent(text.replace(/\p{Cs}/gu, '?')).slice(0, 2_000)),
    oddText.map((text) => text.replace(/[^\x21-\x7e]/g, '').slice(0, 2_000)),
    fc.stringMatching(/^(%[0-9A-Fa-f]{2}){1,6}$/),
    fc.constantFrom(
      'acme-se',
      'acme-eu',
      'nobody',
      hookToken.slice(1),
      `${hookToken}x`,
      hookToken.toUpperCase(),
      '%C0%AF',
      '%E0%80',
      '..;',
      'a/b',
      '*',
    ),
  );
}
