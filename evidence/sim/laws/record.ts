import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Policy } from '../../../src/domain/escalation/policy.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import { standingOf, type Claim } from '../../kit/oracle/claims.ts';
import {
  count,
  endOld,
  nothingTold,
  tell,
  type RefundClaim,
  type Told,
  type ToldEntry,
} from '../../kit/oracle/told.ts';
import type { Truth } from '../../kit/oracle/truth.ts';
import type { Attributes, ReadEnd } from '../../kit/temporal/observation.ts';
import type { Observation } from '../observation.ts';
import type { WireHook, World } from '../world/world.ts';
import {
  expectedOf,
  isClaimCounted,
  openEntries,
  openRest,
  type Expected,
  type RegisteredTerms,
} from '../../kit/oracle/expected.ts';
import { reasonsIn, type OracleReason } from '../../kit/oracle/reasons.ts';

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
  /** What was told after each successful read, oldest first. */
  readonly shown: Told[] = [];
  /** The statuses that reads so far could show. */
  readonly statuses = new Set<string>();
  /** Whether something that the last read told hangs on a moment that cannot be seen from outside to the minute. */
  isUncertain = false;
  /** Whether it is uncertain which told refunds the last read counted. */
  areClaimsUncertain = false;
  /** The moment that the last successful read showed; undefined before it. */
  moment: number | undefined;
  /** The latest moment that any read showed. */
  latest = -Infinity;
  /** The end of the first of those reads that have failed in a row up to now. */
  failingSince: number | undefined;
  /** The end of the last read that failed. */
  failedAt = 0;
  readonly received: ReceivedHint[] = [];
  readonly #ids: string[] = [];
  /** By id: the refunds that hooks told, with when they first came. */
  readonly #notified = new Map<string, { readonly claim: RefundClaim; readonly at: number }>();
  /** By code and subject, each with its size: what a person has resolved. */
  readonly #silenced = new Map<string, number>();
  /** Whether it is unknown what exactly a person resolved. */
  isSilenceUncertain = false;
  /** Chargebacks that reads have told, by subject with the time. */
  readonly #chargebacks = new Map<string, number>();
  #lastOkAt: number | undefined;
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

  /** What the reads so far have told. */
  get told(): Told | undefined {
    return this.shown.at(-1);
  }

  /** What the order must show by what was told. */
  get expected(): Expected | undefined {
    return this.told && expectedOf(this.told, this.world.kind, this.terms);
  }

  /** The reasons for a person that hold, apart from those that hooks give. */
  reasonsAt(now: number): readonly OracleReason[] {
    const { told, terms, world, policy, expected } = this;
    if (!told || !expected) return [];
    const given = reasonsIn(told, {
      kind: world.kind,
      terms,
      status: expected.status,
      now,
      expiryWarning: policy.expiryWarning,
    });
    const chargebacks = [...this.#chargebacks].map(([subject, since]) => ({
      code: 'chargeback',
      subject,
      since,
    }));
    const isGiven = ({ code, subject }: OracleReason) =>
      given.some((one) => one.code === code && one.subject === subject);
    return [...given, ...chargebacks.filter((one) => !isGiven(one))];
  }

  /** The money that no run may close on: under way, or still to be captured or released. */
  get inFlight(): readonly ToldEntry[] {
    const { told, world } = this;
    return told ? [...openEntries(told), ...openRest(told, world.kind)] : [];
  }

  /** Whether a person has resolved exactly this, at this size or a larger one. */
  isSilenced({ code, subject, size = 0 }: OracleReason): boolean {
    const silenced = this.#silenced.get(`${code} ${subject}`);
    return silenced !== undefined && size <= silenced;
  }

  /** The refunds that hooks told at least so many milliseconds ago, and that do not count. */
  uncountedClaims(now: number, age: number): readonly RefundClaim[] {
    const { told } = this;
    return [...this.#notified.values()]
      .filter(({ claim, at }) => at + age <= now && !(told && isClaimCounted(told, claim.entry.id)))
      .map(({ claim }) => claim);
  }

  /** What a person resolves is silent from now on; what they reopen is not; what they note is a reason. */
  #decide(update: string, key: string, now: number): void {
    if (update === 'resolveEscalation') {
      if (this.isReading || this.isTaskMixed) this.isSilenceUncertain = true;
      for (const reason of this.reasonsAt(now)) {
        const name = `${reason.code} ${reason.subject}`;
        if (reason.since <= now)
          this.#silenced.set(name, Math.max(reason.size ?? 0, this.#silenced.get(name) ?? 0));
      }
      this.#chargebacks.clear();
    }
    if (update === 'note') this.#chargebacks.set(`note ${key}`, now);
    if (update === 'reopenEscalation')
      for (const { code, subject } of this.reasonsAt(now)) this.#silenced.delete(`${code} ${subject}`);
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
        if (observation.isAccepted) this.#decide(observation.update, observation.key, observation.at);
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
        this.shown.length = 0;
        this.#ids.length = 0;
        this.#keys.clear();
        this.#notified.clear();
        this.#silenced.clear();
        this.#chargebacks.clear();
        this.#lastOkAt = undefined;
        this.statuses.clear();
        this.isUncertain = this.areClaimsUncertain = this.isSilenceUncertain = false;
        for (const read of this.reads.values()) read.endedAt ??= observation.at;
        break;
      default:
        break;
    }
  }

  /** The truth of a moment as a read shows it; undefined where a read then fails. */
  truthAt(
    moment: number,
    { isPoor = false, attempts = [] }: Partial<ReadEnd & { ok: true }> = {},
  ): Truth | undefined {
    const truth = moment < 0 ? this.world.truthBefore : this.world.moments[moment]?.truth;
    if (!truth) return undefined;
    return isPoor ? withoutMovements(truth) : withFurther(truth, attempts);
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
    if (notified && !this.#notified.has(notified.entry.id)) {
      this.#notified.set(notified.entry.id, { claim: notified, at });
      // A hook and the end of a read in one moment: nobody outside knows which came first.
      if (at === this.#lastOkAt) this.areClaimsUncertain = true;
    }
    this.received.push({ at, hint, claim, isCopy, tellsNothingNew, tellsRefund: notified !== undefined });
  }

  /** Whether the last read succeeded, told the same or what follows it, and no other is under way. */
  #tellsNothingNew(claim: Claim, isCopy: boolean): boolean {
    const { told } = this;
    if (
      !told ||
      this.isUncertain ||
      this.areClaimsUncertain ||
      this.isReading ||
      this.failingSince !== undefined
    )
      return false;
    const stands = standingOf(claim, told);
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
    const truth = this.truthAt(end.moment, end);
    if (!truth) throw new Error(`a read showed the moment ${end.moment}, which no read can show`);
    this.#tell(truth, { begun: read?.at ?? at, ended: at, before: this.#lastOkAt ?? at });
    this.#lastOkAt = at;
    this.moment = end.moment;
    this.latest = Math.max(this.latest, end.moment);
  }

  #tell(truth: Truth, times: { begun: number; ended: number; before: number }): void {
    const { world, policy } = this;
    const merged = tell(this.told ?? nothingTold, truth, times);
    const claims = [...this.#notified.values()].map(({ claim }) => claim);
    const counted = count(merged, claims, policy.refunds === 'count');
    // Which of several are counted depends on their order, where they do not fit all.
    this.areClaimsUncertain = claims.length > counted.claims.length && counted.claims.length > 0;
    const { told, isUncertain } = endOld(counted, times, policy.abandonAfter, (one) =>
      openRest(one, world.kind),
    );
    this.isUncertain = isUncertain;
    for (const { code, id } of told.flags ?? [])
      if (code === 'chargeback' && !this.#chargebacks.has(id) && !this.#silenced.has(`chargeback ${id}`))
        this.#chargebacks.set(id, times.ended);
    this.shown.push(told);
    this.statuses.add(expectedOf(told, world.kind, this.terms).status);
    // It may have ended before the moment at which it is seen to have.
    if (isUncertain) this.statuses.add('expired').add('captured').add('placed');
  }
}

