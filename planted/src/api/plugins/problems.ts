import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import fp from 'fastify-plugin';
import { Problem, problems, problemType, type ProblemCode } from '../problems.ts';

/** Answers every error as problem+json (RFC 9457), and says 503 where Temporal is what failed. */
export const problemAnswers = fp(async (app: FastifyInstance) => {
  app.setErrorHandler(answerProblem);
  // Where the type of a problem points to.
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

/** Answers an error, whoever made it. */
export function answerProblem(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return answer(toProblem(error, request), error, request, reply);
}

/** How Fastify's own refusals are called here. */
const byFastifyCode: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

/** The problem that an error is, whoever made it; one that nobody expected is logged. */
export function toProblem(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error))
    return new Problem('invalid_request', describe(error.validation));
  if (isTemporalFailure(error)) return new Problem('unavailable', undefined, { 'retry-after': '5' });
  // Longer than any id or token: there is nothing at such a place.
  if (error.statusCode === 414) return new Problem('not_found', 'nothing at such a path');
  const known = byFastifyCode[error.code];
  if (known) return new Problem(known);
  // Fastify's own words quote the path, and with it the token of a hook.
  if (error.code === 'FST_ERR_BAD_URL')
    return new Problem('invalid_request', 'the address cannot be decoded');
  // Whatever else a sender did wrong: a body that is no JSON, a length that does not fit, a URL that cannot be decoded.
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new Problem('invalid_request', error.message);
  request.log.error({ err: error }, 'unexpected error');
  return new Problem('internal');
}

function answer(problem: Problem, error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, title } = problems[problem.code];
  if (problem.code === 'unavailable')
    request.log.warn({ code: (error as { code?: unknown }).code }, 'Temporal did not answer');
  return reply
    .status(status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send({ type: problemType(problem.code), title, status, code: problem.code, detail: problem.message });
}

function isTemporalFailure(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

function describe(issues: readonly { instancePath?: string; message?: string | undefined }[]): string {
  return issues.map(({ instancePath, message }) => `${instancePath || 'body'}: ${message}`).join('; ');
}

/** The path without its query, and without a hook's token. */
function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?');
  return path.includes('hooks/') ? '/hooks/…' : path;
}
