import { z } from 'zod';
import type { Movement, Settlement } from '../../../src/domain/money/payment.ts';
import { parseDecimal } from '../../../src/domain/money/money.ts';
import { dialectOf, fetchJson } from '../../../src/providers/http.ts';
import type { Provider, ReadAttempt } from '../../../src/providers/provider.ts';
import { lookUp } from '../../../src/providers/words.ts';

// A provider in the manner of those whose hook is `id=tr_…` and nothing else: the whole adapter, as docs/add-a-provider.md has it.

export interface TrinketAccount {
  readonly baseUrl: string;
  readonly apiKey: string;
}

const id = /^tr_[A-Za-z0-9]{1,64}$/;
const hookSchema = z.object({ id: z.string().regex(id) });

const outcomes = {
  pending: 'pending',
  authorized: 'approved',
  paid: 'approved',
  failed: 'rejected',
  canceled: 'cancelled',
} as const satisfies Record<string, Settlement>;

const paymentSchema = z.object({
  id: z.string(),
  status: z.string(),
  amount: z.object({ value: z.string(), currency: z.string() }),
  method: z.string().nullish(),
});

export const trinket: Provider<TrinketAccount> = {
  hooks: {
    name: 'trinket',
    parseHook({ fields }) {
      const parsed = hookSchema.safeParse(fields);
      if (!parsed.success) return { ok: false, detail: 'id: not a payment id' };
      // The hook says that something changed, and not what.
      return {
        ok: true,
        kind: 'deposit',
        key: parsed.data.id,
        hint: { event: 'changed', status: '', claim: { of: 'change' } },
      };
    },
    keyName: 'orderId',
    isKey: (key) => id.test(key),
  },
  client: (account) => ({ read: ({ key }, signal) => readPayment(account, key, signal) }),
  signingSecrets: () => [],
};

async function readPayment(
  { baseUrl, apiKey }: TrinketAccount,
  key: string,
  signal: AbortSignal,
): Promise<ReadAttempt> {
  const answer = await fetchJson({
    url: new URL(`/v2/payments/${encodeURIComponent(key)}`, baseUrl),
    headers: { authorization: `Bearer ${apiKey}` },
    schema: paymentSchema,
    dialect: dialectOf('status'),
    deadlineMs: 8_000,
    signal,
  });
  if (!answer.ok) return answer;
  const { id: told, status, method, amount: money } = answer.value;
  if (told !== key)
    return { ok: false, failure: 'foreign_session', detail: 'another payment', isTransient: false };

  const outcome = lookUp(outcomes, status);
  const { currency } = money;
  const amount = parseDecimal(money.value, currency);
  const common = { id: key, currency, ...(amount !== undefined && { amount }) };
  const movements: Movement[] = [
    ...(outcome ? [{ kind: 'authorization' as const, status: outcome, ...common }] : []),
    ...(status === 'paid'
      ? [
          {
            kind: 'capture' as const,
            status: 'approved' as const,
            automatic: true as const,
            isWhole: true as const,
            ...common,
          },
        ]
      : []),
  ];
  const isKnown = outcome !== undefined || status === 'open' || status === 'expired';
  return {
    ok: true,
    reading: {
      presence: status === 'open' ? 'open' : 'closed',
      movements,
      ...(method && { method }),
      ...(!isKnown && { unknown: [status] }),
      ...(amount === undefined && { unreadable: [`payment ${key}: amount`] }),
    },
  };
}
