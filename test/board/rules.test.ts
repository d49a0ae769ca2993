import { opsKey, stuckOrder, testBoard } from './visitor.ts';

async function signedIn() {
  const board = await testBoard({ orders: [stuckOrder('acme-se:one')] });
  const someone = board.visitor();
  await someone.signIn();
  await someone.get('/ops');
  return { ...board, someone };
}

const page = ['/ops', '/ops/orders/acme-se%3Aone', '/ops/sign-in?to=1', '/ops/no-such-page'];

test.each(page)('%s allows no content from other hosts and nothing inline', async (url) => {
  const { someone } = await signedIn();
  if (url.includes('sign-in')) someone.cookies.clear();
  const { headers, body } = await someone.get(url);
  expect(headers['content-security-policy']).toBe(
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';" +
      "form-action 'self';frame-ancestors 'none';base-uri 'none'",
  );
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(body).toMatch(/^<!doctype html><html lang="en">/);
  expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc="\/ops\/assets\/)|https?:\/\//i);
});

test('every asset of a page is served here, and is cached until it changes', async () => {
  const { someone } = await signedIn();
  const { body } = await someone.get('/ops');
  const hrefs = [...body.matchAll(/(?:src|href)="(\/ops\/assets\/[^"]+)"/g)].map(([, href]) => href!);
  expect(hrefs).toHaveLength(4);
  someone.cookies.clear();
  for (const href of hrefs) {
    const asset = await someone.get(href);
    expect(asset.statusCode).toBe(200);
    expect(asset.headers['content-type']).toMatch(/^text\/(css|javascript); charset=utf-8$/);
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await someone.get(href.replace(/\?.*/, '?v=old'))).headers['cache-control']).toBe('no-cache');
  }
  expect((await someone.get('/ops/assets/..%2Fboard.tsx')).statusCode).toBe(404);
});

const answersOf = {
  'another site, by the browser’s word': { 'sec-fetch-site': 'cross-site' },
  'a sibling site': { 'sec-fetch-site': 'same-site' },
  'another origin': { origin: 'https://evil.example', host: 'ops.example' },
  'no origin that can be read': { origin: 'evil', host: 'ops.example' },
};

test.each(Object.entries(answersOf))(
  'a form from %s is refused, with a right token too',
  async (_, headers) => {
    const { someone } = await signedIn();
    const answer = await someone.post('/ops/sign-out', {}, headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await someone.get('/ops')).statusCode).toBe(200);
  },
);

test.each([
  { 'sec-fetch-site': 'same-origin', origin: 'null' },
  { origin: 'https://ops.example', host: 'ops.example' },
  { origin: 'https://ops.example', host: 'inside:3000', 'x-forwarded-host': 'ops.example' },
])('a form of our own passes: %j', async (headers) => {
  const { someone } = await signedIn();
  expect((await someone.post('/ops/sign-out', {}, headers)).statusCode).toBe(303);
});

test('a form without a token, or with that of another browser, does nothing', async () => {
  const { someone, visitor } = await signedIn();
  const other = visitor();
  await other.signIn('eve');
  await other.get('/ops');
  for (const token of ['', 'x', other.token]) {
    const answer = await someone.post('/ops/sign-out', { _csrf: token });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('<code>forbidden</code>');
  }
  expect((await someone.get('/ops')).statusCode).toBe(200);
});

test('only the board takes forms, and it takes nothing else', async () => {
  const { app, someone } = await signedIn();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/v1/orders',
    headers: { ...form, authorization: `Bearer ${opsKey.key}` },
    payload: 'account=acme-se',
  });
  expect(elsewhere.statusCode).toBe(415);
  expect(elsewhere.headers['content-type']).toMatch(/^application\/problem\+json/);
  const here = await someone.post('/ops/sign-out', {}, { 'content-type': 'application/json' });
  expect(here.statusCode).toBe(415);
  expect(here.headers['content-type']).toMatch(/^text\/html/);
});

test('a problem under /ops is a page with its code, and elsewhere JSON', async () => {
  const { app, someone } = await signedIn();
  for (const [url, status, code] of [
    ['/ops/nothing', 404, 'not_found'],
    ['/ops/orders/acme-se%3Anone', 404, 'not_found'],
    ['/ops?level=x', 400, 'invalid_request'],
    ['/ops?cursor=x', 400, 'invalid_request'],
  ] as const) {
    const answer = await someone.get(url);
    expect([url, answer.statusCode]).toEqual([url, status]);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.body).toContain(`<code>${code}</code>`);
  }
  const problem = await app.inject({ url: '/nothing' });
  expect(problem.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(problem.headers['content-security-policy']).toBeUndefined();
});

test('the OpenAPI document does not have the board', async () => {
  const { app } = await testBoard();
  const { paths } = (await app.inject({ url: '/openapi.json' })).json<{ paths: object }>();
  expect(Object.keys(paths)).toContain('/v1/escalations');
  expect(Object.keys(paths).filter((path) => path.startsWith('/ops'))).toEqual([]);
});
