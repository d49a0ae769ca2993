import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a seal is for: one made for one thing is nothing for another. */
export type Purpose = 'session' | 'message';

/** Writes content for a cookie so that it can be read by all and made by none who lacks the secret. */
export function signCookie(content: unknown, secret: string, purpose: Purpose): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${macOf(text, secret, purpose).toString('base64url')}`;
}

/** The content of a seal that was made with this secret; undefined for any other text. */
export function verifyCookie(sealed: string, secret: string, purpose: Purpose): unknown {
  const [text = '', mac = ''] = sealed.split('.');
  const expected = macOf(text, secret, purpose);
  const given = Buffer.from(mac, 'base64url');
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  return isOurs ? contentOf(sealed) : undefined;
}

/** The content of a sealed text, whoever made it; undefined where there is none. */
export function contentOf(sealed: string): unknown {
  try {
    return JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

function macOf(text: string, secret: string, purpose: Purpose): Buffer {
  // A key of its own, so that nothing that is sealed here says anything about the secret (RFC 5869).
  const key = Buffer.from(hkdfSync('sha256', secret, '', `payment-lifecycle ops ${purpose}`, 32));
  return createHmac('sha256', key).update(text).digest();
}
