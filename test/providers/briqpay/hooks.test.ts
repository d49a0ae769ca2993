import { createHmac } from 'node:crypto';
import { parse as parseQuery } from 'node:querystring';
import fc from 'fast-check';
import type { Claim } from '../../../src/domain/order/hints.ts';
import { parseExactly } from '../../../src/providers/exact-json.ts';
import { briqpayHooks } from '../../../src/providers/briqpay/index.ts';
import { hookFixture, hookNames, subscriptions, type Fields } from './fixtures.ts';

const session = '61c16f84-b42e-4e1c-a114-a117a6e1e27d';
const movement = 'a3811397-a1fc-44f0-99fd-d134063c9c47';

const parse = (fields: unknown) => briqpayHooks.parseHook({ fields });
const claimOf = (fields: unknown) => {
  const hook = parse(fields);
  if (!hook.ok) throw new Error(hook.detail);
  return hook.hint.claim;
};

/** The two ways that Briqpay sends the same fields: as a JSON body, and as the query of a GET. */
const transports = {
  'POST body': (fields: Fields) => JSON.parse(JSON.stringify(fields)) as unknown,
  'GET query': (fields: Fields) =>
    parseQuery(
      new URLSearchParams(
        Object.entries(fields).map(([key, value]): [string, string] => [key, String(value)]),
      ).toString(),
    ),
};

describe.each(Object.entries(transports))('by %s', (_, sent) => {
  test.each<[(typeof hookNames)[number], Claim]>([
    ['session-status', { of: 'session', status: 'completed' }],
    ['order-status', { of: 'payment', status: 'approved' }],
    ['capture-status', { of: 'capture', id: movement, status: 'approved' }],
    ['capture-status-pre-existing', { of: 'capture', id: movement, status: 'approved' }],
    ['refund-status', { of: 'refund', id: movement, status: 'approved' }],
  ])('the documented example %s is a hint about its session', (name, claim) => {
    const fields = hookFixture(name);
    expect(parse(sent(fields))).toEqual({
      ok: true,
      kind: 'deposit',
      key: session,
      hint: { event: fields['event'], status: fields['status'], claim },
    });
  });

  test.each<[string, string, Claim]>([
    ['order_status', 'order_pending', { of: 'payment', status: 'pending' }],
    ['order_status', 'order_rejected', { of: 'payment', status: 'rejected' }],
    ['order_status', 'order_cancelled', { of: 'payment', status: 'cancelled' }],
    ['order_status', 'order_approved_not_captured', { of: 'payment', status: 'approved' }],
    ['capture_status', 'pending', { of: 'capture', id: movement, status: 'pending' }],
    ['capture_status', 'approved', { of: 'capture', id: movement, status: 'approved' }],
    ['capture_status', 'rejected', { of: 'capture', id: movement, status: 'rejected' }],
    ['capture_status', 'cancelled', { of: 'capture', id: movement, status: 'cancelled' }],
    ['refund_status', 'pending', { of: 'refund', id: movement, status: 'pending' }],
    ['refund_status', 'approved', { of: 'refund', id: movement, status: 'approved' }],
    ['refund_status', 'rejected', { of: 'refund', id: movement, status: 'rejected' }],
    ['refund_status', 'cancelled', { of: 'refund', id: movement, status: 'cancelled' }],
    ['session_status', 'completed', { of: 'session', status: 'completed' }],
  ])('%s %s claims what it says', (event, status, claim) => {
    expect(claimOf(sent(hookOf(event, status)))).toEqual(claim);
  });

  test('nothing that the documentation tells shops to subscribe to claims nothing', () => {
    for (const { eventType, statuses } of subscriptions()) {
      for (const status of statuses)
        expect(claimOf(sent(hookOf(eventType, status)))).not.toEqual({ of: 'nothing' });
    }
  });

  test('references stand at the top level and change nothing', () => {
    const plain = hookFixture('capture-status');
    const references = { reference1: '1000123', cartId: 'cart-77', quoteId: '7', note: 'Größe 42 #1 & more' };
    expect(parse(sent({ ...references, ...plain }))).toEqual(parse(sent(plain)));
  });

  test('eventType stands in for event, and event wins over it', () => {
    const { event, ...others } = hookFixture('order-status');
    const plain = parse(sent({ event, ...others }));
    expect(parse(sent({ ...others, eventType: event }))).toEqual(plain);
    expect(parse(sent({ ...others, event, eventType: 'refund_status' }))).toEqual(plain);
  });

  test.each([
    ['an unknown event', { event: 'order_teleported', status: 'approved' }],
    ['an unknown order status', { event: 'order_status', status: 'order_teleported' }],
    ['an unknown capture status', { event: 'capture_status', status: 'half', captureId: movement }],
    ['a session status that is no end', { event: 'session_status', status: 'started' }],
    ['a capture without its id', { event: 'capture_status', status: 'approved' }],
    ['a refund without its id', { event: 'refund_status', status: 'approved' }],
    ['an event without a status', { event: 'order_status' }],
    ['a status of another event', { event: 'order_status', status: 'approved' }],
    ['a word that every object has', { event: 'order_status', status: 'constructor' }],
    ['an event that every object has', { event: 'toString', status: '__proto__' }],
  ])('%s is accepted as a hint that claims nothing', (_what, fields) => {
    expect(parse(sent({ ...fields, sessionId: session }))).toMatchObject({
      ok: true,
      key: session,
      hint: { event: fields.event, claim: { of: 'nothing' } },
    });
  });

  test('what the iframe shows is acknowledged and goes no further', () => {
    expect(parse(sent(hookOf('module_ui_status', 'visible')))).toMatchObject({ ok: true, isIgnored: true });
  });
});

