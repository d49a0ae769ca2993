import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { StartBudget } from '../../orders/deliver.ts';
import type { HookAccount } from '../dependencies.ts';
import { Problem, retryAfter } from '../problems.ts';

/** Limits, per account and process, how many unregistered orders hooks may start in a minute. */
export function startBudget(accounts: readonly HookAccount[]): StartBudget {
  const limiters = new Map(
    accounts.map(({ id, unregisteredPerMinute: points }) => [
      id,
      new RateLimiterMemory({ points, duration: 60 }),
    ]),
  );
  return {
    async take(account) {
      try {
        await limiters.get(account)?.consume(account);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw new Problem('budget_exhausted', undefined, retryAfter(seconds));
      }
    },
    async giveBack(account) {
      await limiters.get(account)?.reward(account);
    },
  };
}
