import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import fp from 'fastify-plugin';
import { isTemporalError, OrderError } from '../../orders/errors.ts';
import { declaredProblems, documentProblems } from '../declared-problems.ts';
import {
  Problem,
  problemOfOrders,
  problems,
  problemType,
  retryAfter,
  type ProblemCode,
} from '../problems.ts';

/** What is logged where a route answers a problem that it does not declare. */
export const undeclaredProblem = 'the route does not declare this problem';

/** Answers every error as problem+json (RFC 9457), with 503 where a call to Temporal failed. */
export const problemAnswers = fp(async (app: FastifyInstance) => {
  app.setErrorHandler(answerProblem);
  documentProblems(app);
  // The `type` of each problem is a path below this one.
  app.get<{ Params: { code: string } }>('/problems/:code', { schema: { hide: true } }, (request, reply) => {
    const { code } = request.params;
    if (!Object.hasOwn(problems, code)) throw new Problem('not_found');
    return reply.send({ code, ...problems[code as ProblemCode] });
  });
  app.setNotFoundHandler((request, reply) => {
    const problem = new Problem('not_found', `nothing at ${request.method} ${pathOf(request)}`);
    return answer(problem, problem, request, reply);
  });
});

/** Answers an error of any origin: ours, Fastify's, zod's, Temporal's. */
export function answerProblem(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return answer(toProblem(error, request), error, request, reply);
}

/** The problems for errors of Fastify. */
const byFastifyCode: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

/** The problem for an error of any origin. An unexpected error is logged and becomes `internal`. */
export function toProblem(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OrderError) return problemOfOrders(error);
  if (hasZodFastifySchemaValidationErrors(error))
    return new Problem('invalid_request', describe(error.validation));
  if (isTemporalError(error)) return new Problem('unavailable', undefined, retryAfter(5));
  // The path is longer than any id or token.
  if (error.statusCode === 414) return new Problem('not_found', 'nothing at this path');
  const known = byFastifyCode[error.code];
  if (known) return new Problem(known);
  // Fastify's message quotes the path, which may hold the token of a hook.
  if (error.code === 'FST_ERR_BAD_URL') return new Problem('invalid_request', 'the path cannot be decoded');
  // Other mistakes of the sender, such as a body that is not JSON or of another length than announced.
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new Problem('invalid_request', error.message);
  request.log.error({ err: error }, 'unexpected error');
  return new Problem('internal');
}

function answer(problem: Problem, error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, title } = problems[problem.code];
  if (problem.code === 'unavailable')
    request.log.warn({ code: (error as { code?: unknown }).code }, 'Temporal did not answer');
  if (declaredProblems(request.routeOptions)?.has(problem.code) === false)
    request.log.error({ problem: problem.code, route: request.routeOptions.url }, undeclaredProblem);
  return reply
    .status(status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(
      // As text, since the route's schema would replace an undeclared code by another answer.
      JSON.stringify({
        type: problemType(problem.code),
        title,
        status,
        code: problem.code,
        detail: problem.message,
      }),
    );
}

function describe(issues: readonly { instancePath?: string; message?: string | undefined }[]): string {
  return issues.map(({ instancePath, message }) => `${instancePath || 'body'}: ${message}`).join('; ');
}

/** The path without its query, and without a hook's token. */
function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?');
  return path.includes('hooks/') ? '/hooks/…' : path;
}
