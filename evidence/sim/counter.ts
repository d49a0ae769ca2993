import { readReasons } from '../../src/domain/order/agenda.ts';
import { reasons } from '../../src/domain/escalation/reasons.ts';
import { findingCodes } from '../../src/domain/money/findings.ts';
import type { Disposition } from '../../src/domain/order/hints.ts';
import type { ReadFailure } from '../../src/domain/money/payment.ts';
import { statuses } from '../../src/domain/money/status.ts';
import type { Order } from '../../src/domain/order/view.ts';
import type { Observation } from './observation.ts';

/** How often something was observed, by its name; `status pending` and the like are what was reached. */
export type Counts = Readonly<Record<string, number>>;

const dispositions = [
  'applied',
  'duplicate',
  'stale',
  'contradicted',
  'ignored',
  'unmatched',
] as const satisfies readonly Disposition[];
const failures = [
  'unknown_session',
  'foreign_session',
  'malformed',
  'credentials',
  'rate_limited',
  'timeout',
  'unavailable',
  'refused',
] as const satisfies readonly ReadFailure[];

/** What the product can reach or say: whatever a run never reaches it proves nothing about. */
const reachable: Readonly<Record<string, readonly string[]>> = {
  status: statuses,
  finding: findingCodes,
  reason: reasons,
  disposition: dispositions,
  'read failed': [...failures, 'no_answer'],
  'read because': Object.values(readReasons),
  answer: [
    '201',
    '200',
    '202',
    '202 reopened',
    'terms_conflict',
    'key_reused',
    'no_escalation',
    'already_acknowledged',
  ],
};

/** Counts the observations of trials. */
export class Counter {
  readonly #counts: Record<string, number>;
  #lastLines: readonly {
    readonly kind: string;
    readonly disposition?: Disposition;
    readonly times?: number;
  }[] = [];

  constructor(counts: Counts = {}) {
    this.#counts = { ...counts };
  }

  get counts(): Counts {
    return this.#counts;
  }

  observe(observation: Observation): void {
    switch (observation.is) {
      case 'started':
        this.#add(observation.by === 'start' ? 'runs started' : 'continue-as-new');
        if (observation.by === 'start' && observation.run > 1) this.#add('reopened');
        this.#countOrder(observation.memo);
        break;
      case 'signalled':
        this.#add(`signal ${observation.outcome}`);
        break;
      case 'task':
        this.#add('tasks');
        break;
      case 'task-lost':
        this.#add(`task lost: ${observation.why}`);
        break;
      case 'evicted':
        this.#add(observation.why === 'cache' ? 'evictions' : 'worker restarts');
        break;
      case 'replayed':
        this.#add('activations replayed', observation.activations);
        break;
      case 'read-started':
        this.#add('reads');
        this.#add(`read because ${observation.why}`);
        break;
      case 'read-ended':
        this.#add(observation.end.ok ? 'reads that succeeded' : `read failed ${observation.end.failure}`);
        break;
      case 'provider-requested':
        this.#add('requests to the provider');
        break;
      case 'published':
        this.#add('publications');
        this.#countOrder(observation.order);
        break;
      case 'queried':
        this.#add('queries');
        this.#lastLines = observation.timeline.entries;
        break;
      case 'closed':
        this.#add('runs closed');
        this.#lastLines = observation.result.carry.timeline.entries;
        break;
      case 'terminated':
        this.#add('runs terminated');
        break;
      case 'hook':
        this.#add(observation.isForged ? 'forged hooks' : 'true hooks');
        break;
      case 'command':
        this.#add(`answer ${observation.answer}`);
        break;
      default:
        break;
    }
  }

  /** Counts a trial that has ended. */
  trialEnded(days: number): void {
    this.#add('trials');
    this.#add('virtual days', Math.round(days));
    for (const { kind, disposition, times = 1 } of this.#lastLines)
      if (kind === 'hook' && disposition) this.#add(`disposition ${disposition}`, times);
    this.#lastLines = [];
  }

  add(counts: Counts): void {
    for (const [name, count] of Object.entries(counts)) this.#add(name, count);
  }

  /** What was never reached, by kind. */
  get never(): Readonly<Record<string, readonly string[]>> {
    const entries = Object.entries(reachable).map(
      ([kind, words]) => [kind, words.filter((word) => !this.#counts[`${kind} ${word}`])] as const,
    );
    return Object.fromEntries(entries.filter(([, words]) => words.length > 0));
  }

  #countOrder({ status, findings, escalation }: Order): void {
    this.#add(`status ${status}`);
    for (const { code } of findings) this.#add(`finding ${code}`);
    for (const reason of escalation?.reasons ?? []) this.#add(`reason ${reason}`);
    if (escalation) this.#add(`escalation ${escalation.state}`);
  }

  #add(name: string, count = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + count;
  }
}
