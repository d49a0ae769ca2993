import { withDueAlerts } from './due-alerts.ts';
import {
  activeFault,
  isActive,
  quietTimeOf,
  recent,
  type Desk,
  type DeskStep,
  type Fault,
  type Incident,
  type Survey,
  type Window,
} from './incident.ts';

// With so many open, further orders join the last incident.
const incidentsKept = 20;

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
  return withDueAlerts(joined, now);
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
  return withDueAlerts(opened, now);
}

/** A read has proven that the account answers again. */
export function endFault(desk: Desk, now: number): DeskStep {
  const incidents = desk.incidents.map((incident) =>
    isActive(incident) ? { ...incident, fault: { ...incident.fault!, endedAt: now } } : incident,
  );
  return withDueAlerts({ ...desk, incidents }, now);
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
