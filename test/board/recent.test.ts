import { RequestCache } from '../../src/board/request-cache.ts';

/** Answers that come when told to, with their own number. */
function answers() {
  let given = 0;
  const waiting: ((isRight: boolean) => void)[] = [];
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      const mine = ++given;
      waiting.push((isRight) => (isRight ? resolve(mine) : reject(new Error('no answer'))));
    });
  return { ask, come: (isRight = true) => waiting.splice(0).forEach((come) => come(isRight)) };
}

test('those who ask the same share an answer, also while it is under way', async () => {
  const recent = new RequestCache<number>(60_000);
  const { ask, come } = answers();
  const all = ['a', 'a', 'b'].map((question) => recent.get(question, ask));
  come();
  expect(await Promise.all(all)).toEqual([1, 1, 2]);
  expect(await recent.get('a', ask)).toBe(1);
});

test('a failure is shared with nobody who comes later', async () => {
  const recent = new RequestCache<number>(60_000);
  const { ask, come } = answers();
  const failed = recent.get('a', ask);
  come(false);
  await expect(failed).rejects.toThrow('no answer');
  const next = recent.get('a', ask);
  come();
  expect(await next).toBe(2);
});

test('an answer is of its moment, and one that took long of a longer one', async () => {
  const clock = { at: 1_000, now: () => clock.at };
  const recent = new RequestCache<number>(2_000, clock);
  const { ask, come } = answers();
  const got = async (question: string, tookMs = 0) => {
    const answer = recent.get(question, ask);
    clock.at += tookMs;
    come();
    return answer;
  };
  expect(await got('quick')).toBe(1);
  expect(await got('slow', 1_500)).toBe(2);
  clock.at += 2_100;
  expect(await got('quick')).toBe(3);
  expect(await got('slow')).toBe(2);
  clock.at += 3_000;
  expect(await got('slow')).toBe(4);
});
