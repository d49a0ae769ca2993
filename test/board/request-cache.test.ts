import { RequestCache } from '../../src/board/request-cache.ts';

/** Loads that finish on `finish`, each with its own number. */
function loads() {
  let count = 0;
  const waiting: ((isRight: boolean) => void)[] = [];
  const load = () =>
    new Promise<number>((resolve, reject) => {
      const mine = ++count;
      waiting.push((isRight) => (isRight ? resolve(mine) : reject(new Error('the load failed'))));
    });
  return { load, finish: (isRight = true) => waiting.splice(0).forEach((finish) => finish(isRight)) };
}

test('requests for one key share a result, also while it is being loaded', async () => {
  const cache = new RequestCache<number>(60_000);
  const { load, finish } = loads();
  const all = ['a', 'a', 'b'].map((key) => cache.get(key, load));
  finish();
  expect(await Promise.all(all)).toEqual([1, 1, 2]);
  expect(await cache.get('a', load)).toBe(1);
});

test('a failed load is not kept', async () => {
  const cache = new RequestCache<number>(60_000);
  const { load, finish } = loads();
  const failed = cache.get('a', load);
  finish(false);
  await expect(failed).rejects.toThrow('the load failed');
  const next = cache.get('a', load);
  finish();
  expect(await next).toBe(2);
});

test('a result is shared for a while, and longer when it took long to load', async () => {
  const clock = { at: 1_000, now: () => clock.at };
  const cache = new RequestCache<number>(2_000, clock);
  const { load, finish } = loads();
  const got = async (key: string, tookMs = 0) => {
    const result = cache.get(key, load);
    clock.at += tookMs;
    finish();
    return result;
  };
  expect(await got('quick')).toBe(1);
  expect(await got('slow', 1_500)).toBe(2);
  clock.at += 2_100;
  expect(await got('quick')).toBe(3);
  expect(await got('slow')).toBe(2);
  clock.at += 3_000;
  expect(await got('slow')).toBe(4);
});

test('more keys than the cache holds are loaded side by side, and each request gets its own result', async () => {
  const cache = new RequestCache<number>(60_000);
  const { load, finish } = loads();
  const all = Array.from({ length: 300 }, (_, index) => cache.get(`key-${index}`, load));
  finish();
  expect(await Promise.all(all)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
});