test('any word that can be shown is accepted, known or not', () => {
  const word = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 64,
  });
  fc.assert(
    fc.property(word, word, (event, status) => {
      const hook = parse({ event, status, sessionId: session });
      expect(hook).toMatchObject({ ok: true, key: session, hint: { event, status } });
    }),
  );
});

const hostileTexts = [
  ['a path upwards', '../../x'],
  ['an encoded path upwards', '%2e%2e%2f'],
  ['a query', 'a?b=c'],
  ['a fragment', 'a#b'],
  ['a path', 'a/b'],
  ['a back slash', 'a\\b'],
  ['a newline', 'a\nb'],
  ['a newline at the end', `${session}\n`],
  ['NUL', 'a\0b'],
  ['a space', 'a b'],
  ['10 KB', 'x'.repeat(10_240)],
  ['129 characters', 'x'.repeat(129)],
  ['an absolute URL', 'https://evil.example/v3/session/x'],
  ['a host', '//evil.example'],
  ['a colon, which parts an order id', `payout:${session}`],
  ['a letter that looks like another', 'sеssion'],
  ['nothing', ''],
] as const;

const hostileValues = [
  ['null', null],
  ['a list', [session]],
  ['an empty list', []],
  ['an object', { toString: session }],
  ['a number', 61],
  ['true', true],
] as const;

describe('a session id', () => {
  test.each([...hostileTexts, ...hostileValues])('of %s is refused', (_, sessionId) => {
    const hook = parse({ ...hookFixture('order-status'), sessionId });
    expect(hook).toEqual({ ok: false, detail: expect.stringMatching(/^sessionId: /) });
  });

  test.each(hostileTexts)('of %s cannot be registered either', (_, sessionId) => {
    expect(briqpayHooks.isKey(sessionId)).toBe(false);
  });

  test('given twice in a query is refused', () => {
    expect(parse(parseQuery(`event=order_status&sessionId=${session}&sessionId=other`)).ok).toBe(false);
  });

  test('is taken as it is, up to 128 characters', () => {
    for (const sessionId of [session, 'x', 'A_z-9', '__proto__', 'constructor', 'x'.repeat(128)]) {
      expect(parse({ event: 'order_status', sessionId })).toMatchObject({ ok: true, key: sessionId });
      expect(briqpayHooks.isKey(sessionId)).toBe(true);
    }
  });

  test('that is only inherited is none', () => {
    const text = `{"event":"order_status","status":"order_pending","__proto__":{"sessionId":"${session}"}}`;
    expect(parse(JSON.parse(text)).ok).toBe(false);
    expect(({} as Fields)['sessionId']).toBeUndefined();
  });
});

