import { MockActivityEnvironment } from '@temporalio/testing';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { createDeskActivities } from '../../src/activities/desk.ts';
import type { StuckOrders } from '../../src/activities/stuck-orders.ts';
import type { ReadFailure } from '../../src/domain/money/payment.ts';
import type { ReadAttempt } from '../../src/providers/provider.ts';

/** The desk's probe of an account whose payments answer so, one after another. */
function probe(answers: readonly (ReadFailure | 'ok')[]) {
  const waiting = [...answers];
  const read = async (): Promise<ReadAttempt> => {
    const answer = waiting.shift();
    if (answer === undefined) throw new Error('read more often than there are payments');
    return answer === 'ok'
      ? { ok: true, reading: { presence: 'closed', outcome: 'approved', movements: [] } }
      : { ok: false, failure: answer, detail: '', isTransient: false };
  };
  const stuckOrders: StuckOrders = {
    count: async () => 0,
    list: async () => [],
    snapshot: async () => ({ total: 0, recent: new Set() }),
    probeTargets: async () => answers.map((_, index) => ({ kind: 'deposit', key: `k${index}` })),
    recheck: async () => true,
  };
  const { probeAccount } = createDeskActivities({
    stuckOrders,
    channels: new Map(),
    clientOf: () => ({ read }),
    breaker: new CircuitBreaker({ report: () => undefined, now: Date.now }),
    boardUrlOf: () => '',
  });
  return new MockActivityEnvironment().run(probeAccount, { account: 'acme-se' });
}

test.each([
  [[], 'answers'],
  [['ok'], 'answers'],
  [['unavailable', 'timeout', 'unavailable'], 'provider_unreachable'],
  [['credentials', 'credentials'], 'credentials_refused'],
  // A success proves that the account answers, wherever it comes.
  [['unavailable', 'malformed', 'ok'], 'answers'],
  // One odd answer proves nothing.
  [['malformed', 'unavailable', 'unavailable'], 'provider_unreachable'],
  [['unavailable', 'unknown_session', 'unavailable'], 'provider_unreachable'],
  [['unavailable', 'unavailable', 'unknown_session'], 'provider_unreachable'],
  // Nothing but answers about single orders: no fault of the account.
  [['unknown_session', 'malformed', 'unknown_session'], 'answers'],
] as const)('payments that answer %j: %s', async (answers, outcome) => {
  expect(await probe(answers)).toBe(outcome);
});
