import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../api/problems.ts';
import { quietRouteLevel } from '../api/route-log-level.ts';

const require = createRequire(import.meta.url);
const files = {
  'pico.css': require.resolve('@picocss/pico/css/pico.min.css'),
  'board.css': fileURLToPath(new URL('./assets/board.css', import.meta.url)),
  'htmx.js': require.resolve('htmx.org/dist/htmx.min.js'),
  'board.js': fileURLToPath(new URL('./assets/board.js', import.meta.url)),
} as const;

export type AssetName = keyof typeof files;

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};
const bodies = new Map(Object.entries(files).map(([name, path]) => [name, readFileSync(path)]));

/** The URL of an asset. It changes with the content, so that browsers may cache it for ever. */
export function assetHref(name: AssetName): string {
  return `/ops/assets/${name}?v=${digests[name]}`;
}

const digests = Object.fromEntries(
  [...bodies].map(([name, body]) => [
    name,
    createHash('sha256').update(body).digest('base64url').slice(0, 12),
  ]),
);

/** The scripts and styles of the board, all served by this process. */
export async function assetRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { name: string }; Querystring: { v?: string } }>(
    '/assets/:name',
    { schema: { hide: true }, config: { isPublic: true }, logLevel: quietRouteLevel(app) },
    (request, reply) => {
      const { name } = request.params;
      const body = bodies.get(name);
      if (!body) throw new Problem('not_found', 'no such asset');
      const isCurrent = request.query.v === digests[name];
      return reply
        .type(types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
        .header('cache-control', isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache')
        .send(body);
    },
  );
}
