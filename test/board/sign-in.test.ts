import { returnPath } from '../../src/board/addresses.ts';
import { stuckOrder, opsKey, readKey, testBoard } from './visitor.ts';

test('a request without a session goes to the sign-in page, and from there back to the requested page', async () => {
  const { visitor } = await testBoard();
  const someone = visitor();
  const sent = await someone.get('/ops?state=open');
  expect(sent.statusCode).toBe(303);
  expect(sent.headers.location).toBe('/ops/sign-in?to=%2Fops%3Fstate%3Dopen');
  const signInPage = await someone.get(sent.headers.location!);
  expect(signInPage.body).toContain('name="to" value="/ops?state=open"');
  const signedIn = await someone.post('/ops/sign-in', {
    person: 'ada',
    key: opsKey.key,
    to: '/ops?state=open',
  });
  expect(signedIn.statusCode).toBe(303);
  expect(signedIn.headers.location).toBe('/ops?state=open');
  expect((await someone.get('/ops?state=open')).statusCode).toBe(200);
});

test.each([
  ['/ops', '/ops'],
  ['/ops?q=1', '/ops?q=1'],
  ['/ops/orders/a%3Ab', '/ops/orders/a%3Ab'],
  [undefined, '/ops'],
  ['https://evil.example/ops', '/ops'],
  ['//evil.example/ops', '/ops'],
  ['/\\evil.example/ops', '/ops'],
  ['/\t/evil.example', '/ops'],
  ['/ops/../v1/orders', '/ops'],
  ['/ops/%2e%2e/docs', '/ops'],
  ['/opsevil', '/ops'],
  ['/ops/sign-out', '/ops'],
  ['javascript:alert(1)', '/ops'],
])('after signing in, %s leads to %s', (asked, path) => {
  expect(returnPath(asked)).toBe(path);
});

test('the session cookie is out of reach for scripts and other sites, and holds nothing secret', async () => {
  const { visitor } = await testBoard();
  const { cookies } = await visitor().signIn();
  const session = cookies.find(({ name }) => name === 'ops_session') as Record<string, unknown>;
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/ops', maxAge: 12 * 3_600 });
  expect(session['secure']).toBeUndefined();
  const [text = ''] = String(session['value']).split('.');
  expect(Object.keys(JSON.parse(Buffer.from(text, 'base64url').toString())).sort()).toEqual([
    'key',
    'person',
    'until',
  ]);
  expect(JSON.stringify(cookies)).not.toContain(opsKey.key);
});

test('by https, also through a proxy, every cookie is for https alone', async () => {
  const { app, visitor } = await testBoard();
  const someone = visitor();
  const https = { 'x-forwarded-proto': 'https' };
  const signInPage = await someone.get('/ops/sign-in', https);
  const signedIn = await someone.post('/ops/sign-in', { person: 'ada', key: opsKey.key }, https);
  expect([...signInPage.cookies, ...signedIn.cookies].map((cookie) => [cookie.name, cookie.secure])).toEqual([
    ['ops_csrf', true],
    ['ops_session', true],
  ]);
  await app.close();
});

test('a wrong key, and a key without the scope ops, are refused; no page repeats a key', async () => {
  const { visitor } = await testBoard();
  const wrong = await visitor().signIn('ada', 'no-such-key');
  expect(wrong.statusCode).toBe(401);
  expect(wrong.body).toContain('This is not an API key of this service.');
  expect(wrong.body).toContain('value="ada"');
  expect(wrong.body).not.toContain('no-such-key');
  const weak = await visitor().signIn('ada', readKey.key);
  expect(weak.statusCode).toBe(403);
  expect(weak.cookies.map(({ name }) => name)).not.toContain('ops_session');
});

test.each(['', ' ', 'a\u0007b', 'å'.repeat(33)])(
  'a person must have a name that a timeline can hold: %j',
  async (person) => {
    const { visitor } = await testBoard();
    expect((await visitor().signIn(person)).statusCode).toBe(400);
  },
);

test('the eleventh attempt in a minute is refused, with a right key too', async () => {
  const { visitor } = await testBoard();
  const guesser = visitor();
  for (let tries = 0; tries < 10; tries++)
    expect((await guesser.signIn('eve', `guess-${tries}`)).statusCode).toBe(401);
  const late = await guesser.signIn('eve', opsKey.key);
  expect(late.statusCode).toBe(429);
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
});

