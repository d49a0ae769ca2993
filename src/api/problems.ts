import type { OrderError } from '../orders/errors.ts';

/** Every problem that the API answers with, by its stable code: the last part of the `type` URI (RFC 9457). */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_signature: { status: 400, title: 'The signature of the hook is missing, too old or wrong' },
  unauthorized: { status: 401, title: 'A valid API key is required' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  terms_conflict: { status: 409, title: 'The order is registered with other terms' },
  no_escalation: { status: 409, title: 'The order has no escalation to decide about' },
  already_acknowledged: { status: 409, title: 'Another person has acknowledged the escalation' },
  escalation_changed: { status: 409, title: 'The escalation has changed since it was looked at' },
  snooze_in_past: { status: 409, title: 'A snooze must end in the future' },
  claim_unknown: { status: 404, title: 'The order has no open claim with this id' },
  claim_does_not_fit: { status: 409, title: 'The claimed refund does not fit what is left of its payment' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  key_reused: { status: 422, title: 'The idempotency key was used with another body' },
  budget_exhausted: { status: 429, title: 'Hooks have started too many unregistered orders' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporal did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** An expected refusal: it becomes a problem+json answer, with these headers. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string = problems[code].title,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.headers = headers;
  }
}

/** The problem for an OrderError. The compiler checks that each of its codes is a problem code. */
export function problemOfOrders({ code, message, retryAfterSeconds }: OrderError): Problem {
  return new Problem(code, message, retryAfter(retryAfterSeconds));
}

/** The header that says when to try again; none where undefined. */
export function retryAfter(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

/** Where the type of a problem is documented, relative to the service. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}
