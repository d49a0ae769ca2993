import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Policy } from '../../../src/domain/escalation/policy.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import type { Attributes, ReadEnd, Observation } from '../observation.ts';
import { standingOf, type Claim, type Truth, type WireHook, type World } from '../world/world.ts';
import type { Registered } from '../../kit/oracle/expected.ts';

/** One read of the workflow, from its beginning to its answer. */
export interface Read {
  readonly at: number;
  readonly why: string;
  readonly run: number;
  endedAt?: number;
  end?: ReadEnd;
}

export interface ReceivedHint {
  readonly at: number;
  readonly hint: Hint;
  /** What it says in the words of the simulator; nothing where it was sent past the API. */
  readonly claim: Claim;
  /** One of the last that were heard had the same id. */
  readonly isCopy: boolean;
  /** It says what the last read told, so that it costs nothing. */
  readonly tellsNothingNew: boolean;
  /** It tells of money that no read tells of. */
  readonly tellsOfMoney: boolean;
}

/** What everybody who makes laws needs to know of a life so far. It is all seen from outside. */
export class TrialRecord {
  readonly world: World;
  readonly policy: Policy;
  readonly #hookOf: (hint: Hint) => WireHook | undefined;
  order: Order | undefined;
  attributes: Attributes = {};
  terms: Registered | undefined;
  /** By number. */
  readonly reads = new Map<number, Read>();
  /** The truths that successful reads showed, the last one last. */
  readonly shown: Truth[] = [];
  /** The moment that the last successful read showed; undefined before it. */
  moment: number | undefined;
  /** The latest moment that any of them showed. */
  latest = -Infinity;
  /** What was shown by older or poorer reads than the ones before them has been put right since, or there were none. */
  areReadsInOrder = true;
  /** When the first of the reads that have failed in a row was answered. */
  failingSince: number | undefined;
  /** When the last read that failed was answered. */
  failedAt = 0;
  readonly received: ReceivedHint[] = [];
  readonly #ids: string[] = [];
  /** By its id: money that was heard of by hooks that are believed. */
  readonly #notified = new Map<string, NonNullable<WireHook['notified']>>();
  /** As much of it as there was when the last read succeeded. */
  #counted: readonly NonNullable<WireHook['notified']>[] = [];
  isRunning = false;
  /** A person has acknowledged, snoozed or resolved at these times. */
  readonly decidedAt: number[] = [];
  /** When the current or last run began, and whether an operator ended one. */
  wasTerminated = false;
  commands = 0;
  /** Two commands, or one and an answer, came in one task: what is shown may be from between them. */
  isTaskMixed = false;
  #hasToldInTask = false;
  readonly #keys = new Set<string>();

  constructor(world: World, policy: Policy, hookOf: (hint: Hint) => WireHook | undefined) {
    this.world = world;
    this.policy = policy;
    this.#hookOf = hookOf;
  }

  /** What the last read told, and what hooks are believed about once a read has proven the payment. */
  get lastTruth(): Truth | undefined {
    const truth = this.shown.at(-1);
    return truth && this.withNotified(truth);
  }

