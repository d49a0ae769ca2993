import { iso } from '../order/view.ts';

/** What is wrong with an account as a whole, so that none of its orders can be read. */
export const faultCodes = ['credentials_refused', 'provider_unreachable'] as const;

export interface Fault {
  readonly code: (typeof faultCodes)[number];
  /** When the first read failed, epoch milliseconds. */
  readonly since: number;
  /** When the provider answered again; absent while it does not. */
  readonly endedAt?: number;
}

/** A fault as everybody outside sees it; null where the account is well. Times are ISO 8601, UTC. */
export function faultView(fault: Fault | undefined) {
  if (!fault) return null;
  const { code, since, endedAt } = fault;
  return { code, since: iso(since), endedAt: endedAt === undefined ? null : iso(endedAt) };
}

/** A stretch of the times at which escalations opened; `to` is not part of it, and absent where it has no end. */
export interface Window {
  readonly from: number;
  readonly to?: number;
}

/**
 * Stuck orders that people are told of together: those of one burst, or of one outage of the account. Which orders these
 * are is said by when their escalations opened, so that ten thousand take no more room than one.
 */
export interface Incident {
  readonly id: string;
  readonly openedAt: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly fault?: Fault;
  /** How many of its orders are stuck now, and how many were at most. */
  readonly count: number;
  readonly peak: number;
  readonly level: number;
  /** When the last order joined it. */
  readonly grownAt: number;
  readonly told?: Told;
}

/** What people were last told of an incident. */
interface Told {
  readonly at: number;
  readonly level: number;
  /** How many orders joined since. */
  readonly untold: number;
  readonly isRecovered?: true;
}

/** What one account's desk knows. Plain JSON: it is carried over continue-as-new. */
export interface Desk {
  readonly account: string;
  /** Those that are open, in the order of their windows, which do not overlap. */
  readonly incidents: readonly Incident[];
  /** When the last incidents opened, so that many small ones become few large ones. */
  readonly openings: readonly number[];
  /** Numbers the alerts. */
  readonly alerts: number;
}

export type AlertKind = 'opened' | 'grown' | 'raised' | 'recovered' | 'closed';

/** One thing to tell about an incident; a repeat has the same id. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly at: number;
  readonly account: string;
  readonly incident: Omit<Incident, 'told' | 'grownAt'>;
  /** How many orders joined since the last alert about it. */
  readonly joined: number;
}

/** How many escalations are open: in the window of each incident, and in each gap between these. */
export interface Survey {
  readonly incidents: readonly { readonly id: string; readonly count: number; readonly level: number }[];
  readonly gaps: readonly (Window & { readonly count: number; readonly level: number })[];
}

export interface DeskStep {
  readonly desk: Desk;
  readonly alerts: readonly Alert[];
}

const second = 1_000;
const minute = 60 * second;

// A burst is over when so long nothing joined it; with each incident of the last hour it takes twice as long.
const calm = 30 * second;
const longestCalm = 15 * minute;
const recent = 60 * minute;
// A burst that does not end is told of so often.
const patience = 30 * minute;
// After an outage its orders are read again; what is still stuck then is worth telling.
const recovery = minute;
// More than people can keep in mind: what comes then joins the last one.
const incidentsKept = 20;

export function emptyDesk(account: string): Desk {
  return { account, incidents: [], openings: [], alerts: 0 };
}

/** The gaps between the windows of the open incidents: an escalation in one of them belongs to none yet. */
export function gapsOf(incidents: readonly Pick<Incident, 'window'>[]): readonly Window[] {
  const starts = [0, ...incidents.map(({ window }) => window.to)];
  return starts
    .map((from, index) => ({ from, to: incidents[index]?.window.from }))
    .flatMap(({ from, to }) => (to === undefined ? [{ from }] : from < to ? [{ from, to }] : []));
}

/** Takes in how many escalations are open: incidents grow, rise, shrink, close, and new ones open. */
export function observe(desk: Desk, survey: Survey, now: number): DeskStep {
  const counted: Desk = {
    ...desk,
    incidents: desk.incidents.map((incident) => recount(incident, survey, now)),
  };
  const grown = survey.gaps
    .filter(({ count }) => count > 0)
    .reduce<Desk>((known, gap) => join(known, gap, now), counted);
  return tell(grown, now);
}

