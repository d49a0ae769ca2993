import { AdaptiveLimit } from '../../src/orders/adaptive-limit.ts';

/** Notes so many calls of one length, a millisecond apart. */
function note(ease: AdaptiveLimit, calls: number, tookMs: number, from = 0): void {
  for (let call = 0; call < calls; call++) ease.note(tookMs, from + call);
}

test.each([1, 40])('a server that answers in %i ms, whatever is asked, is asked more and more', (ms) => {
  const ease = new AdaptiveLimit();
  note(ease, 50, ms);
  expect(ease.limit).toBeGreaterThan(8);
  note(ease, 5_000, ms, 50);
  expect(ease.limit).toBe(64);
});

test('one whose answers begin to wait for each other is asked less, and never fewer than two at once', () => {
  const ease = new AdaptiveLimit();
  note(ease, 200, 1);
  const eased = ease.limit;
  note(ease, 3, 3.1, 200);
  expect(ease.limit).toBeLessThan(eased * 0.8);
  note(ease, 1_000, 30, 203);
  expect(ease.limit).toBe(2);
});

test('a server that has moved further away is asked with ease again after a minute', () => {
  const ease = new AdaptiveLimit();
  note(ease, 100, 1);
  note(ease, 100, 40, 100);
  expect(ease.limit).toBe(2);
  note(ease, 500, 40, 60_200);
  expect(ease.limit).toBe(2);
  note(ease, 500, 40, 90_300);
  expect(ease.limit).toBeGreaterThan(10);
});
