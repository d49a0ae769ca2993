import type { Delays } from './policy.ts';

/** Why an order needs a person. */
export const reasons = [
  'pending',
  'unverified',
  'unregistered',
  'contradiction',
  'capture_failed',
  'refund_failed',
  'command_unknown',
  'delivery_failed',
  'authorization_expiring',
  'over_captured',
  'over_refunded',
  'double_payment',
] as const;

export type Reason = (typeof reasons)[number];

/** A reason that holds now; its clock starts when it begins. A silenced one was resolved by a person. */
export interface Concern {
  readonly since: number;
  readonly silenced?: true;
}

export const escalationStates = ['open', 'acknowledged', 'snoozed'] as const;

export type Concerns = { readonly [R in Reason]?: Concern };

/** An escalation that is open: it ends by the provider, by a person, or stays listed. Times in epoch milliseconds. */
export interface Escalation {
  readonly level: number;
  /** Oldest first. */
  readonly reasons: readonly [Reason, ...Reason[]];
  readonly openedAt: number;
  readonly state: (typeof escalationStates)[number];
  readonly owner?: string;
  readonly snoozedUntil?: number;
}

export type EscalationChange = 'opened' | 'raised' | 'resolved';

export interface Moment {
  readonly concerns: Concerns;
  readonly steps: Delays;
  readonly now: number;
  /** When the provider was last asked: no rung counts before the provider was asked once more. */
  readonly askedAt: number;
}

/** Which concerns go on, begin and end: the clock of one that goes on is left alone. */
export function trackConcerns(
  before: Concerns,
  holding: { readonly [R in Reason]?: number },
  now: number,
): Concerns {
  const entries = reasons.map(
    (reason) => [reason, trackConcern(before[reason], holding[reason], now)] as const,
  );
  return Object.fromEntries(entries.filter(([, concern]) => concern !== undefined));
}

function trackConcern(
  held: Concern | undefined,
  since: number | undefined,
  now: number,
): Concern | undefined {
  // What a person silenced stays silent should it come back, until the status changes.
  if (held?.silenced) return held;
  if (since === undefined) return undefined;
  // One that is still to begin may be put off: the provider prolonged an authorization.
  return held && held.since <= now && since <= now ? held : { since };
}

/** Starts the clock of silenced concerns anew: what a person resolved was the order as it stood then. */
export function wakeSilenced(concerns: Concerns, now: number): Concerns {
  return mapConcerns(concerns, (concern) => (concern.silenced ? { since: now } : concern));
}

/** What a person resolves: every concern that has begun stays quiet until the status changes. */
export function silenceAll(concerns: Concerns, now: number): Concerns {
  return mapConcerns(concerns, (concern) =>
    concern.since <= now ? { since: concern.since, silenced: true } : concern,
  );
}

/**
 * Moves an escalation along its ladder: opens at the first rung, rises with each later one, ends with its last reason.
 * A raise keeps owner and acknowledgement; while snoozed nothing rises.
 */
export function climb(
  escalation: Escalation | undefined,
  moment: Moment,
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

/** When the provider must next be asked because a rung or the end of a snooze has come; undefined when nothing will come by itself. */
export function nextRung(
  escalation: Escalation | undefined,
  { concerns, steps, askedAt }: Omit<Moment, 'now'>,
): number | undefined {
  if (escalation?.state === 'snoozed') return escalation.snoozedUntil;
  return earliest(rungsOf(concerns, steps).filter(({ at }) => at > askedAt));
}

/** When the level will rise if nothing happens, or undefined at the top of the ladder. */
export function nextLevelAt(escalation: Escalation, concerns: Concerns, steps: Delays): number | undefined {
  const at = earliest(rungsOf(concerns, steps).filter(({ level }) => level > escalation.level));
  return at === undefined ? undefined : Math.max(at, escalation.snoozedUntil ?? at);
}

function rungsOf(
  concerns: Concerns,
  steps: Delays,
): readonly { readonly at: number; readonly level: number }[] {
  return Object.values(concerns)
    .filter((concern) => !concern.silenced)
    .flatMap(({ since }) => steps.map((step, index) => ({ at: since + step, level: index + 1 })));
}

function earliest(rungs: readonly { readonly at: number }[]): number | undefined {
  return rungs.length > 0 ? Math.min(...rungs.map(({ at }) => at)) : undefined;
}

function dueReasons({ concerns, steps, now, askedAt }: Moment, escalation: Escalation | undefined) {
  return reasons
    .flatMap((reason) => {
      const concern = concerns[reason];
      // One that lies ahead again was put off: it needs nobody yet, listed or not.
      if (!concern || concern.silenced || concern.since > now) return [];
      const level = steps.filter((step) => concern.since + step <= Math.min(now, askedAt)).length;
      const isListed = escalation?.reasons.includes(reason) ?? false;
      return level > 0 || isListed ? [{ reason, level: Math.max(level, 1), since: concern.since }] : [];
    })
    .toSorted((a, b) => a.since - b.since);
}

function awake(escalation: Escalation): Escalation {
  if (escalation.state !== 'snoozed') return escalation;
  const { snoozedUntil: _, ...rest } = escalation;
  return { ...rest, state: 'open' };
}

function mapConcerns(concerns: Concerns, change: (concern: Concern) => Concern): Concerns {
  return Object.fromEntries(Object.entries(concerns).map(([reason, concern]) => [reason, change(concern)]));
}
