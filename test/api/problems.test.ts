import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { createApp } from '../../src/api/app.ts';
import { undeclaredProblem } from '../../src/api/plugins/problems.ts';
import { Problem, problems, type ProblemCode } from '../../src/api/problems.ts';
import { OrderError, orderErrorCodes } from '../../src/orders/errors.ts';
import { OrderLookups } from '../../src/orders/order-lookups.ts';

// Each route declares its problems: OpenAPI shows them with their codes, and an answer with another one is logged.

let app: FastifyInstance;
const logs: string[] = [];
/** What the routes of this test throw. */
let thrown: Error;

beforeEach(async () => {
  logs.length = 0;
  const client = {} as Client;
  app = await createApp(
    {
      client,
      lookups: new OrderLookups(client),
      accounts: [],
      apiKeys: [{ name: 'reader', key: 'reader-key', scopes: ['read'] }],
      missingAttributes: async () => [],
      now: Date.now,
    },
    { logLevel: 'error', logStream: { write: (line) => void logs.push(line) } },
  );
  const config = { problems: ['terms_conflict'] as const };
  const fail = () => Promise.reject(thrown);
  app.get('/declaring', { config }, fail);
  app.get('/silent', fail);
});
afterEach(() => app.close());

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

function operations(): (readonly [name: string, operation: Operation])[] {
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
}

/** The codes that the document gives for a route, sorted. */
function codesOf({ responses }: Operation): string[] {
  return Object.values(responses)
    .flatMap(({ content }) => enumIn(content?.['application/problem+json']))
    .toSorted();
}

function enumIn(content: unknown): string[] {
  const { schema } = (content ?? {}) as {
    schema?: { allOf: readonly [unknown, { properties: { code: { enum: string[] } } }] };
  };
  return schema?.allOf[1].properties.code.enum ?? [];
}

const always = ['forbidden', 'internal', 'invalid_request', 'unauthorized', 'unavailable'];
const withBody = ['payload_too_large', 'unsupported_media_type'];
const decision = ['not_found', 'no_escalation', 'escalation_changed', 'key_reused', ...withBody];

test('OpenAPI lists for each route exactly the problems that it declares', async () => {
  await app.ready();
  const listed = Object.fromEntries(
    operations()
      .filter(([name]) => name.includes('/v1/'))
      .map(([name, operation]) => [name, codesOf(operation).filter((code) => !always.includes(code))]),
  );
  const sorted = (codes: readonly string[]) => codes.toSorted();
  expect(listed).toEqual({
    'post /v1/orders': sorted(['not_found', 'terms_conflict', ...withBody]),
    'get /v1/orders': [],
    'get /v1/orders/{id}': ['not_found'],
    'get /v1/orders/{id}/timeline': ['not_found'],
    'get /v1/orders/{id}/explanation': ['not_found'],
    'post /v1/orders/{id}/recheck': sorted(['not_found', 'key_reused', ...withBody]),
    'get /v1/escalations': [],
    'post /v1/orders/{id}/escalation/acknowledge': sorted([...decision, 'already_acknowledged']),
    'post /v1/orders/{id}/escalation/snooze': sorted([...decision, 'already_acknowledged', 'snooze_in_past']),
    'post /v1/orders/{id}/escalation/resolve': sorted(decision),
    'post /v1/orders/{id}/escalation/reopen': sorted(decision),
    'post /v1/orders/{id}/claims/{claimId}/confirm': sorted([
      'not_found',
      'claim_unknown',
      'claim_does_not_fit',
      'key_reused',
      ...withBody,
    ]),
    'post /v1/orders/{id}/claims/{claimId}/dismiss': sorted([
      'not_found',
      'claim_unknown',
      'key_reused',
      ...withBody,
    ]),
    'post /v1/orders/{id}/notes': sorted(['not_found', 'key_reused', ...withBody]),
    'get /v1/incidents': [],
    'get /v1/accounts/{account}/drift': ['not_found'],
    'post /v1/accounts/{account}/drift': sorted(['not_found', ...withBody]),
  });
});

test('every route lists the problems of any route', async () => {
  await app.ready();
  for (const [name, operation] of operations().filter(([path]) => path.includes('/v1/')))
    expect([name, codesOf(operation)]).toEqual([name, expect.arrayContaining(always)]);
});

test('every listed code stands at its status, with its title', async () => {
  await app.ready();
  for (const [, { responses }] of operations()) {
    for (const [status, { description, content }] of Object.entries(responses)) {
      for (const code of enumIn(content?.['application/problem+json']) as ProblemCode[]) {
        expect([code, problems[code].status]).toEqual([code, Number(status)]);
        expect(description).toContain(`\`${code}\`: ${problems[code].title}`);
      }
    }
  }
});

test('an answer with a declared problem logs nothing', async () => {
  thrown = new Problem('terms_conflict');
  const answer = await app.inject('/declaring');
  expect([answer.statusCode, answer.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'terms_conflict' }),
  ]);
  expect(logs).toEqual([]);
});

test.each(['no_escalation', 'budget_exhausted'] as const)(
  'a route that answers `%s` without declaring it is logged, and its answer arrives',
  async (code) => {
    thrown = new Problem(code);
    const answer = await app.inject('/declaring');
    expect([answer.statusCode, answer.json()]).toEqual([
      problems[code].status,
      expect.objectContaining({ code }),
    ]);
    expect(logs.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ msg: undeclaredProblem, problem: code, route: '/declaring' }),
    ]);
  },
);

test('a route that declares nothing is not held to anything', async () => {
  thrown = new Problem('no_escalation');
  expect((await app.inject('/silent')).statusCode).toBe(409);
  expect(logs).toEqual([]);
});

test.each(orderErrorCodes)('an error `%s` of the orders is the problem of the same code', async (code) => {
  thrown = new OrderError(code, 'for a reason', 7);
  const answer = await app.inject('/silent');
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'retry-after': '7',
  });
  const { status, title } = problems[code];
  expect([answer.statusCode, answer.json()]).toEqual([
    status,
    { type: `/problems/${code}`, title, status, code, detail: 'for a reason' },
  ]);
});

test('an error of the orders that is not worth another try has no retry-after', async () => {
  thrown = new OrderError('not_found', 'no such order');
  expect((await app.inject('/silent')).headers).not.toHaveProperty('retry-after');
});
