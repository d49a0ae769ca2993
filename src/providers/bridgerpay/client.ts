import type { Reading } from '../../domain/money/payment.ts';
import { unavailable } from '../http.ts';
import type { ProviderClient, ReadAttempt, ReadTarget } from '../provider.ts';
import { unreadable, type Unreadable } from '../wire.ts';
import { absent, depositReading, payoutReading, withAttempts } from './reading.ts';
import { depositSchema, payoutListSchema, payoutSchema, transactionSchema, type Payout } from './schemas.ts';
import { createSession, type BridgerpayAccount, type Session } from './session.ts';

// Each is one more request.
const mostAttempts = 3;

/** The client of BridgerPay's API, version 2, for one account. `now` is epoch milliseconds. */
export function bridgerpayClient(account: BridgerpayAccount, now: () => number): ProviderClient {
  const session = createSession(account, now);
  return {
    read: (target, signal) =>
      target.kind === 'payout'
        ? readPayout(session, target.key, now, signal)
        : readDeposit(session, target, now, signal),
  };
}

/**
 * `GET /v2/merchant/{api_key}/deposits/{order_id}`: one deposit per order, even after several attempts. Attempts that it
 * has dropped are read by their own ids.
 */
async function readDeposit(
  session: Session,
  { key, attempts = [] }: ReadTarget,
  now: () => number,
  signal: AbortSignal,
): Promise<ReadAttempt> {
  const path = ['v2', 'merchant', session.apiKey, 'deposits', key];
  const answer = await session.get(path, depositSchema, signal);
  if (!answer.ok && answer.failure !== 'unknown_session') return answer;
  const deposit = answer.ok ? answer.value : null;
  if (deposit === undefined) return unavailable('HTTP 200, code 200 without a deposit');
  if (deposit !== null && deposit.merchant_order_id !== key) return foreign();
  const reading = deposit === null ? absent : depositReading(deposit, now());
  const further = await Promise.all(
    attempts.slice(0, mostAttempts).map((id) => readAttempt(session, key, id, now, signal)),
  );
  return {
    ok: true,
    reading: withAttempts(
      reading,
      further.filter((one) => one !== undefined),
    ),
  };
}

/**
 * `GET /mpi/v2/{api_key}/deposit/transaction/{id}`: one attempt by BridgerPay's own id. It adds to a reading that stands
 * without it, so nothing is told of its failure.
 */
async function readAttempt(
  session: Session,
  key: string,
  id: string,
  now: () => number,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  const path = ['mpi', 'v2', session.apiKey, 'deposit', 'transaction', id];
  const answer = await session.get(path, transactionSchema, signal);
  const deposit = answer.ok ? answer.value : undefined;
  if (deposit?.merchant_order_id !== key) return undefined;
  return depositReading({ ...deposit, id: deposit.id ?? id }, now());
}

/** The payouts of an order by `GET /v2/{api_key}/payouts?merchantOrderId=`, then each by its id. */
async function readPayout(
  session: Session,
  key: string,
  now: () => number,
  signal: AbortSignal,
): Promise<ReadAttempt> {
  const list = await session.get(['v2', session.apiKey, 'payouts'], payoutListSchema, signal, {
    merchantOrderId: key,
  });
  if (!list.ok) return list.failure === 'unknown_session' ? { ok: true, reading: absent } : list;
  if (list.value === undefined) return unavailable('HTTP 200, code 200 without a list');
  const payouts: (Payout | Unreadable)[] = [];
  for (const listed of list.value) {
    const one = listed === unreadable ? undefined : await readOne(session, listed, key, signal);
    if (one && !one.ok) return one;
    payouts.push(one?.payout ?? unreadable);
  }
  return { ok: true, reading: payouts.length > 0 ? payoutReading(payouts, now()) : absent };
}

/** One payout as the answer by its id tells it; what that leaves out, and all of it where it has none, is as listed. */
async function readOne(
  session: Session,
  listed: Payout,
  key: string,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly payout: Payout } | (ReadAttempt & { ok: false })> {
  if (listed.merchant_order_id !== key) return foreign();
  if (listed.id === undefined) return { ok: true, payout: listed };
  const one = await session.get(['v2', session.apiKey, 'payouts', listed.id], payoutSchema, signal);
  if (!one.ok) return one.failure === 'unknown_session' ? { ok: true, payout: listed } : one;
  const { merchant_order_id: order = key, id = listed.id } = one.value ?? {};
  if ((order ?? key) !== key || id !== listed.id) return foreign();
  const told = Object.entries(one.value ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return { ok: true, payout: { ...listed, ...Object.fromEntries(told) } };
}

function foreign(): ReadAttempt & { ok: false } {
  return {
    ok: false,
    failure: 'foreign_session',
    detail: 'the answer is about another order',
    isTransient: false,
  };
}
