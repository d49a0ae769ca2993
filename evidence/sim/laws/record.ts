import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Policy } from '../../../src/domain/escalation/policy.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import { standingOf, type Claim } from '../../kit/oracle/claims.ts';
import type { Truth } from '../../kit/oracle/truth.ts';
import type { Attributes, ReadEnd } from '../../kit/temporal/observation.ts';
import type { Observation } from '../observation.ts';
import type { WireHook, World } from '../world/world.ts';
import type { RegisteredTerms } from '../../kit/oracle/expected.ts';

/** One read of the workflow. */
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
  /** What it claims; nothing where it did not come through the API. */
  readonly claim: Claim;
  /** One of the last 64 had the same id. */
  readonly isCopy: boolean;
  /** It claims what the last read told, so that it needs no read. */
  readonly tellsNothingNew: boolean;
  /** It tells of a refund that no read tells. */
  readonly tellsRefund: boolean;
}

/** What the laws share of a trial so far; all of it was observed from outside of the workflow. */
export class TrialRecord {
  readonly world: World;
  readonly policy: Policy;
  readonly #hookOf: (hint: Hint) => WireHook | undefined;
  order: Order | undefined;
  attributes: Attributes = {};
  terms: RegisteredTerms | undefined;
  /** By number. */
  readonly reads = new Map<number, Read>();
  /** The truths that successful reads showed, oldest first. */
  readonly shown: Truth[] = [];
  /** The moment that the last successful read showed; undefined before it. */
  moment: number | undefined;
  /** The latest moment that any read showed. */
  latest = -Infinity;
  /** False while what an older or poorer read told after a newer one may not be put right yet. */
  areReadsInOrder = true;
  /** The end of the first of those reads that have failed in a row up to now. */
  failingSince: number | undefined;
  /** The end of the last read that failed. */
  failedAt = 0;
  readonly received: ReceivedHint[] = [];
  readonly #ids: string[] = [];
  /** By id: the refunds that hooks told. */
  readonly #notified = new Map<string, NonNullable<WireHook['notified']>>();
  /** Those of them that were known when the last read succeeded. */
  #counted: readonly NonNullable<WireHook['notified']>[] = [];
  isRunning = false;
  /** When a person acknowledged, snoozed or resolved an escalation. */
  readonly decidedAt: number[] = [];
  wasTerminated = false;
  commands = 0;
  /** One task had two commands, or one and the end of a read: what was published may be from between them. */
  isTaskMixed = false;
  #hasCommandInTask = false;
  readonly #keys = new Set<string>();

  constructor(world: World, policy: Policy, hookOf: (hint: Hint) => WireHook | undefined) {
    this.world = world;
    this.policy = policy;
    this.#hookOf = hookOf;
  }

  /** What the last read told, with the refunds that hooks told. */
  get lastTruth(): Truth | undefined {
    const truth = this.shown.at(-1);
    return truth && this.withNotified(truth);
  }

  /** Adds the refunds that hooks told, where the truth has a payment that proves them. */
  withNotified(truth: Truth): Truth {
    if (this.#counted.length === 0) return truth;
    if (!truth.entries.some(({ kind, status }) => kind === 'authorization' && status === 'approved'))
      return truth;
    const all = this.#counted;
    return {
      ...truth,
      ...(all.some(({ isWhole }) => isWhole) && { refundedWord: 'full' }),
      notified: all.map(({ entry }) => entry),
    };
  }

  /** Whether a read is under way. */
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
        this.#endRead(observation.at, observation.read, observation.end);
        break;
      case 'updated':
        // The same key again is no new command.
        if (observation.isAccepted && !this.#keys.has(observation.key)) this.commands += 1;
        if (observation.isAccepted) this.#keys.add(observation.key);
        this.isTaskMixed ||= this.#hasCommandInTask && observation.isAccepted;
        this.#hasCommandInTask ||= observation.isAccepted;
        if (observation.isAccepted && observation.update === 'register')
          this.#register(observation.at, observation.body as RegisteredTerms);
        break;
      case 'task':
        this.isTaskMixed = this.#hasCommandInTask = false;
        break;
      case 'closed':
      case 'continued':
        this.isRunning = false;
        break;
      case 'terminated':
        this.isRunning = false;
        this.wasTerminated = true;
        // The knowledge of an order ends with a run that an operator terminates.
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

  /** The truth of a moment as a read shows it; undefined where a read then fails. */
  truthAt(moment: number, isPoor = false): Truth | undefined {
    const truth = moment < 0 ? this.world.truthBefore : this.world.moments[moment]?.truth;
    return truth && isPoor ? withoutMovements(truth) : truth;
  }

  /** The first terms stay; a failing order is waited for from then on. */
  #register(at: number, terms: RegisteredTerms | undefined): void {
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
    this.received.push({ at, hint, claim, isCopy, tellsNothingNew, tellsRefund: notified !== undefined });
  }

  /** Whether the last read succeeded, told the same or what follows it, and no other is under way. */
  #tellsNothingNew(claim: Claim, isCopy: boolean): boolean {
    const { lastTruth } = this;
    if (!lastTruth || !this.areReadsInOrder || this.isReading || this.failingSince !== undefined)
      return false;
    const stands = standingOf(claim, lastTruth);
    return stands === 'holds' || stands === 'overtaken' || (isCopy && stands === 'implied');
  }

  #endRead(at: number, number: number, end: ReadEnd): void {
    this.isTaskMixed ||= this.#hasCommandInTask;
    const read = this.reads.get(number);
    if (read) Object.assign(read, { endedAt: at, end });
    if (!end.ok) {
      this.failingSince ??= at;
      this.failedAt = at;
      return;
    }
    this.failingSince = undefined;
    this.#counted = [...this.#notified.values()];
    const truth = this.truthAt(end.moment, end.isPoor);
    if (!truth) throw new Error(`a read showed the moment ${end.moment}, which no read can show`);
    if (end.isPoor || end.moment < (this.moment ?? end.moment)) this.areReadsInOrder = false;
    // Where nothing was reversed, one complete read puts right what an older one told.
    else if (end.moment >= this.latest && !this.world.hasReversal) this.areReadsInOrder = true;
    this.moment = end.moment;
    this.latest = Math.max(this.latest, end.moment);
    this.shown.push(withKnownOutcome(this.shown.at(-1), truth));
  }
}

/** A settled outcome does not become pending again, and a read without an outcome takes none back. */
function withKnownOutcome(before: Truth | undefined, { outcome, ...truth }: Truth): Truth {
  const isPoorer = outcome === undefined || (outcome === 'pending' && before?.outcome !== undefined);
  const kept = isPoorer ? (before?.outcome ?? outcome) : outcome;
  return { ...truth, ...(kept && { outcome: kept }) };
}

function withoutMovements(truth: Truth): Truth {
  return { ...truth, entries: truth.entries.filter(({ kind }) => kind === 'authorization') };
}
