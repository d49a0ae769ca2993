import { iso } from '../values.ts';

/** Why none of an account's orders can be read. */
export const faultCodes = ['credentials_refused', 'provider_unreachable'] as const;

/** A fault of an account as a whole. Times in epoch milliseconds. */
export interface Fault {
  readonly code: (typeof faultCodes)[number];
  /** When the first read failed. */
  readonly since: number;
  /** When the provider answered again; absent while it does not. */
  readonly endedAt?: number;
}

/** The public view of a fault; null where there is none. Times are ISO 8601, UTC. */
export function faultView(fault: Fault | undefined) {
  if (!fault) return null;
  const { code, since, endedAt } = fault;
  return { code, since: iso(since), endedAt: endedAt === undefined ? null : iso(endedAt) };
}

/** An interval of the times at which escalations opened; `to` is not part of it, and absent where it has no end. */
export interface Window {
  readonly from: number;
  readonly to?: number;
}

/**
 * Stuck orders that share their alerts: those of one burst, or of one outage. An incident stores the window in which
 * their escalations opened, not the orders, so ten thousand take no more room than one.
 */
export interface Incident {
  readonly id: string;
  readonly openedAt: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly fault?: Fault;
  /** How many of its orders are stuck now. */
  readonly count: number;
  /** The highest count so far. */
  readonly peak: number;
  readonly level: number;
  /** When the last order joined it. */
  readonly grownAt: number;
  readonly told?: Told;
}

/** The content of the last alert about an incident. */
interface Told {
  readonly at: number;
  readonly level: number;
  /** How many orders have joined since. */
  readonly untold: number;
  readonly isRecovered?: true;
}

/** The state of one account's alert desk, as plain JSON: it is carried over continue-as-new. */
export interface Desk {
  readonly account: string;
  /** The open ones, in the order of their windows, which do not overlap. */
  readonly incidents: readonly Incident[];
  /** When the last incidents opened: the more of them, the longer a burst is waited for. */
  readonly openings: readonly number[];
  /** How many alerts there have been, which numbers the next one. */
  readonly alerts: number;
}

const alertKinds = ['opened', 'grown', 'raised', 'recovered', 'closed'] as const;

export type AlertKind = (typeof alertKinds)[number];

/** One message about an incident; a repeat has the same id. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly at: number;
  readonly account: string;
  readonly incident: Omit<Incident, 'told' | 'grownAt'>;
  /** How many orders joined since the last alert about it. */
  readonly joined: number;
}

/** How many escalations are open, and their highest level: in the window of each incident, and in each gap between windows. */
export interface Survey {
  readonly incidents: readonly { readonly id: string; readonly count: number; readonly level: number }[];
  readonly gaps: readonly (Window & { readonly count: number; readonly level: number })[];
}

/** The desk after an input, and the alerts that it gives. */
export interface DeskStep {
  readonly desk: Desk;
  readonly alerts: readonly Alert[];
}

const second = 1_000;
const minute = 60 * second;

// A burst is over when nothing joined it for this long; each incident of the last hour doubles the time.
const quietTime = 30 * second;
const longestQuietTime = 15 * minute;
const recent = 60 * minute;
// How often an alert repeats while a burst goes on.
const longestWait = 30 * minute;
// After an outage its orders are read again; those still stuck after this time are alerted.
const recoveryTime = minute;
// With so many open, further orders join the last incident.
const incidentsKept = 20;

/** The desk of an account before its first survey. */
export function emptyDesk(account: string): Desk {
  return { account, incidents: [], openings: [], alerts: 0 };
}

/** The gaps between the windows of the open incidents: an escalation in a gap belongs to no incident yet. */
export function gapsOf(incidents: readonly Pick<Incident, 'window'>[]): readonly Window[] {
  const starts = [0, ...incidents.map(({ window }) => window.to)];
  return starts
    .map((from, index) => ({ from, to: incidents[index]?.window.from }))
    .flatMap(({ from, to }) => (to === undefined ? [{ from }] : from < to ? [{ from, to }] : []));
}

/** Applies a survey: incidents grow, rise, shrink or close, and new ones open. */
export function applySurvey(desk: Desk, survey: Survey, now: number): DeskStep {
  const counted: Desk = {
    ...desk,
    incidents: desk.incidents.map((incident) => recount(incident, survey, now)),
  };
  const joined = survey.gaps
    .filter(({ count }) => count > 0)
    .reduce<Desk>((soFar, gap) => join(soFar, gap, now), counted);
  return tellDueAlerts(joined, now);
}

/** A read has proven that the account cannot be read: one incident for all orders that get stuck until it can. */
export function beginFault(desk: Desk, fault: Fault, now: number): DeskStep {
  if (activeFault(desk)) return { desk, alerts: [] };
  const from = desk.incidents.at(-1)?.window.to ?? 0;
  const opened = openIncident(
    desk,
    { window: { from, to: Math.max(from, now + 1) }, fault, count: 0, level: 1 },
    now,
  );
  return tellDueAlerts(opened, now);
}

/** A read has proven that the account answers again. */
export function endFault(desk: Desk, now: number): DeskStep {
  const incidents = desk.incidents.map((incident) =>
    isActive(incident) ? { ...incident, fault: { ...incident.fault!, endedAt: now } } : incident,
  );
  return tellDueAlerts({ ...desk, incidents }, now);
}

/** The incident whose fault goes on, if there is one. */
export function activeFault({ incidents }: Desk): Incident | undefined {
  return incidents.find(isActive);
}

