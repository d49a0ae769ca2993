import { codes } from './codes.ts';
import { reasons, type Reason } from './reasons.ts';

/** Who resolved a reason that still held, why, and when (epoch milliseconds). */
export interface Resolution {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** A reason that holds now. `subject`: what exactly it is about; the same code about something else is another reason. */
export interface Holding {
  readonly code: Reason;
  readonly subject: string;
  /** When it began, or will begin, epoch milliseconds. */
  readonly since: number;
  /** Of a sum that is too large, in minor units: a larger one is news. */
  readonly size?: number;
}

/** A reason that an order remembers. */
export interface HeldReason extends Holding {
  /** A person resolved it: it is silent until its size grows or somebody reopens it. */
  readonly resolved?: Resolution;
  /** It was resolved and has ended; it stays silent if it comes back. */
  readonly isOver?: true;
  /** A person reopened it: it is due at once, whatever its ladder. */
  readonly isReopened?: true;
}

/** In the order of the table of codes. */
export type HeldReasons = readonly HeldReason[];

/**
 * `open`: waits for a person. `acknowledged`: its owner works on it. `snoozed`: does not rise until `snoozedUntil`.
 * `resolved`: a person resolved it, and something of it still holds.
 */
export const escalationStates = ['open', 'acknowledged', 'snoozed', 'resolved'] as const;

/** An escalation. The provider or a person ends it; else it stays listed. Times in epoch milliseconds. */
export interface Escalation {
  readonly level: number;
  /** Oldest first. */
  readonly reasons: readonly [Reason, ...Reason[]];
  readonly openedAt: number;
  readonly state: (typeof escalationStates)[number];
  readonly owner?: string;
  readonly snoozedUntil?: number;
}

const escalationChanges = ['opened', 'raised', 'resolved'] as const;

export type EscalationChange = (typeof escalationChanges)[number];

/** The delays until each level of a reason, counted from its beginning. A first delay of 0 is reached at once. */
export type StepsOf = (code: Reason) => readonly number[];

export interface LadderMoment {
  readonly held: HeldReasons;
  readonly stepsOf: StepsOf;
  readonly now: number;
  /** When the last read began: no rung counts before one more read. */
  readonly lastReadAt: number;
}

// Ended ones that were resolved; what is forgotten is told again if it comes back.
const overKept = 32;

/** Adds the reasons that begin and drops those that end, by what holds now. One that goes on keeps its start. */
export function trackReasons(before: HeldReasons, holding: readonly Holding[], now: number): HeldReasons {
  const held = holding.map((one) => trackReason(before.find(isSame(one)), one, now));
  const over = before
    .filter((one) => one.resolved && !holding.some(isSame(one)))
    .map((one) => ({ ...one, isOver: true as const }))
    .slice(-overKept);
  return [...held, ...over].toSorted((a, b) => reasons.indexOf(a.code) - reasons.indexOf(b.code));
}

function trackReason(held: HeldReason | undefined, now: Holding, at: number): HeldReason {
  if (held?.resolved && (now.size ?? 0) <= (held.size ?? 0)) {
    const { isOver: _, ...silent } = held;
    return silent;
  }
  // A reason that has not begun may move: the provider prolonged an authorization.
  const goesOn = held && !held.resolved && held.since <= at && now.since <= at;
  return goesOn ? { ...held, ...now, since: held.since } : now;
}

function isSame({ code, subject }: Holding) {
  return (other: Holding) => other.code === code && other.subject === subject;
}

/** Silences every reason that has begun: a person has resolved it. */
export function resolveAll(held: HeldReasons, resolved: Resolution): HeldReasons {
  return held.map((one) => (one.resolved || one.since > resolved.at ? one : { ...one, resolved }));
}

/** Wakes what was resolved and still holds; its delays count from now, and its first level is reached at once. */
export function reopenAll(held: HeldReasons, now: number): HeldReasons {
  return held.map((one) => {
    if (!one.resolved || one.isOver) return one;
    const { resolved: _, ...rest } = one;
    return { ...rest, since: now, isReopened: true as const };
  });
}

/** What a person resolved and still holds. */
export function stillHolding(held: HeldReasons): readonly HeldReason[] {
  return held.filter(({ resolved, isOver }) => resolved && !isOver);
}

/** What has begun and waits for a person. */
export function unresolved(held: HeldReasons, now: number): readonly HeldReason[] {
  return held.filter(({ resolved, since }) => !resolved && since <= now);
}

/**
 * Moves an escalation along its ladder: it opens at the first rung, rises at each later one, and ends with its last
 * reason. A raise keeps owner and acknowledgement; a snoozed escalation does not rise. While something that a person
 * resolved still holds, the escalation stays listed as resolved; another reason opens a new one.
 */
export function climb(
  escalation: Escalation | undefined,
  moment: LadderMoment,
): { readonly escalation?: Escalation; readonly change?: EscalationChange } {
  const current = escalation?.state === 'resolved' ? undefined : escalation;
  const due = dueReasons(moment, current);
  const [first, ...others] = codesOf(due);
  if (!first) return restOf(escalation, moment.held);
  if (current?.state === 'snoozed' && moment.now < (current.snoozedUntil ?? 0))
    return { escalation: current };

  const level = Math.max(...due.map((entry) => entry.level), current?.level ?? 0);
  if (!current) {
    return {
      escalation: { level, reasons: [first, ...others], openedAt: moment.now, state: 'open' },
      change: 'opened',
    };
  }
  const next = { ...awake(current), level, reasons: [first, ...others] as const };
  return level > current.level ? { escalation: next, change: 'raised' } : { escalation: next };
}

/** What is left of an escalation of which nothing waits for a person any more. */
function restOf(
  escalation: Escalation | undefined,
  held: HeldReasons,
): { readonly escalation?: Escalation; readonly change?: EscalationChange } {
  if (!escalation) return {};
  const change = escalation.state === 'resolved' ? {} : { change: 'resolved' as const };
  const [first, ...others] = codesOf(stillHolding(held).toSorted((a, b) => a.since - b.since));
  if (!first) return change;
  const { snoozedUntil: _, ...rest } = escalation;
  return { escalation: { ...rest, state: 'resolved', reasons: [first, ...others] }, ...change };
}

/** When a rung or the end of a snooze next asks for a read; undefined where none will. */
export function nextRung(
  escalation: Escalation | undefined,
  { held, stepsOf, lastReadAt }: Omit<LadderMoment, 'now'>,
): number | undefined {
  if (escalation?.state === 'snoozed') return escalation.snoozedUntil;
  return earliest(rungsOf(held, stepsOf).filter(({ at }) => at > lastReadAt));
}

/** When the level will rise if nothing happens, or undefined at the top of the ladder. */
export function nextLevelAt(escalation: Escalation, held: HeldReasons, stepsOf: StepsOf): number | undefined {
  if (escalation.state === 'resolved') return undefined;
  const at = earliest(rungsOf(held, stepsOf).filter(({ level }) => level > escalation.level));
  return at === undefined ? undefined : Math.max(at, escalation.snoozedUntil ?? at);
}

function rungsOf(
  held: HeldReasons,
  stepsOf: StepsOf,
): readonly { readonly at: number; readonly level: number }[] {
  return held
    .filter(({ resolved }) => !resolved)
    .flatMap(({ code, since }) =>
      stepsOf(code).map((step, index) => ({ at: since + step, level: index + 1 })),
    );
}

function earliest(rungs: readonly { readonly at: number }[]): number | undefined {
  return rungs.length > 0 ? Math.min(...rungs.map(({ at }) => at)) : undefined;
}

function dueReasons({ held, stepsOf, now, lastReadAt }: LadderMoment, escalation: Escalation | undefined) {
  // A reason that begins later needs no person yet, even if it was listed before it moved.
  return unresolved(held, now)
    .flatMap(({ code, since, isReopened }) => {
      // What is told at once needs no further read; a later rung does.
      const isReached = (step: number) => step === 0 || since + step <= Math.min(now, lastReadAt);
      const level = stepsOf(code).filter(isReached).length;
      const isDue = isReopened === true || (escalation?.reasons.includes(code) ?? false);
      return level > 0 || isDue ? [{ code, level: Math.max(level, 1), since }] : [];
    })
    .toSorted((a, b) => a.since - b.since);
}

function codesOf(held: readonly { readonly code: Reason }[]): readonly Reason[] {
  return [...new Set(held.map(({ code }) => code))];
}

function awake(escalation: Escalation): Escalation {
  if (escalation.state !== 'snoozed') return escalation;
  const { snoozedUntil: _, ...rest } = escalation;
  return { ...rest, state: 'open' };
}

/** Whether a person is asked already: by a reason that waits for one, before its ladder or on it. */
export function asksForPerson(held: HeldReasons, now: number): boolean {
  return unresolved(held, now).some(({ code }) => codes[code].needsPerson);
}
