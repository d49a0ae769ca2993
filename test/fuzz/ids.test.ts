import fc from 'fast-check';
import type { Kind } from '../../src/domain/money/payment.ts';
import { providers } from '../../src/providers/index.ts';
import { accountOf, orderId, parseOrderId } from '../../src/workflows/contract/ids.ts';
import { fuzz } from './fuzz.ts';
import { oddText } from './odd.ts';

const anyAccount = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);
const anyKind = fc.constantFrom<Kind>('deposit', 'payout');
const anyKey = fc.oneof(
  oddText,
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('payout', 'payout:', ':', 'a:b', '%3A', 'payout%3A1'),
);
const { isKey } = providers.bridgerpay.hooks;

fuzz(
  'an order id leads back to what it was made of',
  fc.tuple(
    anyAccount,
    anyKind,
    anyKey.filter((key) => isKey(key)),
  ),
  { modest: 1_500 },
  ([account, kind, key]) => {
    const id = orderId(account, kind, key);
    if (id === undefined) return expect(encodeURIComponent(key).length).toBeGreaterThan(150);
    expect(Buffer.byteLength(id)).toBeLessThanOrEqual(200);
    expect(id).toMatch(/^[\x21-\x7e]+$/);
    expect(accountOf(id)).toBe(account);
    return expect(parseOrderId(id)).toEqual({ account, kind, key });
  },
);

fuzz(
  'no two orders share an id',
  fc.tuple(anyAccount, anyKind, anyKey, anyAccount, anyKind, anyKey),
  { modest: 1_000 },
  ([a, kindA, keyA, b, kindB, keyB]) => {
    fc.pre(isKey(keyA) && isKey(keyB));
    const [one, other] = [orderId(a, kindA, keyA), orderId(b, kindB, keyB)];
    fc.pre(one !== undefined);
    expect(one === other).toBe(a === b && kindA === kindB && keyA === keyB);
  },
);

fuzz(
  'any text is an order id or none',
  fc.oneof(
    oddText,
    fc.string().map((text) => `acme:${text}`),
    fc.stringMatching(/^[a-z:%0-9-]{0,40}$/),
  ),
  { modest: 1_500 },
  (text) => {
    const parsed = parseOrderId(text);
    if (parsed) expect(accountOf(text)).toBe(parsed.account);
  },
);

fuzz('a key of either provider never leaves its place in a URL', anyKey, { modest: 1_000 }, (key) => {
  for (const { hooks } of Object.values(providers)) {
    if (!hooks.isKey(key)) continue;
    const { pathname, host } = new URL(`/v3/session/${encodeURIComponent(key)}`, 'https://api.example');
    expect(host).toBe('api.example');
    expect(pathname.split('/')).toHaveLength(4);
    expect(decodeURIComponent(pathname.split('/')[3]!)).toBe(key);
  }
});
