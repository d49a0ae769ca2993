import { createHash } from 'node:crypto';

/** Tells whether a page shows the same as before. */
export function fingerprint(shown: unknown): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 16);
}
