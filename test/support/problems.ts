/** One answer over HTTP, as far as a problem is concerned. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Holds an answer to be a problem (RFC 9457) with this stable code. Answers its detail. */
export function expectProblem({ status, headers, body }: Answered, expected: number, code: string): string {
  expect({ status, type: headers.get('content-type'), body }).toEqual({
    status: expected,
    type: expect.stringMatching(/^application\/problem\+json(;|$)/),
    body: {
      type: `/problems/${code}`,
      title: expect.stringMatching(/\S/),
      status: expected,
      code,
      detail: expect.stringMatching(/\S/),
    },
  });
  return (body as { detail: string }).detail;
}
