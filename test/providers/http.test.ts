import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { dialectOf, fetchJson, parseRetryAfter, type JsonAnswer } from '../../src/providers/http.ts';

const schema = z.object({ id: z.string(), amounts: z.array(z.number()) });
const good = { id: 'x', amounts: [1] };

// What must not get into a history: what the provider sent, and what it was asked with.
const canary = 'canary-42';
const authorization = 'Basic canary-credentials';

let server: Server;
let url: URL;
let asked: IncomingMessage[];
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/session/x?fields=id`);
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (more: { url?: URL; deadlineMs?: number; signal?: AbortSignal } = {}) =>
  fetchJson({
    url,
    headers: { authorization },
    schema,
    dialect: dialectOf('id'),
    deadlineMs: 10_000,
    signal: new AbortController().signal,
    ...more,
  });

/** What `get` gives where the server answers so. */
function getting(
  listener: (response: ServerResponse, request: IncomingMessage) => unknown,
  more?: Parameters<typeof get>[0],
) {
  answer = (request, response) => void listener(response, request);
  return get(more);
}

const text =
  (body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  (response: ServerResponse) =>
    response.writeHead(200, headers).end(body);

test('an answer of 200 that fits is the value, without what nobody asked for', async () => {
  const found = await getting(text(JSON.stringify({ ...good, secret: canary })));
  expect(found).toEqual({ ok: true, value: good });
});

test('it is asked once, by GET, with the headers and for JSON', async () => {
  await getting(text(JSON.stringify(good)));
  expect(asked.map(({ method, url: path }) => [method, path])).toEqual([['GET', '/v3/session/x?fields=id']]);
  expect(asked[0]?.headers).toMatchObject({ authorization, accept: 'application/json' });
});

describe("the provider's own error means what its status says", () => {
  test.each([
    [401, 'credentials', false],
    [403, 'credentials', false],
    [404, 'unknown_session', false],
    [408, 'timeout', true],
    [429, 'rate_limited', true],
    [500, 'unavailable', true],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'unavailable', true],
    [400, 'refused', false],
    [410, 'refused', false],
    [451, 'refused', false],
  ])('%i is %s, transient: %s', async (status, failure, isTransient) => {
    for (const body of [
      { error: { code: canary } },
      { error: { message: canary } },
      { message: canary },
      { code: 4711, extra: canary },
    ]) {
      const refused = await getting((response) =>
        response.writeHead(status, { 'x-note': canary }).end(JSON.stringify(body)),
      );
      expect(refused).toEqual({ ok: false, failure, isTransient, detail: `HTTP ${status}` });
    }
  });
});

describe('a word of the road is not that of the provider', () => {
  const pages: readonly [string, string][] = [
    ['an HTML page', `<!doctype html><title>${canary}</title>`],
    ['a text', 'Not Found'],
    ['JSON of a gateway', JSON.stringify({ blocked: true, ray: canary })],
    ['a list', '[]'],
    ['null', 'null'],
    ['an error without a word', JSON.stringify({ error: {}, message: '', code: null })],
    ['an error of another type', JSON.stringify({ error: [canary], message: {} })],
    ['a session', JSON.stringify({ ...good, message: canary })],
    ['half an error', '{"error":{"code":"SESSION_NOT'],
    ['more than any error says', JSON.stringify({ message: 'x'.repeat(1024 * 1024) })],
  ];

  test.each(
    pages.flatMap(([what, body]) => [400, 401, 403, 404, 410].map((status) => [status, what, body] as const)),
  )('%i with %s', async (status, _, body) => {
    expect(await getting((response) => response.writeHead(status).end(body))).toEqual({
      ok: false,
      failure: 'unavailable',
      isTransient: true,
      detail: `HTTP ${status}, not the provider's own error`,
    });
  });

  test.each([
    [404, 'unavailable', true, "HTTP 404, not the provider's own error"],
    [401, 'credentials', false, 'HTTP 401, empty'],
    [403, 'credentials', false, 'HTTP 403, empty'],
    [400, 'refused', false, 'HTTP 400, empty'],
  ])('%i with nothing is %s', async (status, failure, isTransient, detail) => {
    for (const body of [undefined, '', ' \n'])
      expect(await getting((response) => response.writeHead(status).end(body))).toEqual({
        ok: false,
        failure,
        isTransient,
        detail,
      });
  });

  test.each([408, 425, 429, 500, 503])('%i says the same whoever says it', async (status) => {
    const [own, page] = [`{"message":"${canary}"}`, '<html></html>'];
    const first = await getting((response) => response.writeHead(status).end(own));
    expect(await getting((response) => response.writeHead(status).end(page))).toEqual(first);
  });
});

