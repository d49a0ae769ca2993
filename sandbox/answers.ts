import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { toJson } from './raw-json.ts';

/** The answer of a fake endpoint, before a scripted fault changes it. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** A patch may have put raw JSON into the body. */
  readonly mayHoldRaw?: true;
}

/** A refusal in the shape that providers use: `{"error": {"code", "message"}}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Parses a value. Throws a Refusal that names every wrong path. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, where = 'body'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`,
  );
  throw new Refusal(400, 'INVALID_DATA', problems.join('; '));
}

/** The answer of `work`; a thrown Refusal becomes an answer. */
export async function answerOf(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.mayHoldRaw) {
    reply.code(answer.status).header('content-type', 'application/json; charset=utf-8');
    // As a buffer, so that Fastify does not serialize it again.
    return reply.send(Buffer.from(toJson(answer.body)));
  }
  return reply.code(answer.status).send(answer.body);
}

/** Answers errors in one shape, and accepts empty JSON bodies, since clients send the content type with every request. */
export function speakJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch {
      done(new Refusal(400, 'INVALID_DATA', 'body: not JSON'));
    }
  });
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, _request, reply) => {
    if (error instanceof Refusal) return send(reply, refused(error));
    const { statusCode = 500, code = 'INTERNAL', message } = error;
    return send(reply, refused(new Refusal(statusCode, code, message)));
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, refused(new Refusal(404, 'NOT_FOUND', `no route ${request.method} ${request.url}`))),
  );
}

function refused({ status, code, message }: Refusal): Answer {
  return { status, body: { error: { code, message } } };
}
