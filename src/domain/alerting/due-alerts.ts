import {
  isActive,
  quietTimeOf,
  type Alert,
  type AlertKind,
  type Desk,
  type DeskStep,
  type Incident,
} from './incident.ts';

const minute = 60_000;

// How often an alert repeats while a burst goes on.
const longestWait = 30 * minute;
// After an outage its orders are read again; after this time those that are still stuck are told.
const recoveryTime = minute;

/** When an alert is due by the clock alone, in epoch milliseconds, or undefined. */
export function nextAlertAt(desk: Desk): number | undefined {
  const times = desk.incidents.flatMap((incident) => [
    ...(isGrowing(incident) ? [growthToldAt(incident, quietTimeOf(desk, incident.grownAt))] : []),
    ...(isUnrecovered(incident) ? [incident.fault!.endedAt! + recoveryTime] : []),
  ]);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Gives the alerts that are due, and the desk that has told them. */
export function withDueAlerts(desk: Desk, now: number): DeskStep {
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
