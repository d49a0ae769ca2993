import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedOrder, PlannedStep } from '../plan/types.ts';
import type { KnownPayment } from './wire.ts';

/** Acts for the shopper and the provider in the sandbox. The sandbox may be down: every act is repeated until it is done, and done once. */
export interface ProviderControls {
  /** Opens the payment where the scenario has one. */
  open(order: PlannedOrder): Promise<KnownPayment>;
  take(order: PlannedOrder, known: KnownPayment, step: PlannedStep): Promise<void>;
  /** Reads the provider's ids of the payment as they are by now. */
  look(order: PlannedOrder, known: KnownPayment): Promise<KnownPayment>;
}

/** A payment as the sandbox's control API shows it. */
interface Brief {
  readonly status: string | null;
  readonly orderStatus?: string | null;
  readonly transactions?: readonly { readonly status: string }[];
  readonly captures?: readonly { readonly captureId: string; readonly status: string }[];
  readonly refunds?: readonly { readonly refundId: string }[];
  readonly attempts?: readonly {
    readonly transactionId: string;
    readonly pspOrderId: string;
    readonly status: string;
  }[];
  readonly cashierSessions?: readonly { readonly state: string }[];
}

type Action = NonNullable<PlannedStep['action']>;

export function providerControls(sandboxUrl: string): ProviderControls {
  const base = (order: PlannedOrder) =>
    `${sandboxUrl}/sandbox/${order.provider}/${order.provider === 'briqpay' ? 'sessions' : 'orders'}`;
  const one = (order: PlannedOrder, key: string, path = '') =>
    `${base(order)}/${encodeURIComponent(key)}${path}${order.provider === 'bridgerpay' ? `?kind=${order.kind}` : ''}`;

  async function brief(order: PlannedOrder, key: string): Promise<Brief | undefined> {
    const answer = await untilAnswered('GET', one(order, key));
    return answer.status === 404 ? undefined : (answer.body as Brief);
  }

  return {
    async open(order) {
      const { key, kind, amount, currency, provider, index } = order;
      if (order.isUnknown) return { key: key ?? '', groups: new Map() };
      const terms =
        provider === 'briqpay'
          ? { amount, currency, reference: `ref-${index}` }
          : { orderId: key, kind, amount, currency };
      // After a lost answer a second Briqpay session is opened; the first one has no hooks.
      const isThere = async () => key !== undefined && (await brief(order, key)) !== undefined;
      const made = await untilDone(base(order), terms, isThere);
      const opened = { key: key ?? (made as { sessionId: string }).sessionId, groups: new Map() };
      return provider === 'bridgerpay' ? this.look(order, opened) : opened;
    },

    async take(order, { key }, { action, faults }) {
      if (action) {
        const isDone = async () => isTaken(action, await brief(order, key));
        await untilDone(one(order, key, '/actions'), action, isDone);
      }
      if (faults) await untilAnswered('PUT', one(order, key, '/faults'), faults);
    },

    async look(order, known) {
      if (order.provider === 'briqpay') return known;
      const attempts = (await brief(order, known.key))?.attempts ?? [];
      const [first] = attempts;
      return {
        key: known.key,
        groups: new Map(attempts.map(({ transactionId, pspOrderId }) => [transactionId, pspOrderId])),
        ...(order.kind === 'payout' && first && { payoutTransaction: first.transactionId }),
      };
    },
  };
}

/** Whether the payment shows that an action is done already. */
function isTaken(action: Action, payment: Brief | undefined): boolean {
  if (!payment) return false;
  const { captureId, refundId, transactionId, status } = action as Record<string, string | undefined>;
  const attempt = payment.attempts?.find((each) => each.transactionId === transactionId || !transactionId);
  const capture = payment.captures?.find((each) => each.captureId === captureId);
  switch (action.action) {
    case 'complete':
      return payment.status !== 'started';
    case 'approve':
      return [...(payment.transactions ?? []), ...(attempt ? [attempt] : [])].some(
        (each) => each.status === 'approved',
      );
    case 'reject':
      return payment.orderStatus === 'order_rejected';
    case 'cancel':
      return payment.orderStatus === 'order_cancelled';
    case 'capture':
      return capture !== undefined;
    case 'settle_capture':
      return capture?.status === status;
    case 'refund':
      return payment.refunds?.some((each) => each.refundId === refundId) ?? false;
    case 'expire':
      return payment.status === 'expired';
    case 'init':
      return payment.cashierSessions?.at(-1)?.state !== 'created';
    case 'close':
      return payment.cashierSessions?.at(-1)?.state === 'closed';
    case 'pay':
    case 'new_attempt':
      return attempt !== undefined;
    case 'decline':
      return attempt?.status === 'declined';
    case 'hold':
      return attempt?.status === 'approved_on_hold';
    case 'void':
      return attempt?.status === 'voided';
    case 'say':
      // Said again it is the same.
      return false;
    default:
      throw new Error(`no action of a scenario: ${action.action}`);
  }
}

/** Posts until there is an answer; after a lost one it posts again only where the act is not done. Answers the body, if any. */
async function untilDone(url: string, body: unknown, isDone: () => Promise<boolean>): Promise<unknown> {
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst && (await isDone())) return undefined;
    const answer = await call('POST', url, body);
    if (answer) return okOf('POST', url, answer).body;
    await delay(pauseMs);
  }
}

async function untilAnswered(method: string, url: string, body?: unknown): Promise<Answer> {
  for (;;) {
    const answer = await call(method, url, body);
    if (answer) return method === 'GET' ? answer : okOf(method, url, answer);
    await delay(pauseMs);
  }
}

const pauseMs = 150;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined without an answer. */
async function call(method: string, url: string, body?: unknown): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(5_000),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
  } catch {
    return undefined;
  }
}

/** Throws for a refused step: that is a mistake of the plan, not of the service. */
function okOf(method: string, url: string, answer: Answer): Answer {
  if (answer.status < 300) return answer;
  throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
