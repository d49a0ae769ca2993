/** Invented personal data in every session: if one of these words appears in a log or a history, personal data has leaked. */
const address = {
  firstName: 'Canaria',
  lastName: 'Testsdotter-Canary',
  email: 'canary.person@example.test',
  phoneNumber: '+46700000042',
  streetAddress: 'Canary Street 42',
  zip: '11122',
  city: 'Canary Town',
  country: 'SE',
} as const;

export const people = {
  billing: address,
  shipping: { ...address, streetAddress: 'Canary Wharf 43' },
  strongAuth: { personalNumber: '19121212-CANARY', provider: 'bankid' },
} as const;

/** The words to search logs and histories for. */
export const canaries = [
  address.lastName,
  address.email,
  address.phoneNumber,
  address.streetAddress,
  people.shipping.streetAddress,
  people.strongAuth.personalNumber,
  'canary-client-token',
  'canary-html-snippet',
] as const;

/** An unsigned token in the shape of Briqpay's, with the merchant's id as a claim. */
export function clientToken(sessionId: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sessionId, merchantId: 'sandbox' })}.canary-client-token`;
}

export function htmlSnippet(sessionId: string): string {
  return `<div id="briqpay" data-session="${sessionId}"><!-- canary-html-snippet --></div>`;
}