  withNotified(truth: Truth): Truth {
    if (this.#counted.length === 0) return truth;
    if (!truth.entries.some(({ kind, status }) => kind === 'authorization' && status === 'approved'))
      return truth;
    const all = this.#counted;
    return {
      ...truth,
      ...(all.some(({ isWhole }) => isWhole) && { refundedWord: 'full' }),
      claim: all.map(({ entry }) => entry),
    };
  }

  /** A read has begun and is not answered. */
  get isReading(): boolean {
    return [...this.reads.values()].some(({ endedAt }) => endedAt === undefined);
  }

  observe(observation: Observation): void {
    switch (observation.is) {
      case 'started':
        this.isRunning = true;
        this.order = observation.memo;
        this.attributes = observation.attributes;
        this.#register(observation.at, observation.start.terms ?? observation.start.carry?.terms);
        if (observation.by === 'start' && observation.start.isReadWanted) this.commands += 1;
        break;
      case 'published':
        this.order = observation.order;
        this.attributes = observation.attributes;
        break;
      case 'hint-taken':
        this.#receive(observation.at, observation.hint);
        break;
      case 'read-started':
        this.reads.set(observation.read, { at: observation.at, why: observation.why, run: observation.run });
        break;
      case 'read-ended':
        this.#answer(observation.at, observation.read, observation.end);
        break;
      case 'updated':
        // The same key again is the same command.
        if (observation.isAccepted && !this.#keys.has(observation.key)) this.commands += 1;
        if (observation.isAccepted) this.#keys.add(observation.key);
        this.isTaskMixed ||= this.#hasToldInTask && observation.isAccepted;
        this.#hasToldInTask ||= observation.isAccepted;
        if (observation.isAccepted && observation.update === 'register')
          this.#register(observation.at, observation.body as Registered);
        break;
      case 'task':
        this.isTaskMixed = this.#hasToldInTask = false;
        break;
      case 'closed':
      case 'continued':
        this.isRunning = false;
        break;
      case 'terminated':
        this.isRunning = false;
        this.wasTerminated = true;
        // What the order knew is gone with its run.
        this.failingSince = undefined;
        this.moment = undefined;
        this.latest = -Infinity;
        this.areReadsInOrder = true;
        this.shown.length = 0;
        this.#ids.length = 0;
        this.#keys.clear();
        this.#notified.clear();
        this.#counted = [];
        for (const read of this.reads.values()) read.endedAt ??= observation.at;
        break;
      default:
        break;
    }
  }

  /** The truth of a moment as a read shows it; undefined where a read then tells nothing. */
  truthAt(moment: number, isPoor = false): Truth | undefined {
    const truth = moment < 0 ? this.world.truthBefore : this.world.moments[moment]?.truth;
    return truth && isPoor ? withoutMovements(truth) : truth;
  }

  /** The first terms stay. A session that nobody knew is somebody's from then on. */
  #register(at: number, terms: Registered | undefined): void {
    if (this.terms || !terms) return;
    this.terms = terms;
    if (this.failingSince !== undefined) this.failingSince = at;
  }

  #receive(at: number, hint: Hint): void {
    const { claim, notified } = this.#hookOf(hint) ?? { claim: { of: 'nothing' } as const };
    const isCopy = this.#ids.slice(-64).includes(hint.id);
    if (!isCopy) this.#ids.push(hint.id);
    const tellsNothingNew = this.#tellsNothingNew(claim, isCopy);
    if (notified) this.#notified.set(notified.entry.id, notified);
    this.received.push({ at, hint, claim, isCopy, tellsNothingNew, tellsOfMoney: notified !== undefined });
  }

  /** Nothing is under way, the last read succeeded, and it told the same or what comes after. */
  #tellsNothingNew(claim: Claim, isCopy: boolean): boolean {
    const { lastTruth } = this;
    if (!lastTruth || !this.areReadsInOrder || this.isReading || this.failingSince !== undefined)
      return false;
    const stands = standingOf(claim, lastTruth);
    return stands === 'holds' || stands === 'overtaken' || (isCopy && stands === 'implied');
  }

  #answer(at: number, ask: number, end: ReadEnd): void {
    this.isTaskMixed ||= this.#hasToldInTask;
    const read = this.reads.get(ask);
    if (read) Object.assign(read, { endedAt: at, end });
    if (!end.ok) {
      this.failingSince ??= at;
      this.failedAt = at;
      return;
    }
    this.failingSince = undefined;
    this.#counted = [...this.#notified.values()];
    const truth = this.truthAt(end.moment, end.isPoor);
    if (!truth) throw new Error(`a read showed the moment ${end.moment}, which has nothing to show`);
    if (end.isPoor || end.moment < (this.moment ?? end.moment)) this.areReadsInOrder = false;
    // Where nothing was taken back, one read of all of it puts right what an older one said.
    else if (end.moment >= this.latest && !this.world.hasReversal) this.areReadsInOrder = true;
    this.moment = end.moment;
    this.latest = Math.max(this.latest, end.moment);
    this.shown.push(afterAll(this.shown.at(-1), truth));
  }
}

/** What is settled does not become pending again, and a read that has no word on it takes none back. */
function afterAll(before: Truth | undefined, { outcome, ...truth }: Truth): Truth {
  const isPoorer = outcome === undefined || (outcome === 'pending' && before?.outcome !== undefined);
  const kept = isPoorer ? (before?.outcome ?? outcome) : outcome;
  return { ...truth, ...(kept && { outcome: kept }) };
}

function withoutMovements(truth: Truth): Truth {
  return { ...truth, entries: truth.entries.filter(({ kind }) => kind === 'authorization') };
}
