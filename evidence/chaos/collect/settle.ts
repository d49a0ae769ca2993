import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../judge/case.ts';
import { difference, expectedOf } from '../judge/expected.ts';
import type { ApiReader } from './api.ts';
import { inParallel } from './in-parallel.ts';

export interface SettleOptions {
  readonly api: ApiReader;
  /** The orders that the service must know, with what the provider holds; their histories are not known yet. */
  readonly cases: readonly Case[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Told how many are right by now. */
  readonly tell: (right: number, of: number) => void;
}

/** Waits, on a cluster at rest, until every order is as it must be; not for ever, since that is for the judge to say. */
export async function settle({ api, cases, deadlineMs, signal, tell }: SettleOptions): Promise<void> {
  const until = Date.now() + deadlineMs;
  let open = cases;
  while (open.length > 0 && Date.now() < until) {
    signal.throwIfAborted();
    const looks = await inParallel(open, 6, async (found) => ({ found, isRight: await isRight(api, found) }));
    open = looks.flatMap(({ found, isRight: done }) => (done ? [] : [found]));
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
  // How much of a deposit went back in parts is known from signals, which are looked at later.
  const isVague = found.order.provider === 'bridgerpay' && expected.status === 'partially_refunded';
  const isAsExpected = isVague ? shown.status === expected.status : !difference(expected, shown);
  return isAsExpected && shown.unverifiedSince === null;
}
