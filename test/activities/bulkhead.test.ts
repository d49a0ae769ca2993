import type { ApplicationFailure } from '@temporalio/activity';
import { Bulkhead } from '../../src/activities/bulkhead.ts';

function refusedFor(bulkhead: Bulkhead): number {
  try {
    bulkhead.enter('acme-se', false);
  } catch (error) {
    return (error as ApplicationFailure).nextRetryDelay as number;
  }
  throw new Error('the read was not refused');
}

test('a refused read waits shortly while reads finish, and longer and longer while none does', () => {
  const bulkhead = new Bulkhead({ readsPerAccount: 2, now: () => 0 });
  bulkhead.enter('acme-se', false);
  bulkhead.enter('acme-se', false);
  expect(refusedFor(bulkhead)).toBeLessThanOrEqual(500);
  const waits = Array.from({ length: 200 }, () => refusedFor(bulkhead));
  expect(waits[0]).toBeLessThanOrEqual(500);
  expect(waits.slice(-10)).toEqual(Array.from({ length: 10 }, () => 5_000));
  bulkhead.leave('acme-se');
  bulkhead.enter('acme-se', false);
  expect(refusedFor(bulkhead)).toBeLessThanOrEqual(500);
});
