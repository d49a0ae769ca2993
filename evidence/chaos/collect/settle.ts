import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Case } from '../judge/case.ts';
import { difference, expectedOf } from '../judge/expected.ts';
import type { ApiReader } from './api.ts';

export interface SettleOptions {
  readonly api: ApiReader;
  /** The orders that the service must know; their runs are not read yet. */
  readonly cases: readonly Case[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Called with the number of orders that are right by now. */
  readonly tell: (right: number, of: number) => void;
}

/** Waits, after all disturbances, until every order is as it must be, up to a deadline: judging is for the laws. */
export async function settle({ api, cases, deadlineMs, signal, tell }: SettleOptions): Promise<void> {
  const until = Date.now() + deadlineMs;
  let open = cases;
  while (open.length > 0 && Date.now() < until) {
    signal.throwIfAborted();
    const checked = await pLimit(6).map(open, async (found) => ({
      found,
      isRight: await isRight(api, found),
    }));
    open = checked.flatMap(({ found, isRight: done }) => (done ? [] : [found]));
    tell(cases.length - open.length, cases.length);
    if (open.length > 0) await delay(1_000, undefined, { signal });
  }
}

async function isRight(api: ApiReader, found: Case): Promise<boolean> {
  const shown = await api.order(found.id);
  if (!shown) return false;
  const expected = expectedOf(found);
  const mustWait =
    found.order.ends.status === 'pending' || (found.order.isUnknown && found.order.registration);
  if (mustWait) return shown.status === expected.status && shown.escalation !== null;
  // The amount of a partial refund at BridgerPay follows from signals, which are read later.
  const isVague = found.order.provider === 'bridgerpay' && expected.status === 'partially_refunded';
  const isAsExpected = isVague ? shown.status === expected.status : !difference(expected, shown);
  return isAsExpected && shown.unverifiedSince === null;
}