describe('only the session can make a hook unreadable', () => {
  test.each([
    ['null', null],
    ['nothing', ''],
    ['a newline', 'a\nb'],
    ['NUL', 'a\0b'],
    ['an escape of a terminal', '\u001b[31mred'],
    ['10 KB', 'x'.repeat(10_240)],
    ['a list', ['approved']],
    ['an object', { status: 'approved' }],
    ['true', true],
    ['a length that cannot be compared', { length: { valueOf: 0, toString: 0 } }],
  ])('a status, event or id of %s is not there: sample 26', (_, value) => {
    const fields = hookFixture('capture-status');
    expect(parse({ ...fields, status: value })).toEqual({
      ok: true,
      kind: 'deposit',
      key: session,
      hint: { event: 'capture_status', status: '', claim: { of: 'nothing' } },
    });
    expect(parse({ ...fields, captureId: value })).toMatchObject({
      ok: true,
      hint: { event: 'capture_status', status: 'approved', claim: { of: 'nothing' } },
    });
    expect(parse({ ...fields, event: value })).toMatchObject({
      ok: true,
      hint: { event: 'unknown', status: 'approved', claim: { of: 'nothing' } },
    });
  });

  test('an odd event leaves eventType to stand in for it', () => {
    const fields = { ...hookFixture('order-status'), event: null, eventType: 'order_status' };
    expect(parse(fields)).toEqual(parse(hookFixture('order-status')));
  });

  test('no event at all is a hint too', () => {
    expect(parse({ sessionId: session })).toStrictEqual({
      ok: true,
      kind: 'deposit',
      key: session,
      hint: { event: 'unknown', status: '', claim: { of: 'nothing' } },
    });
  });

  test('numbers are words, and ids of nineteen digits stay apart', () => {
    const claimed = (digits: string) =>
      claimOf(
        parseExactly(
          `{"event":"capture_status","status":"approved","sessionId":"${session}","captureId":${digits}}`,
        ),
      );
    expect(claimed('7')).toEqual({ of: 'capture', id: '7', status: 'approved' });
    expect(claimed('1000000000000000001')).toEqual({
      of: 'capture',
      id: '1000000000000000001',
      status: 'approved',
    });
    expect(parse({ event: 7, status: 8, sessionId: session })).toMatchObject({
      hint: { event: '7', status: '8' },
    });
  });
});

test('a hook without a status has an empty one, to the letter', () => {
  expect(parse({ event: 'order_status', sessionId: session })).toStrictEqual({
    ok: true,
    kind: 'deposit',
    key: session,
    hint: { event: 'order_status', status: '', claim: { of: 'nothing' } },
  });
});

test.each([
  ['event', 64],
  ['status', 64],
  ['captureId', 128],
])('%s may have %i characters', (field, longest) => {
  const isTold = (length: number) =>
    JSON.stringify(parse({ ...hookFixture('capture-status'), [field]: 'x'.repeat(length) })).includes('xx');
  expect([isTold(2), isTold(longest), isTold(longest + 1)]).toEqual([true, true, false]);
});

test('Briqpay has deposits alone, by the name that the API calls their key', () => {
  const { name, keyName, isKey } = briqpayHooks;
  expect({ name, keyName }).toEqual({ name: 'briqpay', keyName: 'sessionId' });
  expect([isKey(session), isKey(session, 'deposit'), isKey(session, 'payout')]).toEqual([true, true, false]);
});

describe('parseHook is total', () => {
  test.each([
    ['null', null],
    ['undefined', undefined],
    ['text', 'x'],
    ['a number', 1],
    ['a list', []],
    ['{}', {}],
  ])('on %s', (_, fields) => {
    expect(parse(fields)).toEqual({ ok: false, detail: expect.any(String) });
  });

  test.each([
    [{ sessionId: 7 }, 'sessionId: not a session id'],
    [{ event: 'order_status' }, /^sessionId: /],
    ['text', /^body: /],
  ])('and says what is wrong with %j, and where', (fields, detail) => {
    const hook = parse(fields);
    expect(hook.ok ? '' : hook.detail).toMatch(detail);
  });

  test('on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (fields) => {
        expect(typeof parse(fields).ok).toBe('boolean');
      }),
    );
  });

  test('on anything in the place of a field, and a key is only ever a session id', () => {
    const field = fc.oneof(fc.constantFrom(session, 'order_status', 'approved', movement), fc.jsonValue());
    const names = [
      'event',
      'eventType',
      'status',
      'sessionId',
      'captureId',
      'refundId',
      '__proto__',
      'extra',
    ];
    const fields = fc.dictionary(fc.constantFrom(...names), field);
    fc.assert(
      fc.property(fields, (given) => {
        const hook = parse(given);
        if (hook.ok) expect(hook.key).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
        else expect(hook.detail.length).toBeLessThan(200);
      }),
    );
  });

  test('a refusal never repeats what was sent', () => {
    const hook = parse({ ...hookFixture('order-status'), sessionId: 'canary\n42' });
    expect(hook).toEqual({ ok: false, detail: 'sessionId: not a session id' });
  });
});

