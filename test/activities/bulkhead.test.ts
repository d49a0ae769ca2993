import type { ApplicationFailure } from '@temporalio/activity';
import { Bulkhead } from '../../src/activities/bulkhead.ts';

function refusedFor(pace: Bulkhead): number {
  try {
    pace.enter('acme-se', false);
  } catch (error) {
    return (error as ApplicationFailure).nextRetryDelay as number;
  }
  throw new Error('there was a place');
}

test('whoever finds no place comes back soon while places are given back, and later and later while none is', () => {
  const pace = new Bulkhead({ readsPerAccount: 2, now: () => 0 });
  pace.enter('acme-se', false);
  pace.enter('acme-se', false);
  expect(refusedFor(pace)).toBeLessThanOrEqual(500);
  const waits = Array.from({ length: 200 }, () => refusedFor(pace));
  expect(waits[0]).toBeLessThanOrEqual(500);
  expect(waits.slice(-10)).toEqual(Array.from({ length: 10 }, () => 5_000));
  pace.leave('acme-se');
  pace.enter('acme-se', false);
  expect(refusedFor(pace)).toBeLessThanOrEqual(500);
});
