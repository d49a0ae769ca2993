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
  /** The orders about which the provider itself has answered since, though with no payment. */
  readonly answered: Set<string>;
  isOpen: boolean;
  pauseMs: number;
  probeAt: number;
  reportedAt: number;
}

const second = 1_000;
const firstPause = 2 * second;
const longestPause = 30 * second;
const reportEvery = 60 * second;
// One order may fail, or be answered, for a reason of its own; so many in a row mean that the account does.
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

// The provider's own word about one order. Anything else that is no reading may be a word of the road, and proves nothing.
const ownWords: readonly ReadFailure[] = ['unknown_session', 'foreign_session'];

/**
 * A circuit breaker for each account of this process, so that rechecks do not flood a provider that is down. Failed
 * reads of several orders open it while none succeeds; then one read at a time passes, at growing intervals. A read that
 * succeeds closes it, and so does the provider's own word that it knows no such payment, about as many orders in a row.
 */
export class CircuitBreaker {
  readonly #dependencies: CircuitBreakerDependencies;
  readonly #failures = new Map<string, Failures>();

  constructor(dependencies: CircuitBreakerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * How long the account is still rejected, milliseconds; 0 lets this read through. A read that proves nothing about the
   * account (`isProof` false) never passes in place of one that does.
   */
  openForMs(account: string, isProof = true): number {
    const failures = this.#failures.get(account);
    if (!failures?.isOpen) return 0;
    const now = this.#dependencies.now();
    if (now < failures.probeAt) return failures.probeAt - now;
    if (!isProof) return failures.pauseMs;
    failures.probeAt = now + failures.pauseMs;
    failures.pauseMs = Math.min(longestPause, 2 * failures.pauseMs);
    return 0;
  }

  /** The fault of an account whose breaker is open. */
  faultOf(account: string): Fault['code'] | undefined {
    const failures = this.#failures.get(account);
    return failures?.isOpen ? failures.code : undefined;
  }

  /** Records the result of a read; a failure that says nothing about the account neither opens nor closes the breaker. */
  record(account: string, order: string, failure: ReadFailure | undefined): void {
    if (!failure) return void this.#failures.delete(account);
    const code = accountFaultOf(failure);
    if (!code) return this.#noteAnswer(account, order, failure);
    const now = this.#dependencies.now();
    const failures = this.#failures.get(account) ?? newFailures(code, now);
    this.#failures.set(account, failures);
    failures.answered.clear();
    if (failures.orders.size < ordersToOpen) failures.orders.add(order);
    const isOpen = failures.orders.size >= ordersToOpen;
    if (isOpen && !failures.isOpen) failures.probeAt = now + failures.pauseMs;
    failures.isOpen = isOpen;
    if (failures.orders.size < ordersToReport[code] || now - failures.reportedAt < reportEvery) return;
    failures.reportedAt = now;
    this.#dependencies.report(account, { code, since: failures.since });
  }

  #noteAnswer(account: string, order: string, failure: ReadFailure): void {
    const failures = this.#failures.get(account);
    if (!failures || !ownWords.includes(failure)) return;
    failures.answered.add(order);
    if (failures.answered.size >= ordersToOpen) this.#failures.delete(account);
  }
}

/** The fault of the account that a failed read points to; undefined for a failure of one order. */
export function accountFaultOf(failure: ReadFailure): Fault['code'] | undefined {
  return accountFaults[failure];
}

function newFailures(code: Fault['code'], now: number): Failures {
  return {
    code,
    since: now,
    orders: new Set(),
    answered: new Set(),
    isOpen: false,
    pauseMs: firstPause,
    probeAt: 0,
    reportedAt: 0,
  };
}
