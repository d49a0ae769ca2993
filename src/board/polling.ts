import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/** Whether the request is a poll: a page asks for its own changes. */
export function isPoll({ headers }: FastifyRequest): boolean {
  return headers['hx-request'] === 'true';
}

/** A short hash of what a page shows. The page sends it with each poll. */
export function versionOf(view: unknown): string {
  return createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 16);
}

/** Whether the polling page shows this version already. */
export function isUnchanged({ query }: FastifyRequest, version: string): boolean {
  return versionSchema.parse(query).version === version;
}

const versionSchema = z.object({ version: z.string().optional().catch(undefined) });
