import { createHmac } from 'node:crypto';
import { parse as parseQuery } from 'node:querystring';
import fc from 'fast-check';
import { providers } from '../../src/providers/index.ts';
import { payloadFor } from '../../src/providers/bridgerpay/hooks.ts';
import type { ParsedHook, ProviderHooks } from '../../src/providers/provider.ts';
import { orderId } from '../../src/workflows/contract/ids.ts';
import { isHint } from '../../src/workflows/contract/guards.ts';
import { fuzz } from './fuzz.ts';
import { oddText } from './odd.ts';
import { briqpayHookSamples, briqpayWords, bridgerpayHookSamples, bridgerpayWords } from './samples.ts';
import { anyGarbage, anyWire } from './wire.ts';

const bodies = {
  briqpay: anyWire(briqpayHookSamples, briqpayWords),
  bridgerpay: anyWire(bridgerpayHookSamples, bridgerpayWords),
} as const satisfies Record<keyof typeof providers, fc.Arbitrary<string>>;

const now = Date.UTC(2026, 0, 5, 9);

describe.each(Object.values(providers).map(({ hooks }) => [hooks.name, hooks] as const))(
  '%s',
  (name, hooks) => {
    const anyBody = bodies[name as keyof typeof providers];

    fuzz(
      'a spoilt hook parses to a value of the port, the same each time',
      anyBody,
      { modest: 1_500 },
      (body) => {
        expectParsed(hooks, JSON.parse(body));
      },
    );

    fuzz(
      'so does anything that is no hook',
      fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
      { modest: 400 },
      (fields) => {
        expectParsed(hooks, fields);
      },
    );

    fuzz(
      'and whatever a query may say',
      fc.array(
        fc.tuple(
          fc.constantFrom('event', 'eventType', 'status', 'sessionId', 'webhook[type]', '__proto__'),
          oddText,
        ),
        { maxLength: 8 },
      ),
      { modest: 300 },
      (pairs) =>
        expectParsed(hooks, parseQuery(pairs.map(([key, value]) => `${key}=${encode(value)}`).join('&'))),
    );

    fuzz(
      'a signature is checked, whatever stands in the headers and in the body',
      fc.record({
        body: fc.oneof(anyBody, anyGarbage(anyBody).map(String), oddText),
        header: fc.oneof(
          oddText,
          fc.array(oddText, { maxLength: 3 }),
          fc.constant(undefined),
          spoiltSignature(),
        ),
        secrets: fc.array(oddText, { maxLength: 3 }),
      }),
      { modest: 500 },
      ({ body, header, secrets }) => {
        const headers = { 'x-briq-signature': header };
        expect(typeof hooks.verifySignature!({ headers, body, secrets, now })).toBe('boolean');
      },
    );
  },
);

describe('a signature of Briqpay', () => {
  const signed = fc.record({
    body: fc.oneof(bodies.briqpay, oddText),
    secret: oddText,
    others: fc.array(oddText, { maxLength: 2 }),
    age: fc.integer({ min: -60_000, max: 300_000 }),
  });
  const verify = (header: string, body: string, secrets: readonly string[]) =>
    providers.briqpay.hooks.verifySignature!({ headers: { 'x-briq-signature': header }, body, secrets, now });

  fuzz(
    'that fits is taken, with any secret that is valid now',
    signed,
    { modest: 300 },
    ({ body, secret, others, age }) => {
      expect(verify(signature(secret, body, now - age), body, [...others, secret])).toBe(true);
    },
  );

  fuzz(
    'fits one body, one secret and one time alone',
    fc.tuple(signed, fc.constantFrom('body', 'secret', 'time', 'signature'), oddText),
    { modest: 300 },
    ([{ body, secret, age }, part, other]) => {
      const header = signature(secret, body, now - age);
      const said = {
        body: verify(header, body + (other || ' '), [secret]),
        secret: verify(header, body, [`${secret}x`]),
        time: verify(
          header.replace(/t=(\d+)/, (_, at: string) => `t=${Number(at) + 1}`),
          body,
          [secret],
        ),
        signature: verify(
          header.replace(/s1=./, (from) => (from === 's1=A' ? 's1=B' : 's1=A')),
          body,
          [secret],
        ),
      };
      expect([part, said[part]]).toEqual([part, false]);
    },
  );
});

fuzz(
  "BridgerPay's payload echo: its own passes, any other text does not, none cannot be checked",
  fc.record({ secret: oddText, order: fc.stringMatching(/^[\x21-\x7e]{1,40}$/), other: oddText }),
  { modest: 300 },
  ({ secret, order, other }) => {
    const verify = (payload: unknown) =>
      providers.bridgerpay.hooks.verifySignature!({
        headers: {},
        body: JSON.stringify({ webhook: { type: 'approved' }, data: { order_id: order }, meta: { payload } }),
        secrets: [secret],
        now,
      });
    expect(verify(payloadFor(secret, order))).toBe(true);
    expect(verify(undefined)).toBe(true);
    expect(verify(`${payloadFor(secret, order)}${other.trim() || 'x'}`)).toBe(false);
  },
);

/** What the port promises of an answer, and what follows from it: the hint can travel, the order has an id. */
function expectParsed(hooks: ProviderHooks, fields: unknown): void {
  const parsed = hooks.parseHook({ fields });
  expect(hooks.parseHook({ fields })).toEqual(parsed);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  if (parsed.ok) expectHint(hooks, parsed);
  else expect(parsed.detail).toMatch(/\S/);
}

function expectHint(hooks: ProviderHooks, { kind, key, hint }: ParsedHook & { ok: true }): void {
  const travelled: unknown = JSON.parse(JSON.stringify({ id: 'digest', ...hint }));
  expect(travelled).toEqual({ id: 'digest', ...hint });
  expect(isHint(travelled)).toBe(true);
  expect(hooks.isKey(key, kind)).toBe(true);
  expect(typeof orderId('acme', kind, key)).toMatch(/^(string|undefined)$/);
  // They stand in timelines.
  expect(`${hint.event} ${hint.status}`).toMatch(/^[\x20-\x7e]{1,129}$/);
  const { amount } = hint.proof?.movement ?? {};
  if (amount !== undefined)
    expect([amount, Number.isSafeInteger(amount) && amount >= 0]).toEqual([amount, true]);
}

function signature(secret: string, body: string, at: number): string {
  const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('base64');
  return `t=${at},s1=${digest}`;
}

function spoiltSignature(): fc.Arbitrary<string> {
  const anyTime = fc.oneof(fc.constant(`${now}`), fc.integer().map(String), oddText);
  return fc.tuple(anyTime, fc.oneof(fc.base64String(), oddText)).map(([at, text]) => `t=${at},s1=${text}`);
}

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '?'));
}
