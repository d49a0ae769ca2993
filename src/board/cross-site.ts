import type { FastifyRequest } from 'fastify';

/** Whether another site made the browser send this request. Without such headers, the form's CSRF token decides. */
export function isCrossSite({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  // Our own forms send `null` too, because of our referrer policy (Fetch, "append a request Origin header").
  if (origin === undefined || origin === 'null') return false;
  const hosts = [host, headers['x-forwarded-host']];
  return !URL.canParse(origin) || !hosts.includes(new URL(origin).host);
}

/** Whether the browser uses https, directly or up to a proxy in front of this process. */
export function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const [forwarded] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return protocol === 'https' || forwarded?.trim() === 'https';
}
