import { defaultPolicy, type Policy, type Delays } from '../../../src/domain/escalation/policy.ts';
import type { Random } from '../../kit/random.ts';
import { day, hour, minute, second } from '../../kit/time.ts';

/** Draws the policy of the account: often the default one. */
export function drawPolicy(random: Random): Policy {
  const rereads: readonly Delays[] = [defaultPolicy.reread, [5 * second, 30 * second], [second]];
  return {
    ...(random.chance(0.45) ? defaultPolicy : brisk),
    ...(random.chance(0.3) && { reread: random.pick(rereads) }),
    ...(random.chance(0.3) && {
      methods: { invoice: { escalate: [hour, day] }, card: { recheck: [2 * minute, hour] } },
    }),
    refunds: random.weighted([3, 'claim'], [1, 'count']),
    requireRegistration: random.chance(0.12),
    firstReadWithin: random.weighted([5, second], [3, 0], [2, 300]),
  };
}

const brisk: Policy = {
  ...defaultPolicy,
  pending: {
    recheck: [30 * second, 2 * minute, 20 * minute, 2 * hour],
    escalate: [5 * minute, 40 * minute, 4 * hour],
  },
  settled: { recheck: [10 * minute, 3 * hour, day] },
  closeAfter: day,
  refundWindow: 4 * day,
  abandonAfter: 5 * hour,
};
