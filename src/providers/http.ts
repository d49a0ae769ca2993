import type { z } from 'zod';
import type { ReadFailure } from '../domain/money/payment.ts';
import { parseExactly } from './exact-json.ts';
import { fieldOf, isFields, textOf } from './wire.ts';

/** How a provider's own words are told from those of whatever stands on the way to it. */
export interface Dialect {
  /** Whether an answer that does not fit the schema is the provider's all the same: it is then `malformed`. */
  isOwn(answer: unknown): boolean;
  /** The HTTP status that an error body of the provider means; undefined where it is not the provider's own. */
  errorStatus(body: unknown, status: number): number | undefined;
}

export interface JsonRequest<T> {
  /** Built only from configuration and encoded ids, so that no hook can choose the host. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON by POST. Without it the request is a GET. */
  readonly body?: unknown;
  readonly schema: z.ZodType<T>;
  readonly dialect: Dialect;
  /** The limit of the whole exchange, including a slow body; milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface Failed {
  readonly ok: false;
  readonly failure: ReadFailure;
  readonly detail: string;
  readonly isTransient: boolean;
  readonly retryAfterMs?: number;
}

export type JsonAnswer<T> = { readonly ok: true; readonly value: T } | Failed;

const maxBytes = 1024 * 1024;

interface StatusMeaning {
  readonly failure: ReadFailure;
  readonly isTransient: boolean;
}

// The failure that each status means. 403 can mean wrong credentials or a wrong environment, but never an unknown payment.
const statusMeanings: Readonly<Record<number, StatusMeaning>> = {
  401: { failure: 'credentials', isTransient: false },
  403: { failure: 'credentials', isTransient: false },
  404: { failure: 'unknown_session', isTransient: false },
  408: { failure: 'timeout', isTransient: true },
  425: { failure: 'unavailable', isTransient: true },
  429: { failure: 'rate_limited', isTransient: true },
};

/**
 * The only way to call a provider: no redirects, one deadline for the whole exchange, a size limit, and an answer that
 * fits the schema. What is not the provider's own word (a page, a login, the JSON of a gateway) is `unavailable`.
 * `detail` never quotes the answer, so histories and logs hold nothing private.
 */
export async function fetchJson<T>(request: JsonRequest<T>): Promise<JsonAnswer<T>> {
  const deadline = AbortSignal.timeout(request.deadlineMs);
  try {
    const response = await fetch(request.url, {
      headers: {
        accept: 'application/json',
        'user-agent': 'payment-lifecycle',
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body !== undefined && { method: 'POST', body: JSON.stringify(request.body) }),
      redirect: 'manual',
      signal: AbortSignal.any([deadline, request.signal]),
    });
    if (response.status === 200) return parse(await readText(response), request);
    return await refusal(response, request.dialect);
  } catch (error) {
    if (deadline.aborted)
      return {
        ok: false,
        failure: 'timeout',
        detail: `no answer in ${request.deadlineMs} ms`,
        isTransient: true,
      };
    return unavailable(networkCode(error));
  }
}

/** The failure that an HTTP status means, or the same code inside an envelope. */
export function statusMeaning(status: number): StatusMeaning {
  if (status >= 500) return { failure: 'unavailable', isTransient: true };
  return statusMeanings[status] ?? { failure: 'refused', isTransient: false };
}

/** A failure of the way to the provider, which another attempt may cure. */
export function unavailable(detail: string): Failed {
  return { ok: false, failure: 'unavailable', detail, isTransient: true };
}

/**
 * The dialect of a JSON API: an answer of it has the field by which it is known, and an error a code or a message and
 * not that field.
 */
export function dialectOf(field: string): Dialect {
  const isOwn = (answer: unknown) => isFields(answer) && Object.hasOwn(answer, field);
  return {
    isOwn,
    errorStatus: (body, status) => (isErrorBody(body) && !isOwn(body) ? status : undefined),
  };
}

/** Whether a body has the shape of an error of a JSON API: a code or a message, itself or in `error`. */
export function isErrorBody(body: unknown): boolean {
  const error = fieldOf(body, 'error');
  const words = [
    fieldOf(error, 'code'),
    fieldOf(error, 'message'),
    fieldOf(body, 'message'),
    fieldOf(body, 'code'),
  ];
  return words.some((word) => textOf(word) !== undefined);
}

// These say the same whoever says them: the way is closed for now.
const isOfTheWay = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

async function refusal(response: Response, dialect: Dialect): Promise<JsonAnswer<never>> {
  const { status, headers } = response;
  const wait = parseRetryAfter(headers.get('retry-after'), headers.get('date'));
  const retryAfterMs = wait === undefined ? {} : { retryAfterMs: wait };
  if (isOfTheWay(status) || status < 400) {
    await response.body?.cancel();
    const meaning = status < 400 ? unavailable(oddSuccess(status)) : statusMeaning(status);
    return { ok: false, detail: `HTTP ${status}`, ...meaning, ...retryAfterMs };
  }
  const text = await readText(response);
  const meant = dialect.errorStatus(parsed(text), status);
  if (meant !== undefined)
    return { ok: false, ...statusMeaning(meant), detail: `HTTP ${status}`, ...retryAfterMs };
  // Nothing at all is how some refuse credentials or a request; that a payment is unknown must be said.
  if (text?.trim() === '' && status !== 404)
    return { ok: false, ...statusMeaning(status), detail: `HTTP ${status}, empty`, ...retryAfterMs };
  return { ...unavailable(`HTTP ${status}, not the provider's own error`), ...retryAfterMs };
}

function oddSuccess(status: number): string {
  return `HTTP ${status}, ${status < 300 ? 'not an answer to a read' : 'a redirect'}`;
}

/** Parses Retry-After, seconds or a date (RFC 9110, 10.2.3), to milliseconds. A date is compared with the sender's own clock. */
export function parseRetryAfter(value: string | null, sentAt: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(sentAt ?? '');
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}

/** The body, or undefined where it is larger than any answer. */
async function readText(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** JSON as a value; undefined for what is none. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

function parse<T>(text: string | undefined, { schema, dialect }: JsonRequest<T>): JsonAnswer<T> {
  if (text === undefined) return unavailable(`HTTP 200, more than ${maxBytes} bytes`);
  const json = parsed(text);
  if (json === undefined) return unavailable(`HTTP 200, ${text.trim() === '' ? 'empty' : 'not JSON'}`);
  const found = fitted(schema, json);
  if (found?.success) return { ok: true, value: found.data };
  if (!dialect.isOwn(json)) return unavailable('HTTP 200, JSON that is not the answer asked for');
  const path = found?.error.issues[0]?.path.join('.') || 'the top level';
  return {
    ok: false,
    failure: 'malformed',
    detail: `HTTP 200, unexpected shape at ${path}`,
    isTransient: true,
  };
}

/** Undefined for a value that the schema throws at: zod reads `length` before it checks the type. */
function fitted<T>(schema: z.ZodType<T>, json: unknown): z.ZodSafeParseResult<T> | undefined {
  try {
    return schema.safeParse(json);
  } catch {
    return undefined;
  }
}

function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : 'no connection';
}
