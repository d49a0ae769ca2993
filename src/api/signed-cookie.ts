import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** The use of a cookie. A cookie signed for one purpose does not verify for another. */
export type Purpose = 'session' | 'message';

/** A cookie value that everybody can read and only an owner of the secret can make. */
export function signCookie(content: unknown, secret: string, purpose: Purpose): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${macOf(text, secret, purpose).toString('base64url')}`;
}

/** The content of a value that was signed with this secret and purpose; undefined for any other text. */
export function verifyCookie(signed: string, secret: string, purpose: Purpose): unknown {
  const [text = '', mac = ''] = signed.split('.');
  const expected = macOf(text, secret, purpose);
  const given = Buffer.from(mac, 'base64url');
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  return isOurs ? unverifiedContent(signed) : undefined;
}

/** The content of a cookie value without a check of its signature; undefined where it cannot be parsed. */
export function unverifiedContent(signed: string): unknown {
  try {
    return JSON.parse(Buffer.from(signed.split('.')[0] ?? '', 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

function macOf(text: string, secret: string, purpose: Purpose): Buffer {
  // A derived key, so that a signature reveals nothing about the secret (RFC 5869).
  const key = Buffer.from(hkdfSync('sha256', secret, '', `payment-lifecycle ops ${purpose}`, 32));
  return createHmac('sha256', key).update(text).digest();
}
