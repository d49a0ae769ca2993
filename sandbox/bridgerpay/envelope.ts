import type { z } from 'zod';
import { type Answer, Refusal } from '../answers.ts';

/** One line of a validation error. */
export interface FieldError {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

interface Failure {
  /** The HTTP status, where it differs from the code of the envelope. */
  readonly http?: number;
  readonly status?: string;
  readonly result?: readonly FieldError[] | null;
}

/** An error of BridgerPay's API. Its code is in the body; the HTTP status can differ. */
export class ApiError extends Error {
  readonly answer: Answer;

  constructor(code: number, message: string, failure: Failure = {}) {
    super(message);
    this.answer = failed(code, message, failure);
  }
}

/** A success of the endpoints under `/mpi`, which have another word for it. */
export function mpiSucceeded(result: unknown): Answer {
  return { status: 200, body: { response: { status: 'success', code: 200, message: 'OK' }, result } };
}

/** A success in the envelope `{response, result}`, which every answer has. */
export function succeeded(result: unknown, message = 'OK'): Answer {
  return { status: 200, body: { response: { status: 'OK', code: 200, message }, result } };
}

export function failed(code: number, message: string, failure: Failure = {}): Answer {
  const { http = code, status = statusWords[code] ?? 'Error', result = null } = failure;
  return { status: http, body: { response: { status, code, message }, result } };
}

/** The answer to a wrong API key has no status and no result. */
export function wrongApiKey(apiKey: string): Answer {
  return {
    status: 401,
    body: { response: { code: 401, message: `merchant api key '${apiKey}' is invalid` } },
  };
}

/** Parses a value. Throws an ApiError (400) that lists every wrong field. */
export function valid<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const fieldErrors = error.issues.map(({ path, message }) => fieldError(path.join('.'), message));
  throw invalid(...fieldErrors);
}

export function invalid(...result: FieldError[]): ApiError {
  return new ApiError(400, '400', { result });
}

export function fieldError(field: string, message: string): FieldError {
  return { type: 'validation_error', field, message };
}

/** The answer of `work`; a thrown error of the API becomes an answer. */
export function answerOf(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    return answerTo(error);
  }
}

/** The answer to an error of the API. Throws any other error on. */
export function answerTo(error: unknown): Answer {
  if (error instanceof ApiError) return error.answer;
  if (error instanceof Refusal) return failed(error.status, error.message);
  throw error;
}

/** The code in the body of an answer, which clients must check. */
export function codeOf({ body }: Answer): number | undefined {
  return (body as { response?: { code?: number } } | undefined)?.response?.code;
}

const statusWords: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
};