/** An answer with fields missing: no captures, no refunds, no tags, and no amounts. */
function withoutMovements({ entries, hasUnreadable: _u, flags: _f, ...truth }: Truth): Truth {
  const attempts = entries.filter(({ kind }) => kind === 'authorization');
  return { ...truth, entries: attempts.map((entry) => ({ ...entry, amount: undefined })) };
}

/** With the attempts that were read by their own ids: what the first answer tells of an entry stands. */
function withFurther(truth: Truth, attempts: readonly string[]): Truth {
  return attempts.reduce((known, id) => {
    const one = truth.further?.[id];
    if (!one) return known;
    const isKnown = (kind: string, entryId: string) =>
      known.entries.some((entry) => entry.kind === kind && entry.id === entryId) ||
      (kind === 'capture' && (known.excluded ?? []).includes(entryId));
    return {
      ...known,
      isAbsent: false,
      entries: [...known.entries, ...one.entries.filter((entry) => !isKnown(entry.kind, entry.id))],
      excluded: [
        ...(known.excluded ?? []),
        ...(one.excluded ?? []).filter((entry) => !isKnown('capture', entry)),
      ],
      flags: [...(known.flags ?? []), ...(one.flags ?? [])],
      unknownWords: [...(known.unknownWords ?? []), ...(one.unknownWords ?? [])],
    };
  }, truth);
}