test('signing in often does not count as failed attempts', async () => {
  const { visitor } = await testBoard();
  for (let times = 0; times < 15; times++) expect((await visitor().signIn()).statusCode).toBe(303);
});

test('a session holds in another process with the same keys, and nowhere once its key is another', async () => {
  const first = await testBoard();
  const someone = first.visitor();
  await someone.signIn();
  const statusAt = async (apiKeys: (typeof opsKey)[]) => {
    const { app } = await testBoard({ apiKeys });
    const answer = await app.inject({ url: '/ops', cookies: Object.fromEntries(someone.cookies) });
    return answer.statusCode;
  };
  expect(await statusAt([opsKey])).toBe(200);
  expect(await statusAt([{ ...opsKey, key: 'a-new-key' }])).toBe(303);
  expect(await statusAt([{ ...opsKey, name: 'another' }])).toBe(303);
  expect(await statusAt([{ ...opsKey, scopes: ['read', 'write'] }])).toBe(303);
});

test('a session ends after twelve hours', async () => {
  const { visitor, clock } = await testBoard();
  const someone = visitor();
  await someone.signIn();
  clock.now += 12 * 3_600_000 - 1;
  expect((await someone.get('/ops')).statusCode).toBe(200);
  clock.now += 1;
  expect((await someone.get('/ops')).statusCode).toBe(303);
});

test('a forged session is not accepted', async () => {
  const { visitor } = await testBoard();
  const someone = visitor();
  await someone.signIn();
  const [text = '', mac = ''] = someone.cookies.get('ops_session')!.split('.');
  const content = JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...content, person: 'root' })).toString('base64url');
  for (const forged of [`${other}.${mac}`, `${other}.`, other, `${text}.${mac.slice(1)}`, '.', 'x.y.z']) {
    someone.cookies.set('ops_session', forged);
    expect((await someone.get('/ops')).statusCode).toBe(303);
  }
});

test('a poll without a session is redirected to the sign-in page', async () => {
  const { visitor } = await testBoard();
  const answer = await visitor().get('/ops?state=open', {
    'hx-request': 'true',
    'hx-current-url': 'http://ops.example/ops?state=open',
  });
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['hx-redirect']).toBe('/ops/sign-in?to=%2Fops%3Fstate%3Dopen');
});

test('signing out takes a form, and ends the session of this browser', async () => {
  const { visitor } = await testBoard();
  const someone = visitor();
  await someone.signIn();
  expect((await someone.get('/ops/sign-out')).statusCode).toBe(404);
  expect((await someone.get('/ops')).statusCode).toBe(200);
  expect((await someone.post('/ops/sign-out', {})).headers.location).toBe('/ops/sign-in');
  expect((await someone.get('/ops')).statusCode).toBe(303);
});

test('where no key has the scope ops, the sign-in page says so', async () => {
  const { visitor } = await testBoard({ apiKeys: [readKey] });
  expect((await visitor().get('/ops/sign-in')).body).toContain('nobody can sign in');
  expect((await (await testBoard()).visitor().get('/ops/sign-in')).body).not.toContain('nobody can sign in');
});

test('no log line holds a key, a person or what was asked for', async () => {
  const { visitor, logs } = await testBoard({ orders: [stuckOrder('acme-se:1')] });
  const someone = visitor();
  await someone.signIn('Ada Lovelace', 'wrong-key-of-ada');
  await someone.signIn('Ada Lovelace');
  await someone.get('/ops?q=secret-reference');
  expect(logs.join('')).toContain('signed in');
  expect(logs.join('')).not.toMatch(/Lovelace|wrong-key-of-ada|ops-key-of-the-desk|secret-reference/);
});

test('a key of some accounts sees these alone', async () => {
  const orders = [stuckOrder('acme-se:one'), stuckOrder('acme-no:two')];
  const { visitor } = await testBoard({ orders, apiKeys: [{ ...opsKey, accounts: ['acme-no'] }] });
  const someone = visitor();
  await someone.signIn();
  const list = await someone.get('/ops');
  expect(list.body).toContain('ref-two');
  expect(list.body).not.toMatch(/ref-one|acme-se/);
  expect((await someone.get('/ops?account=acme-se')).body).not.toContain('ref-one');
  expect((await someone.get('/ops?q=ref-one')).body).toContain('No order matches.');
  expect((await someone.get('/ops/orders/acme-se%3Aone')).statusCode).toBe(404);
  expect((await someone.get('/ops/orders/acme-no%3Atwo')).statusCode).toBe(200);
});
