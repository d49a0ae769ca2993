import type { Fault } from '../domain/alerting/incident.ts';
import type { ReadFailure } from '../domain/money/payment.ts';

export interface CircuitBreakerDependencies {
  /** Called when no order of an account can be read, and again every minute while that lasts. Must not throw. */
  readonly report: (account: string, fault: Fault) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Failures {
  readonly code: Fault['code'];
  readonly since: number;
  /** The orders whose reads failed, as many as are needed to open. */
  readonly orders: Set<string>;
  isOpen: boolean;
  pauseMs: number;
  probeAt: number;
  reportedAt: number;
}

const second = 1_000;
const firstPause = 2 * second;
const longestPause = 30 * second;
const reportEvery = 60 * second;
// One order may fail for a reason of its own; so many in a row mean that the account fails.
const ordersToOpen = 3;
// Refused credentials are reported after one order: the alert desk probes the account before it alerts anybody.
const ordersToReport: Readonly<Record<Fault['code'], number>> = {
  provider_unreachable: ordersToOpen,
  credentials_refused: 1,
};

const accountFaults: Partial<Readonly<Record<ReadFailure, Fault['code']>>> = {
  credentials: 'credentials_refused',
  timeout: 'provider_unreachable',
  unavailable: 'provider_unreachable',
};

/**
 * A circuit breaker for each account of this process, so that rechecks do not flood a provider that is down. Failed
 * reads of several orders in a row open it; then one read at a time passes, at growing intervals, until one is
 * answered.
 */
export class CircuitBreaker {
  readonly #dependencies: CircuitBreakerDependencies;
  readonly #failures = new Map<string, Failures>();

  constructor(dependencies: CircuitBreakerDependencies) {
    this.#dependencies = dependencies;
  }

  /** How long the account is still rejected, milliseconds; 0 lets this read through. */
  openForMs(account: string): number {
    const failures = this.#failures.get(account);
    if (!failures?.isOpen) return 0;
    const now = this.#dependencies.now();
    if (now < failures.probeAt) return failures.probeAt - now;
    failures.probeAt = now + failures.pauseMs;
    failures.pauseMs = Math.min(longestPause, 2 * failures.pauseMs);
    return 0;
  }

  /** The fault of an account whose breaker is open. */
  faultOf(account: string): Fault['code'] | undefined {
    const failures = this.#failures.get(account);
    return failures?.isOpen ? failures.code : undefined;
  }

  /** Records the result of a read. Any answer but refused credentials closes the breaker. */
  record(account: string, order: string, failure: ReadFailure | undefined): void {
    const code = failure && accountFaultOf(failure);
    // A rate limit neither opens nor closes it.
    if (failure === 'rate_limited') return;
    if (!code) return void this.#failures.delete(account);
    const now = this.#dependencies.now();
    const failures = this.#failures.get(account) ?? newFailures(code, now);
    this.#failures.set(account, failures);
    if (failures.orders.size < ordersToOpen) failures.orders.add(order);
    const isOpen = failures.orders.size >= ordersToOpen;
    if (isOpen && !failures.isOpen) failures.probeAt = now + failures.pauseMs;
    failures.isOpen = isOpen;
    if (failures.orders.size < ordersToReport[code] || now - failures.reportedAt < reportEvery) return;
    failures.reportedAt = now;
    this.#dependencies.report(account, { code, since: failures.since });
  }
}

/** The fault of the account that a failed read points to; undefined where the account answered. */
export function accountFaultOf(failure: ReadFailure): Fault['code'] | undefined {
  return accountFaults[failure];
}

function newFailures(code: Fault['code'], now: number): Failures {
  return {
    code,
    since: now,
    orders: new Set(),
    isOpen: false,
    pauseMs: firstPause,
    probeAt: 0,
    reportedAt: 0,
  };
}
