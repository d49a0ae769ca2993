/** What a provider holds of a payment at one moment: minor units, and the status that an honest service would show. */
export interface ProviderState {
  readonly at: number;
  readonly status: string;
  readonly authorized: number;
  readonly captured: number;
  readonly capturePending: number;
  readonly refunded: number;
  readonly refundPending: number;
  readonly cancelled: number;
  /** A capture or a refund of it was rejected. */
  readonly hasFailed?: true;
}

type Money = Omit<ProviderState, 'at' | 'status' | 'hasFailed'>;

/** A line of the sandbox's state file: the whole payment as it was from then on. */
export interface StateLine {
  readonly provider: string;
  readonly at: number;
  readonly value: SandboxSession | SandboxOrder;
}

interface Entry {
  readonly status: string;
  readonly amountIncVat: number;
}

export interface SandboxSession {
  readonly sessionId: string;
  readonly status: string;
  readonly outcome?: string;
  readonly transactions: readonly Entry[];
  readonly captures: readonly Entry[];
  readonly refunds: readonly Entry[];
}

export interface SandboxOrder {
  readonly orderId: string;
  readonly kind: string;
  readonly attempts: readonly { readonly id: string; readonly status: string; readonly amount: number }[];
  readonly refunds: readonly { readonly attemptId: string; readonly amount: number }[];
}

/** What a line of the state file means, and of which payment it is. Written without a look at the service's own rules. */
export function providerStateOf({ at, value }: StateLine): {
  readonly key: string;
  readonly state: ProviderState;
} {
  if ('sessionId' in value) return { key: value.sessionId, state: { at, ...briqpayState(value) } };
  const key = `${value.kind}:${value.orderId}`;
  return { key, state: { at, ...(value.kind === 'payout' ? payoutState(value) : depositState(value)) } };
}

function briqpayState({ status, outcome, transactions, captures, refunds }: SandboxSession) {
  const isReleased = outcome === 'order_cancelled';
  const authorized = sum(transactions, isReleased ? 'cancelled' : 'approved');
  const captured = sum(captures, 'approved');
  const money: Money = {
    authorized,
    captured,
    capturePending: sum(captures, 'pending'),
    refunded: sum(refunds, 'approved'),
    refundPending: sum(refunds, 'pending'),
    cancelled: isReleased ? authorized - captured : 0,
  };
  const hasFailed = [...captures, ...refunds].some((entry) => entry.status === 'rejected');
  return {
    status:
      moneyStatus(money) ?? briqpayOutcomes[outcome ?? ''] ?? (status === 'expired' ? 'expired' : 'created'),
    ...money,
    ...(hasFailed && { hasFailed: true as const }),
  };
}

const briqpayOutcomes: Readonly<Record<string, string>> = {
  order_pending: 'pending',
  order_approved_not_captured: 'placed',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
};

/** An approved deposit is money taken. */
function depositState({ attempts, refunds }: SandboxOrder) {
  const paid = attempts.filter(({ status }) => status === 'approved');
  const captured = paid.reduce((total, { amount }) => total + amount, 0);
  const refunded = refunds.reduce((total, { amount }) => total + amount, 0);
  const money: Money = { ...nothing, authorized: captured, captured, refunded };
  return {
    status: moneyStatus(money) ?? attemptStatuses[attempts.at(-1)?.status ?? ''] ?? 'created',
    ...money,
  };
}

function payoutState({ attempts }: SandboxOrder) {
  const paid = attempts.filter(({ status }) => status === 'approved');
  const authorized = paid.reduce((total, { amount }) => total + amount, 0);
  const status = paid.length > 0 ? 'paid_out' : (attemptStatuses[attempts.at(-1)?.status ?? ''] ?? 'created');
  return { status, ...nothing, authorized };
}

const attemptStatuses: Readonly<Record<string, string>> = {
  in_process: 'pending',
  pending: 'pending',
  declined: 'rejected',
};

const nothing: Money = {
  authorized: 0,
  captured: 0,
  capturePending: 0,
  refunded: 0,
  refundPending: 0,
  cancelled: 0,
};

function moneyStatus({ authorized, captured, refunded }: Money): string | undefined {
  if (captured === 0) return undefined;
  if (refunded >= captured) return 'refunded';
  if (refunded > 0) return 'partially_refunded';
  return captured >= authorized ? 'captured' : 'partially_captured';
}

function sum(entries: readonly Entry[], status: string): number {
  return entries
    .filter((entry) => entry.status === status)
    .reduce((total, { amountIncVat }) => total + amountIncVat, 0);
}
