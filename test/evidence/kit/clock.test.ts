import { Clock } from '../../../evidence/kit/temporal/clock.ts';
import { Random } from '../../../evidence/kit/random.ts';

test('acts happen in the order of their times, and those of one time in the order of their scheduling', async () => {
  const clock = new Clock(1_000);
  const happened: string[] = [];
  const note = (what: string) => () => void happened.push(`${what} at ${clock.now}`);
  clock.at(3_000, note('third'));
  clock.at(2_000, note('first'));
  clock.at(2_000, note('second'));
  clock.at(5_000, note('too late'));
  while (await clock.step(4_000));
  expect(happened).toEqual(['first at 2000', 'second at 2000', 'third at 3000']);
  expect(clock.now).toBe(4_000);
});

test('an act that is scheduled for the past happens at once, and time never goes back', async () => {
  const clock = new Clock(1_000);
  const times: number[] = [];
  clock.at(2_000, () => clock.at(500, () => void times.push(clock.now)));
  while (await clock.step(9_000));
  expect(times).toEqual([2_000]);
});

test('many acts happen in order', async () => {
  const clock = new Clock(0);
  const random = new Random(5);
  const times: number[] = [];
  for (let count = 0; count < 500; count += 1)
    clock.at(random.int(0, 1_000), () => void times.push(clock.now));
  while (await clock.step(2_000));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times).toHaveLength(500);
});
