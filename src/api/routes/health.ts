import type { FastifyInstance } from 'fastify';
import type { ApiDependencies } from '../dependencies.ts';
import { withDeadline } from '../../orders/with-deadline.ts';
import { Problem } from '../problems.ts';
import { quietRouteLevel } from '../route-log-level.ts';

const deadlineMs = 2_000;

/** `/healthz`: the process answers. `/readyz`: Temporal serves and has the search attributes, so hooks are accepted. */
export async function healthRoutes(
  app: FastifyInstance,
  { client, missingAttributes }: ApiDependencies,
): Promise<void> {
  app.get('/healthz', { logLevel: quietRouteLevel(app), schema: { hide: true } }, async () => ({
    status: 'ok',
  }));

  app.get('/readyz', { logLevel: quietRouteLevel(app), schema: { hide: true } }, async () => {
    const missing = await withDeadline(client, deadlineMs, missingAttributes).catch(() => {
      throw new Problem('unavailable', 'Temporal does not serve', { 'retry-after': '1' });
    });
    if (missing.length > 0) {
      throw new Problem('unavailable', `search attributes are missing: ${missing.join(', ')}`, {
        'retry-after': '1',
      });
    }
    return { status: 'ready' };
  });
}
