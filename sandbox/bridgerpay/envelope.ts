import type { z } from 'zod';
import { type Answer, Refusal } from '../answers.ts';

/** One line of a validation error. */
export interface Complaint {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

interface Failure {
  /** Of the HTTP answer, where it is not the code of the envelope. */
  readonly http?: number;
  readonly status?: string;
  readonly result?: readonly Complaint[] | null;
}

/** A refusal of BridgerPay's API. Its code is in the body; the HTTP status is not always the same. */
export class Denial extends Error {
  readonly answer: Answer;

  constructor(code: number, message: string, failure: Failure = {}) {
    super(message);
    this.answer = failed(code, message, failure);
  }
}

/** `{response, result}`, which all answers are. */
export function succeeded(result: unknown, message = 'OK'): Answer {
  return { status: 200, body: { response: { status: 'OK', code: 200, message }, result } };
}

export function failed(code: number, message: string, failure: Failure = {}): Answer {
  const { http = code, status = statusWords[code] ?? 'Error', result = null } = failure;
  return { status: http, body: { response: { status, code, message }, result } };
}

/** A wrong API key is answered without a status and a result. */
export function wrongApiKey(apiKey: string): Answer {
  return {
    status: 401,
    body: { response: { code: 401, message: `merchant api key '${apiKey}' is invalid` } },
  };
}

/** `value` as `schema` reads it; else a 400 that lists every field that is wrong. */
export function valid<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const complaints = error.issues.map(({ path, message }) => complaint(path.join('.'), message));
  throw invalid(...complaints);
}

export function invalid(...result: Complaint[]): Denial {
  return new Denial(400, '400', { result });
}

export function complaint(field: string, message: string): Complaint {
  return { type: 'validation_error', field, message };
}

/** The answer of `work`, where a denial is an answer too. */
export function answerOf(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    return answerTo(error);
  }
}

/** What the API says to an error; one that nobody foresaw is thrown on. */
export function answerTo(error: unknown): Answer {
  if (error instanceof Denial) return error.answer;
  if (error instanceof Refusal) return failed(error.status, error.message);
  throw error;
}

/** The code in the body of `answer`, which is what clients should look at. */
export function codeOf({ body }: Answer): number | undefined {
  return (body as { response?: { code?: number } } | undefined)?.response?.code;
}

const statusWords: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
};
