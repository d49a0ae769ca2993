import { reasons, type Reason } from './codes.ts';
import type { Delays } from './policy.ts';

/** A reason that holds, and since when in epoch milliseconds. A silenced one was resolved by a person. */
interface HeldReason {
  readonly since: number;
  readonly silenced?: true;
}

/** `open`: waits for a person. `acknowledged`: its owner works on it. `snoozed`: does not rise until `snoozedUntil`. */
export const escalationStates = ['open', 'acknowledged', 'snoozed'] as const;

/** The reasons that hold, or that a person silenced. */
export type HeldReasons = { readonly [R in Reason]?: HeldReason };

/** An open escalation. The provider or a person ends it; else it stays listed. Times in epoch milliseconds. */
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

export interface LadderMoment {
  readonly held: HeldReasons;
  readonly steps: Delays;
  readonly now: number;
  /** When the last read began: no rung counts before one more read. */
  readonly lastReadAt: number;
}

/** Adds the reasons that begin and drops those that end, by `holding`, their starts. One that goes on keeps its start. */
export function trackReasons(
  before: HeldReasons,
  holding: { readonly [R in Reason]?: number },
  now: number,
): HeldReasons {
  const entries = reasons.map(
    (reason) => [reason, trackReason(before[reason], holding[reason], now)] as const,
  );
  return Object.fromEntries(entries.filter(([, reason]) => reason !== undefined));
}

function trackReason(
  held: HeldReason | undefined,
  since: number | undefined,
  now: number,
): HeldReason | undefined {
  // A silenced reason stays silent when it comes back, until the status changes.
  if (held?.silenced) return held;
  if (since === undefined) return undefined;
  // A reason that has not begun may move: the provider prolonged an authorization.
  return held && held.since <= now && since <= now ? held : { since };
}

/** Wakes silenced reasons when the status changes; their delays count from now. */
export function wakeSilenced(held: HeldReasons, now: number): HeldReasons {
  return mapReasons(held, (reason) => (reason.silenced ? { since: now } : reason));
}

/** Silences every reason that has begun until the status changes: a person has resolved it. */
export function silenceAll(held: HeldReasons, now: number): HeldReasons {
  return mapReasons(held, (reason) =>
    reason.since <= now ? { since: reason.since, silenced: true } : reason,
  );
}

/**
 * Moves an escalation along its ladder: it opens at the first rung, rises at each later one, and ends with its last
 * reason. A raise keeps owner and acknowledgement; a snoozed escalation does not rise.
 */
export function climb(
  escalation: Escalation | undefined,
  moment: LadderMoment,
): { readonly escalation?: Escalation; readonly change?: EscalationChange } {
  const due = dueReasons(moment, escalation);
  const [first, ...others] = due.map(({ reason }) => reason);
  if (!first) return escalation ? { change: 'resolved' } : {};
  if (escalation?.state === 'snoozed' && moment.now < (escalation.snoozedUntil ?? 0)) return { escalation };

  const level = Math.max(...due.map((entry) => entry.level), escalation?.level ?? 0);
  if (!escalation) {
    return {
      escalation: { level, reasons: [first, ...others], openedAt: moment.now, state: 'open' },
      change: 'opened',
    };
  }
  const next = { ...awake(escalation), level, reasons: [first, ...others] as const };
  return level > escalation.level ? { escalation: next, change: 'raised' } : { escalation: next };
}

/** When a rung or the end of a snooze next asks for a read; undefined where none will. */
export function nextRung(
  escalation: Escalation | undefined,
  { held, steps, lastReadAt }: Omit<LadderMoment, 'now'>,
): number | undefined {
  if (escalation?.state === 'snoozed') return escalation.snoozedUntil;
  return earliest(rungsOf(held, steps).filter(({ at }) => at > lastReadAt));
}

/** When the level will rise if nothing happens, or undefined at the top of the ladder. */
export function nextLevelAt(escalation: Escalation, held: HeldReasons, steps: Delays): number | undefined {
  const at = earliest(rungsOf(held, steps).filter(({ level }) => level > escalation.level));
  return at === undefined ? undefined : Math.max(at, escalation.snoozedUntil ?? at);
}

function rungsOf(
  held: HeldReasons,
  steps: Delays,
): readonly { readonly at: number; readonly level: number }[] {
  return Object.values(held)
    .filter((reason) => !reason.silenced)
    .flatMap(({ since }) => steps.map((step, index) => ({ at: since + step, level: index + 1 })));
}

function earliest(rungs: readonly { readonly at: number }[]): number | undefined {
  return rungs.length > 0 ? Math.min(...rungs.map(({ at }) => at)) : undefined;
}

function dueReasons({ held, steps, now, lastReadAt }: LadderMoment, escalation: Escalation | undefined) {
  return reasons
    .flatMap((reason) => {
      const { since = now + 1, silenced } = held[reason] ?? {};
      // A reason that begins later needs no person yet, even if it was listed before it moved.
      if (silenced || since > now) return [];
      const level = steps.filter((step) => since + step <= Math.min(now, lastReadAt)).length;
      const isListed = escalation?.reasons.includes(reason) ?? false;
      return level > 0 || isListed ? [{ reason, level: Math.max(level, 1), since }] : [];
    })
    .toSorted((a, b) => a.since - b.since);
}

function awake(escalation: Escalation): Escalation {
  if (escalation.state !== 'snoozed') return escalation;
  const { snoozedUntil: _, ...rest } = escalation;
  return { ...rest, state: 'open' };
}

function mapReasons(held: HeldReasons, change: (reason: HeldReason) => HeldReason): HeldReasons {
  return Object.fromEntries(Object.entries(held).map(([name, reason]) => [name, change(reason)]));
}