test.each([201, 202, 204, 206])('%i is no session, although it is no error', async (status) => {
  const odd = await getting((response) =>
    response.writeHead(status).end(status === 204 ? undefined : JSON.stringify(good)),
  );
  expect(odd).toEqual({
    ok: false,
    failure: 'unavailable',
    isTransient: true,
    detail: `HTTP ${status}, not an answer to a read`,
  });
});

test.each([301, 302, 303, 307, 308])('%i is not followed: nothing is asked at its target', async (status) => {
  let askedElsewhere = 0;
  const other = createServer((_, response) => {
    askedElsewhere += 1;
    response.end(JSON.stringify(good));
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/${canary}`;
  const moved = await getting((response) => response.writeHead(status, { location }).end());
  await new Promise((resolve) => other.close(resolve));
  expect(moved).toEqual({
    ok: false,
    failure: 'unavailable',
    isTransient: true,
    detail: `HTTP ${status}, a redirect`,
  });
  expect(askedElsewhere).toBe(0);
  expect(asked).toHaveLength(1);
});

describe('Retry-After', () => {
  const date = 'Sun, 20 Sep 2026 10:00:00 GMT';

  test.each([
    ['seconds', '7', 7_000],
    ['none to wait', '0', 0],
    ["a date, by the sender's own clock", 'Sun, 20 Sep 2026 10:00:30 GMT', 30_000],
    ['a year, which whoever waits must cap', '31536000', 31_536_000_000],
    ['a date that has passed', 'Sun, 20 Sep 2026 09:59:59 GMT', undefined],
    ['more digits than a number holds', '9'.repeat(400), undefined],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['words', 'soon', undefined],
    ['nothing', '', undefined],
  ])('of %s', async (_, retryAfter, retryAfterMs) => {
    for (const status of [429, 503]) {
      const limited = await getting((response) =>
        response.writeHead(status, { date, 'retry-after': retryAfter }).end(),
      );
      expect(limited).toEqual({
        ok: false,
        failure: status === 429 ? 'rate_limited' : 'unavailable',
        isTransient: true,
        detail: `HTTP ${status}`,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
  });

  test('as a date is nothing where the sender does not tell the time', () => {
    expect(parseRetryAfter(date, null)).toBeUndefined();
  });
});

describe('an answer of 200 that is no session is a failure, never an empty session', () => {
  test.each([
    ['HTML', `<!doctype html><title>${canary}</title>`, 'not JSON'],
    ['truncated JSON', `{"id":"${canary}","amou`, 'not JSON'],
    ['nothing', '', 'empty'],
    ['a byte order mark and nothing', '\uFEFF', 'empty'],
    ['JSON twice', JSON.stringify(good) + JSON.stringify(good), 'not JSON'],
    ['NaN', '{"id":"x","amounts":[NaN]}', 'not JSON'],
    ['null', 'null', 'JSON that is not the answer asked for'],
    ['a list', '[]', 'JSON that is not the answer asked for'],
    ['a text', `"${canary}"`, 'JSON that is not the answer asked for'],
    ['{}', '{}', 'JSON that is not the answer asked for'],
    ['a form to log in', `{"login":"${canary}"}`, 'JSON that is not the answer asked for'],
    ['an error', `{"error":{"code":"${canary}"}}`, 'JSON that is not the answer asked for'],
  ])('%s is of the road', async (_, body, detail) => {
    expect(await getting(text(body))).toEqual({
      ok: false,
      failure: 'unavailable',
      isTransient: true,
      detail: `HTTP 200, ${detail}`,
    });
  });

  test.each([
    ['without what is needed', '{"id":"x"}', 'amounts'],
    ['with an odd id', `{"id":["${canary}"],"amounts":[]}`, 'id'],
    ['of another shape', JSON.stringify({ id: 'x', amounts: [1, canary] }), 'amounts.1'],
  ])('one %s is malformed: the adapter must be changed', async (_, body, path) => {
    expect(await getting(text(body))).toEqual({
      ok: false,
      failure: 'malformed',
      isTransient: true,
      detail: `HTTP 200, unexpected shape at ${path}`,
    });
  });

  test('JSON in the guise of HTML is read: the type is not what matters', async () => {
    expect(await getting(text(JSON.stringify(good), { 'content-type': 'text/html' }))).toMatchObject({
      ok: true,
    });
  });

  test('bytes that are no UTF-8 are no exception', async () => {
    expect(await getting(text(Buffer.from([0xff, 0xfe, 0x00])))).toMatchObject({ failure: 'unavailable' });
  });
});

describe('more than 1 MiB', () => {
  const mebibyte = 1024 * 1024;
  const padded = (bytes: number) => JSON.stringify(good).padEnd(bytes, ' ');

  test('is not read, and one byte less is', async () => {
    expect(await getting(text(padded(mebibyte)))).toMatchObject({ ok: true });
    expect(await getting(text(padded(mebibyte + 1)))).toEqual({
      ok: false,
      failure: 'unavailable',
      isTransient: true,
      detail: 'HTTP 200, more than 1048576 bytes',
    });
  });

  test('counts after it is unpacked', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    expect(await getting(text(gzipSync(padded(100)), headers))).toMatchObject({ ok: true });
    expect(await getting(text(gzipSync(padded(20 * mebibyte)), headers))).toMatchObject({
      failure: 'unavailable',
    });
  });

  test('ends a stream that has no end', async () => {
    const endless = await getting((response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    });
    expect(endless).toMatchObject({ failure: 'unavailable', detail: 'HTTP 200, more than 1048576 bytes' });
  });
});

