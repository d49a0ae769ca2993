import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a cookie is for: a signature for one purpose is not valid for another. */
export type Purpose = 'session' | 'message';

/** Signs content for a cookie: anybody can read it, only a holder of the secret can make it. */
export function signCookie(content: unknown, secret: string, purpose: Purpose): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${macOf(text, secret, purpose).toString('base64url')}`;
}

/** The content of a cookie that was signed with this secret for this purpose; undefined for any other text. */
export function verifyCookie(signed: string, secret: string, purpose: Purpose): unknown {
  const [text = '', mac = ''] = signed.split('.');
  const expected = macOf(text, secret, purpose);
  const given = Buffer.from(mac, 'base64url');
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  return isOurs ? contentOf(signed) : undefined;
}

/** The content of a cookie without a check of its signature; undefined where it cannot be read. */
export function contentOf(signed: string): unknown {
  try {
    return JSON.parse(Buffer.from(signed.split('.')[0] ?? '', 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

function macOf(text: string, secret: string, purpose: Purpose): Buffer {
  // A derived key, so that signatures reveal nothing about the secret (RFC 5869).
  const key = Buffer.from(hkdfSync('sha256', secret, '', `payment-lifecycle ops ${purpose}`, 32));
  return createHmac('sha256', key).update(text).digest();
}
