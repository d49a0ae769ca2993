import type { z } from 'zod';
import type { ReadFailure } from '../domain/money/payment.ts';

export interface JsonRequest<T> {
  /** Built only from configuration and encoded ids, so that no hook can choose the host. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON by POST. Without it the request is a GET. */
  readonly body?: unknown;
  readonly schema: z.ZodType<T>;
  /** The limit of the whole exchange, including a slow body; milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export type JsonAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly failure: ReadFailure;
      readonly detail: string;
      readonly isTransient: boolean;
      readonly retryAfterMs?: number;
    };

const maxBytes = 1024 * 1024;

interface StatusMeaning {
  readonly failure: ReadFailure;
  readonly isTransient: boolean;
}

// The failure that each HTTP status means. 403 can mean wrong credentials or a wrong environment, but never an unknown payment.
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
 * fits the schema. `detail` never quotes the answer, so histories and logs hold nothing private.
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
    if (response.status !== 200) {
      await response.body?.cancel();
      return refusal(response);
    }
    const text = await readText(response);
    return text === undefined ? malformed(`more than ${maxBytes} bytes`) : parse(text, request.schema);
  } catch (error) {
    if (deadline.aborted)
      return {
        ok: false,
        failure: 'timeout',
        detail: `no answer in ${request.deadlineMs} ms`,
        isTransient: true,
      };
    return { ok: false, failure: 'unavailable', detail: networkCode(error), isTransient: true };
  }
}

/** The failure that an HTTP status means, or the same code inside an envelope. */
export function statusMeaning(status: number): StatusMeaning {
  return statusMeanings[status] ?? meaningByClass(status);
}

function refusal(response: Response): JsonAnswer<never> {
  const { status, headers } = response;
  const { failure, isTransient } = statusMeaning(status);
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), headers.get('date'));
  return {
    ok: false,
    failure,
    detail: `HTTP ${status}`,
    isTransient,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function meaningByClass(status: number): StatusMeaning {
  if (status >= 500) return { failure: 'unavailable', isTransient: true };
  return { failure: status < 400 ? 'malformed' : 'refused', isTransient: false };
}

/** Parses Retry-After, seconds or a date (RFC 9110, 10.2.3), to milliseconds. A date is compared with the sender's own clock. */
export function parseRetryAfter(value: string | null, sentAt: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(sentAt ?? '');
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}

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

function parse<T>(text: string, schema: z.ZodType<T>): JsonAnswer<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('not JSON');
  }
  let parsed: z.ZodSafeParseResult<T>;
  try {
    parsed = schema.safeParse(json);
  } catch {
    // zod reads `length` before it checks the type, and throws for some values.
    return malformed('unexpected shape');
  }
  if (parsed.success) return { ok: true, value: parsed.data };
  const path = parsed.error.issues[0]?.path.join('.') || 'the top level';
  return malformed(`unexpected shape at ${path}`);
}

function malformed(detail: string): JsonAnswer<never> {
  return { ok: false, failure: 'malformed', detail, isTransient: true };
}

function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : 'no connection';
}
