/** Invented personal data in what BridgerPay sends: if one of these words appears in a log or a history, personal data has leaked. */
export const payer = {
  firstName: 'Canarina',
  lastName: 'Canarysson-Payer',
  email: 'canary.payer@example.test',
  phone: '+32470000042',
  address: 'Canary Row 42',
  city: 'Canaryville',
  country: 'BE',
  zipCode: 'CANARY-9900',
  ip: '203.0.113.42',
  /** A shop may put its customer id here. */
  platformId: 'CU-CANARY-1234',
} as const;

export const card = {
  /** The last four digits, despite the field's name. */
  number: '0042',
  masked: '401288******0042',
  /** January 2030: the month has no zero in front. */
  expiration: '130',
  brand: 'VISA',
  holder: 'CANARINA C CARDHOLDER',
  /** Anyone with the merchant's login can charge it. */
  token: 'canary-credit-card-token',
} as const;

export const wallet = { payer_email: 'canary.wallet@example.test' } as const;

export const description = 'canary-description';

/** The words to search logs and histories for. */
export const canaries = [
  payer.lastName,
  payer.email,
  payer.phone,
  payer.address,
  payer.city,
  payer.zipCode,
  payer.ip,
  payer.platformId,
  card.masked,
  card.holder,
  card.token,
  wallet.payer_email,
  description,
  'canary-access-token',
  'canary-refresh-token',
  'canary-cashier-token',
] as const;

/** An unsigned JWT in the shape of BridgerPay's access tokens. */
export function accessToken(id: string, expiresAtMs: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { jti: id, exp: Math.floor(expiresAtMs / 1000) };
  return `${part({ alg: 'none' })}.${part(claims)}.canary-access-token`;
}

export function refreshToken(id: string): string {
  return `${id}.canary-refresh-token`;
}

export function cashierToken(sessionId: string): string {
  return `${sessionId}.canary-cashier-token`;
}
