import { z } from 'zod';
import { credentials } from '../processes/provider-stages.ts';

// What the bench's own variants take from a read of the provider, by zod, as the product does.
const entry = z.object({ status: z.string().optional(), amountIncVat: z.int() });

const sessionSchema = z.object({
  sessionId: z.string(),
  status: z.string(),
  moduleStatus: z.object({ payment: z.object({ orderStatus: z.string().optional() }) }).optional(),
  data: z.object({
    order: z.object({ currency: z.string(), amountIncVat: z.int() }),
    transactions: z.array(entry).default([]),
    captures: z.array(entry.extend({ captureId: z.string() })).default([]),
    refunds: z.array(entry.extend({ refundId: z.string() })).default([]),
  }),
});

/** What a read says of the money, small enough for a history. */
export interface SessionState {
  readonly outcome: 'created' | 'pending' | 'approved' | 'rejected' | 'cancelled';
  readonly currency: string;
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
}

export type Status = 'created' | 'pending' | 'placed' | 'rejected' | 'cancelled' | 'captured' | 'refunded';

/** What an order is, by what was read. */
export function statusOf({ outcome, authorized, captured, refunded }: SessionState): Status {
  if (captured > 0 && refunded >= captured) return 'refunded';
  if (captured > 0 && captured >= authorized) return 'captured';
  return outcome === 'approved' ? 'placed' : outcome;
}

const fields = 'sessionId,status,references,moduleStatus,data,captures,refunds';
const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.secret}`).toString('base64')}`;

/** Reads a session. @throws Error where the provider does not answer with one, so that Temporal tries again */
export async function fetchSession(baseUrl: string, session: string): Promise<SessionState> {
  const url = `${baseUrl}/v3/session/${encodeURIComponent(session)}?fields=${fields}`;
  const response = await fetch(url, {
    headers: { authorization, accept: 'application/json' },
    signal: AbortSignal.timeout(8_000),
  });
  if (!response.ok) throw new Error(`the provider answered ${response.status}`);
  const { status, moduleStatus, data } = sessionSchema.parse(await response.json());
  return {
    outcome:
      outcomes[moduleStatus?.payment.orderStatus ?? ''] ?? (status === 'completed' ? 'pending' : 'created'),
    currency: data.order.currency,
    authorized: sumOf(data.transactions),
    captured: sumOf(data.captures),
    refunded: sumOf(data.refunds),
  };
}

const outcomes: Readonly<Record<string, SessionState['outcome']>> = {
  order_pending: 'pending',
  order_approved_not_captured: 'approved',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
  captured_full: 'approved',
  captured_partial: 'approved',
};

function sumOf(entries: readonly z.infer<typeof entry>[]): number {
  return entries
    .filter(({ status }) => status === 'approved')
    .reduce((sum, { amountIncVat }) => sum + amountIncVat, 0);
}
