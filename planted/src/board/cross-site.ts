import type { FastifyRequest } from 'fastify';

/** Whether another site made the browser send a request. Where the browser says nothing, the form's token decides. */
export function isCrossSite({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  // Our own forms come with `null` as well: their pages tell no referrer (Fetch, "append a request Origin header").
  if (origin === undefined || origin === 'null') return false;
  const hosts = [host, headers['x-forwarded-host']];
  return !URL.canParse(origin) || !hosts.includes(new URL(origin).host);
}

/** Whether the browser came by https, also where a proxy ends it. */
export function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const [forwarded] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return protocol === 'https' || forwarded?.trim() === 'https';
}
