import type { Fault } from '../domain/alerting/incidents.ts';
import type { ReadFailure } from '../domain/money/payment.ts';

export interface CircuitBreakerDependencies {
  /** Told when an account may be down as a whole, and again every minute that it goes on. It must not throw. */
  readonly report: (account: string, fault: Fault) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Outage {
  readonly code: Fault['code'];
  readonly since: number;
  /** The orders whose reads failed. */
  readonly orders: Set<string>;
  isDown: boolean;
  pauseMs: number;
  probeAt: number;
  reportedAt: number;
}

const second = 1_000;
const firstPause = 2 * second;
const longestPause = 30 * second;
const reportEvery = 60 * second;
// One order may be odd in itself, and may not hold up the others; so many in a row are the account.
const enough = 3;
// Refused credentials are suspect at once: the desk looks for itself.
const suspect: Readonly<Record<Fault['code'], number>> = {
  provider_unreachable: enough,
  credentials_refused: 1,
};

const codes: Partial<Readonly<Record<ReadFailure, Fault['code']>>> = {
  credentials: 'credentials_refused',
  timeout: 'provider_unreachable',
  unavailable: 'provider_unreachable',
};

/**
 * Notices in this process that an account cannot be read at all, and then lets through one read at a time until one is
 * answered: the rechecks of ten thousand orders slow down together, and nobody hammers a provider that has trouble.
 */
export class CircuitBreaker {
  readonly #dependencies: CircuitBreakerDependencies;
  readonly #outages = new Map<string, Outage>();

  constructor(dependencies: CircuitBreakerDependencies) {
    this.#dependencies = dependencies;
  }

  /** How long an account is to be left alone, milliseconds; 0 lets this read through. */
  openForMs(account: string): number {
    const outage = this.#outages.get(account);
    if (!outage?.isDown) return 0;
    const now = this.#dependencies.now();
    if (now < outage.probeAt) return outage.probeAt - now;
    outage.probeAt = now + outage.pauseMs;
    outage.pauseMs = Math.min(longestPause, 2 * outage.pauseMs);
    return 0;
  }

  /** The fault of an account that is left alone. */
  faultOf(account: string): Fault['code'] | undefined {
    const outage = this.#outages.get(account);
    return outage?.isDown ? outage.code : undefined;
  }

  /** What a read came to: anything but silence and refused credentials shows that the account answers. */
  note(account: string, order: string, failure: ReadFailure | undefined): void {
    const code = failure && codeOf(failure);
    // A provider that asks for patience is neither down nor well.
    if (failure === 'rate_limited') return;
    if (!code) return void this.#outages.delete(account);
    const now = this.#dependencies.now();
    const outage = this.#outages.get(account) ?? newOutage(code, now);
    this.#outages.set(account, outage);
    if (outage.orders.size < enough) outage.orders.add(order);
    const isDown = outage.orders.size >= enough;
    if (isDown && !outage.isDown) outage.probeAt = now + outage.pauseMs;
    outage.isDown = isDown;
    if (outage.orders.size < suspect[code] || now - outage.reportedAt < reportEvery) return;
    outage.reportedAt = now;
    this.#dependencies.report(account, { code, since: outage.since });
  }
}

/** What a failed read says about its account; undefined where it says that the account answers. */
export function codeOf(failure: ReadFailure): Fault['code'] | undefined {
  return codes[failure];
}

function newOutage(code: Fault['code'], now: number): Outage {
  return {
    code,
    since: now,
    orders: new Set(),
    isDown: false,
    pauseMs: firstPause,
    probeAt: 0,
    reportedAt: 0,
  };
}