/** When an alert is due by the clock alone, in epoch milliseconds, or undefined. */
export function nextAlertAt(desk: Desk): number | undefined {
  const times = desk.incidents.flatMap((incident) => [
    ...(isGrowing(incident) ? [growthToldAt(incident, quietTimeOf(desk, incident.grownAt))] : []),
    ...(isUnrecovered(incident) ? [incident.fault!.endedAt! + recoveryTime] : []),
  ]);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Gives the alerts that are due by the clock alone. */
export function tellDue(desk: Desk, now: number): DeskStep {
  return tellDueAlerts(desk, now);
}

function isActive({ fault }: Incident): boolean {
  return fault !== undefined && fault.endedAt === undefined;
}

function recount(incident: Incident, { incidents }: Survey, now: number): Incident {
  const seen = incidents.find(({ id }) => id === incident.id);
  if (!seen) return incident;
  // Visibility is a moment behind: an order that shows late joins now.
  const joined = Math.max(0, seen.count - incident.count);
  return {
    ...joinedBy(incident, joined, now),
    count: seen.count,
    level: Math.max(incident.level, seen.level),
  };
}

function joinedBy(incident: Incident, joined: number, now: number): Incident {
  if (joined === 0) return incident;
  const count = incident.count + joined;
  return {
    ...incident,
    count,
    peak: Math.max(incident.peak, count),
    grownAt: now,
    ...(incident.told && { told: { ...incident.told, untold: incident.told.untold + joined } }),
  };
}

function join(desk: Desk, gap: Survey['gaps'][number], now: number): Desk {
  const last = desk.incidents.at(-1);
  if (last && gap.to === undefined && takesMore(desk, last, now)) {
    const joined: Incident = {
      ...joinedBy(last, gap.count, now),
      window: { ...last.window, to: Math.max(last.window.to, now + 1) },
      level: Math.max(last.level, gap.level),
    };
    return { ...desk, incidents: [...desk.incidents.slice(0, -1), joined] };
  }
  const window = { from: gap.from, to: gap.to ?? Math.max(gap.from, now + 1) };
  return openIncident(desk, { window, count: gap.count, level: gap.level }, now);
}

/** Whether orders that get stuck now join the last incident: its outage or its burst goes on. */
function takesMore(desk: Desk, last: Incident, now: number): boolean {
  return (
    isActive(last) ||
    now - last.grownAt < quietTimeOf(desk, last.grownAt) ||
    desk.incidents.length >= incidentsKept
  );
}

function openIncident(
  desk: Desk,
  incident: Pick<Incident, 'window' | 'count' | 'level'> & { readonly fault?: Fault },
  now: number,
): Desk {
  const { account, openings, incidents } = desk;
  const id = `${account}-${now}-${incident.window.from}`;
  const opened: Incident = { id, openedAt: now, peak: incident.count, grownAt: now, ...incident };
  return {
    ...desk,
    incidents: [...incidents, opened].toSorted((a, b) => a.window.from - b.window.from),
    openings: [...openings.filter((at) => now - at < recent), now].slice(-10),
  };
}

function quietTimeOf({ openings }: Desk, now: number): number {
  const lately = openings.filter((at) => now - at < recent).length;
  return Math.min(longestQuietTime, quietTime * 2 ** Math.max(0, lately - 1));
}

function tellDueAlerts(desk: Desk, now: number): DeskStep {
  const alerts: Alert[] = [];
  const kept: Incident[] = [];
  for (const incident of desk.incidents) {
    const kind = newsOf(incident, quietTimeOf(desk, incident.grownAt), now);
    if (kind) alerts.push(alertOf(desk, kind, incident, desk.alerts + alerts.length + 1, now));
    if (kind !== 'closed') kept.push(kind ? toldOf(incident, kind, now) : incident);
  }
  return { desk: { ...desk, incidents: kept, alerts: desk.alerts + alerts.length }, alerts };
}

function newsOf(incident: Incident, quietMs: number, now: number): AlertKind | undefined {
  const { told, count, level } = incident;
  if (count === 0 && !isActive(incident)) return 'closed';
  if (!told) return 'opened';
  if (level > told.level) return 'raised';
  if (isUnrecovered(incident) && now >= incident.fault!.endedAt! + recoveryTime) return 'recovered';
  return isGrowing(incident) && now >= growthToldAt(incident, quietMs) ? 'grown' : undefined;
}

/** Whether orders joined since the last alert; after an outage `recovered` reports them. */
function isGrowing(incident: Incident): boolean {
  return (incident.told?.untold ?? 0) > 0 && !isUnrecovered(incident);
}

function isUnrecovered({ fault, told }: Incident): boolean {
  return fault?.endedAt !== undefined && told?.isRecovered === undefined;
}

/**
 * When an alert about growth is due: at the end of the burst, or after the longest wait. During an outage only the
 * latter counts.
 */
function growthToldAt(incident: Incident, quietMs: number): number {
  const latest = (incident.told?.at ?? 0) + longestWait;
  return isActive(incident) ? latest : Math.min(incident.grownAt + quietMs, latest);
}

function toldOf(incident: Incident, kind: AlertKind, now: number): Incident {
  const isRecovered = kind === 'recovered' || incident.told?.isRecovered === true;
  return {
    ...incident,
    told: { at: now, level: incident.level, untold: 0, ...(isRecovered && { isRecovered: true as const }) },
  };
}

function alertOf(desk: Desk, kind: AlertKind, incident: Incident, number: number, now: number): Alert {
  const { told, grownAt: _, ...shown } = incident;
  return {
    id: `${incident.id}-${number}`,
    kind,
    at: now,
    account: desk.account,
    incident: shown,
    joined: told?.untold ?? incident.count,
  };
}
