import type { FastifyInstance, RouteOptions } from 'fastify';
import { z } from 'zod';
import { problems, type ProblemCode } from './problems.ts';
import { problemSchema } from './schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The problems of this route, beside those of every route like it. A route without the field declares nothing. */
    problems?: readonly ProblemCode[];
  }
}

const withBody: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Every problem that a route may answer with; undefined for a route that declares nothing. */
export function declaredProblems({
  method,
  config,
}: Pick<RouteOptions, 'method' | 'config'>): ReadonlySet<ProblemCode> | undefined {
  if (!config?.problems) return undefined;
  const takesBody = [method].flat().some((each) => withBody.includes(each));
  return new Set<ProblemCode>([
    'invalid_request',
    ...(config.scope ? (['unauthorized', 'forbidden'] as const) : []),
    ...(takesBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...config.problems,
    'internal',
    'unavailable',
  ]);
}

/** Adds the problems that a route declares to its responses, so that the OpenAPI document lists them with their codes. */
export function documentProblems(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const declared = declaredProblems(route);
    if (!declared) return;
    const given = route.schema?.response as Record<string, unknown> | undefined;
    route.schema = { ...route.schema, response: { ...given, ...responsesOf([...declared]) } };
  });
}

/** One response for each status; it lists the codes that go with it. */
function responsesOf(codes: readonly ProblemCode[]): Record<number, unknown> {
  const used = new Set(codes.map((code) => problems[code].status));
  return Object.fromEntries(
    [...used].map((status) => {
      const [first, ...more] = codes.filter((code) => problems[code].status === status);
      const schema = problemSchema.and(z.looseObject({ code: z.enum([first!, ...more]) }));
      const description = [first!, ...more].map((code) => `\`${code}\`: ${problems[code].title}`).join('; ');
      return [status, { description, content: { 'application/problem+json': { schema } } }];
    }),
  );
}