describe('a signature', () => {
  const now = Date.UTC(2026, 8, 20, 10);
  const minute = 60_000;
  const secret = 'whsec-current';
  const body = JSON.stringify({ ...hookFixture('order-status'), note: 'Größe' });
  const sign = (t: number | string, text = body, by = secret) =>
    `t=${t},s1=${createHmac('sha256', by).update(`${t}.${text}`).digest('base64')}`;
  const verify = (header: string | string[] | undefined, more: { body?: string; secrets?: string[] } = {}) =>
    briqpayHooks.verifySignature!({
      headers: { 'x-briq-signature': header },
      body,
      secrets: [secret],
      now,
      ...more,
    });

  test('over the time and the raw body passes', () => {
    expect(verify(sign(now))).toBe(true);
  });

  test('may have spaces around its parts, and nothing else', () => {
    const [t, s1] = sign(now).split(',');
    expect(verify(` ${t} , ${s1} `)).toBe(true);
    for (const odd of [`x${t},${s1}`, `${t}x,${s1}`, `${t},x${s1}`, `${t},${s1}!`])
      expect(verify(odd)).toBe(false);
  });

  test('is good for five minutes, and for a clock that is a minute ahead', () => {
    const ages = [5 * minute + 1, 5 * minute, 0, -minute, -minute - 1];
    expect(ages.map((age) => verify(sign(now - age)))).toEqual([false, true, true, true, false]);
  });

  test('in seconds is as old as 1970', () => {
    expect(verify(sign(Math.floor(now / 1000)))).toBe(false);
  });

  test('of another body, also one that means the same, does not pass', () => {
    expect(verify(sign(now), { body: body.replace('approved', 'rejected') })).toBe(false);
    expect(verify(sign(now), { body: JSON.stringify(JSON.parse(body), null, 1) })).toBe(false);
    expect(verify(sign(now), { body: '' })).toBe(false);
  });

  test('whose time was changed does not pass', () => {
    expect(verify(sign(now - 6 * minute).replace(/^t=\d+/, `t=${now}`))).toBe(false);
  });

  test('by another secret does not pass', () => {
    expect(verify(sign(now, body, 'whsec-other'))).toBe(false);
  });

  test('passes again for a repeat with the same t and s1', () => {
    const header = sign(now - 2 * minute);
    expect([verify(header), verify(header), verify(header)]).toEqual([true, true, true]);
  });

  test('by any of several secrets passes, so that one can be rotated', () => {
    const secrets = ['whsec-old', secret, 'whsec-next'];
    for (const by of secrets) expect(verify(sign(now, body, by), { secrets })).toBe(true);
    expect(verify(sign(now, body, 'whsec-other'), { secrets })).toBe(false);
  });

  test('without a secret to check it by never passes', () => {
    expect(verify(sign(now), { secrets: [] })).toBe(false);
  });

  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['has no time', sign(now).replace(/^t=\d+,/, '')],
    ['has no digest', `t=${now}`],
    ['has an empty digest', `t=${now},s1=`],
    ['has another scheme', sign(now).replace('s1=', 's2=')],
    ['has a time that is no number', sign('soon')],
    ['has a negative time', sign(-now)],
    ['has a digest that is cut', sign(now).slice(0, -8)],
    ['has a digest that goes on', sign(now).replace('=', 'AAA=')],
    [
      'has a hex digest',
      `t=${now},s1=${createHmac('sha256', secret).update(`${now}.${body}`).digest('hex')}`,
    ],
    ['came in a list', [sign(now)]],
    ['came twice', [sign(now), sign(now)]],
    ['came twice, joined', `${sign(now)}, ${sign(now)}`],
    ['is 10 KB', `t=${now},s1=${'A'.repeat(10_240)}`],
  ])('that %s does not pass', (_, header) => {
    expect(verify(header)).toBe(false);
  });

  test('is looked at without an exception, whatever the header says', () => {
    const header = fc.oneof(
      fc.string(),
      fc.string().map((text) => `t=${now},s1=${text}`),
      fc.array(fc.string()),
    );
    fc.assert(fc.property(header, (given) => expect(verify(given)).toBe(false)));
  });
});

function hookOf(event: string, status: string): Fields {
  const id =
    event === 'capture_status'
      ? { captureId: movement }
      : event === 'refund_status'
        ? { refundId: movement }
        : {};
  return { event, status, sessionId: session, ...id };
}
