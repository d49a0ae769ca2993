/** Every problem that the API answers with, by its stable code: the last part of the `type` URI (RFC 9457). */
export const problems = {
  invalid_request: { status: 400, title: 'The request does not have the shape that is asked for' },
  invalid_signature: { status: 400, title: 'The signature of the hook is missing, old or wrong' },
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  terms_conflict: { status: 409, title: 'The order is registered with other terms' },
  no_escalation: { status: 409, title: 'The order has no open escalation' },
  already_acknowledged: { status: 409, title: 'Somebody else has acknowledged the escalation' },
  escalation_changed: { status: 409, title: 'Somebody else has decided about the escalation meanwhile' },
  snooze_in_past: { status: 409, title: 'A snooze ends in the future' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  key_reused: { status: 422, title: 'The idempotency key was used with another body' },
  budget_exhausted: { status: 429, title: 'Too many orders were started by hooks that nobody registered' },
  internal: { status: 500, title: 'Something is broken here' },
  unavailable: { status: 503, title: 'Temporal did not answer in time; nothing is claimed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** An expected refusal: it becomes a problem+json answer. `headers` go with it. */
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

/** Where the type of a problem is documented, relative to the service. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}