describe('the deadline is for all of it', () => {
  const timeout = { ok: false, failure: 'timeout', isTransient: true, detail: 'no answer in 100 ms' };

  test('no answer at all', async () => {
    expect(await getting(() => undefined, { deadlineMs: 100 })).toEqual(timeout);
  });

  test('headers, then a body that hangs', async () => {
    const hanging = getting((response) => response.writeHead(200).write(`{"id":"${canary}`), {
      deadlineMs: 100,
    });
    expect(await hanging).toEqual(timeout);
  });

  test('a body that comes in drop by drop', async () => {
    const dripping = getting(
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
      { deadlineMs: 100 },
    );
    expect(await dripping).toEqual(timeout);
  });
});

describe('a connection that breaks is unavailable, for now', () => {
  const broken = {
    ok: false,
    failure: 'unavailable',
    isTransient: true,
    detail: expect.stringMatching(/^[\w ]+$/),
  };

  test('before the answer', async () => {
    expect(await getting((response) => response.destroy())).toEqual(broken);
  });

  test('by a reset', async () => {
    expect(await getting((response) => response.socket?.resetAndDestroy())).toEqual(broken);
  });

  test('amid the body', async () => {
    const cut = getting((response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write(`{"id":"${canary}`, () => response.destroy());
    });
    expect(await cut).toEqual(broken);
  });

  test('with something that is no HTTP', async () => {
    expect(await getting((response) => response.socket?.end(`${canary}\r\n\r\n`))).toEqual(broken);
  });

  test('at a closed port', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await get({ url: new URL(`http://127.0.0.1:${port}/${canary}`) })).toEqual(broken);
  });

  test('by the caller, who no longer wants it', async () => {
    const caller = new AbortController();
    const given = getting(() => caller.abort(new Error(canary)), { signal: caller.signal });
    expect(await given).toEqual(broken);
    expect(await get({ signal: AbortSignal.abort() })).toEqual(broken);
  });
});

test('no failure says anything of what was sent or of the credentials', async () => {
  const failures: JsonAnswer<unknown>[] = [];
  for (const status of [200, 302, 400, 401, 403, 404, 408, 429, 500, 503]) {
    const headers = { 'x-canary': canary, location: `/${canary}`, 'retry-after': canary };
    failures.push(
      await getting((response) => response.writeHead(status, headers).end(`{"${canary}":"${canary}"}`)),
    );
  }
  expect(failures.filter(({ ok }) => !ok)).toHaveLength(10);
  expect(JSON.stringify(failures)).not.toContain('canary');
});