/** The account does not answer, as a read has proven: one incident for all that gets stuck until it does. */
export function beginFault(desk: Desk, fault: Fault, now: number): DeskStep {
  if (activeFault(desk)) return { desk, alerts: [] };
  const from = desk.incidents.at(-1)?.window.to ?? 0;
  const opened = openIncident(
    desk,
    { window: { from, to: Math.max(from, now + 1) }, fault, count: 0, level: 1 },
    now,
  );
  return tell(opened, now);
}

/** The account answers again, as a read has proven. */
export function endFault(desk: Desk, now: number): DeskStep {
  const incidents = desk.incidents.map((incident) =>
    isActive(incident) ? { ...incident, fault: { ...incident.fault!, endedAt: now } } : incident,
  );
  return tell({ ...desk, incidents }, now);
}

/** The incident of the fault that goes on. */
export function activeFault({ incidents }: Desk): Incident | undefined {
  return incidents.find(isActive);
}

/** When there will be something to tell if nothing else happens, or undefined. */
export function nextTelling(desk: Desk): number | undefined {
  const times = desk.incidents.flatMap((incident) => [
    ...(isGrowing(incident) ? [tellingAt(incident, calmOf(desk, incident.grownAt))] : []),
    ...(isUnrecovered(incident) ? [incident.fault!.endedAt! + recovery] : []),
  ]);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Tells what is due by the clock alone. */
export function tellDue(desk: Desk, now: number): DeskStep {
  return tell(desk, now);
}

function isActive({ fault }: Incident): boolean {
  return fault !== undefined && fault.endedAt === undefined;
}

function recount(incident: Incident, { incidents }: Survey, now: number): Incident {
  const seen = incidents.find(({ id }) => id === incident.id);
  if (!seen) return incident;
  // One that shows late, because visibility is a moment behind, has joined now.
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

/** Whether what gets stuck now belongs to the last incident: its outage or its burst goes on. */
function takesMore(desk: Desk, last: Incident, now: number): boolean {
  return (
    isActive(last) ||
    now - last.grownAt < calmOf(desk, last.grownAt) ||
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

function calmOf({ openings }: Desk, now: number): number {
  const lately = openings.filter((at) => now - at < recent).length;
  return Math.min(longestCalm, calm * 2 ** Math.max(0, lately - 1));
}

function tell(desk: Desk, now: number): DeskStep {
  const alerts: Alert[] = [];
  const kept: Incident[] = [];
  for (const incident of desk.incidents) {
    const kind = newsOf(incident, calmOf(desk, incident.grownAt), now);
    if (kind) alerts.push(alertOf(desk, kind, incident, desk.alerts + alerts.length + 1, now));
    if (kind !== 'closed') kept.push(kind ? toldOf(incident, kind, now) : incident);
  }
  return { desk: { ...desk, incidents: kept, alerts: desk.alerts + alerts.length }, alerts };
}

function newsOf(incident: Incident, calmMs: number, now: number): AlertKind | undefined {
  const { told, count, level } = incident;
  if (count === 0 && !isActive(incident)) return 'closed';
  if (!told) return 'opened';
  if (level > told.level) return 'raised';
  if (isUnrecovered(incident) && now >= incident.fault!.endedAt! + recovery) return 'recovered';
  return isGrowing(incident) && now >= tellingAt(incident, calmMs) ? 'grown' : undefined;
}

/** Orders joined it that nobody was told of; those of an outage are told with its end. */
function isGrowing(incident: Incident): boolean {
  return (incident.told?.untold ?? 0) > 0 && !isUnrecovered(incident);
}

function isUnrecovered({ fault, told }: Incident): boolean {
  return fault?.endedAt !== undefined && told?.isRecovered === undefined;
}

/** An outage goes on growing: while it lasts, only the long clock counts. */
function tellingAt(incident: Incident, calmMs: number): number {
  const latest = (incident.told?.at ?? 0) + patience;
  return isActive(incident) ? latest : Math.min(incident.grownAt + calmMs, latest);
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
