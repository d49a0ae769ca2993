import type { Incident } from '../domain/alerting/incident.ts';
import { iso } from '../domain/values.ts';
import type { DeskView } from './contract/desk.ts';
import { clock } from './details.ts';

/** What the Temporal UI shows of an account's desk, in markdown: the open incidents and the channels that do not answer. */
export function deskDetailsOf({ account, incidents, failing }: DeskView): string {
  return [
    `# ${incidents.length === 0 ? 'All quiet' : plural(incidents.length, 'open incident')} at ${account}`,
    incidents.length === 0 ? '' : incidentTable(incidents),
    failing.length === 0
      ? ''
      : `**Not reached:** ${failing.map(channelText).join('; ')}. It is tried again; the list of stuck payments is complete all the same.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function incidentTable(incidents: readonly Incident[]): string {
  return [
    '| Since | What | Stuck now | At most | Level |',
    '|---|---|---:|---:|---:|',
    ...incidents.map(
      ({ openedAt, fault, count, peak, level }) =>
        `| ${clock(iso(openedAt))} | ${subjectText(fault)} | ${count} | ${peak} | ${level} |`,
    ),
  ].join('\n');
}

function subjectText(fault: Incident['fault']): string {
  if (!fault) return 'stuck payments';
  const text = fault.code === 'credentials_refused' ? 'credentials refused' : 'provider unreachable';
  return fault.endedAt === undefined ? text : `${text}, answers again since ${clock(iso(fault.endedAt))}`;
}

function channelText({ channel, since, dropped }: DeskView['failing'][number]): string {
  const text = `${channel} since ${clock(iso(since))}`;
  return dropped === undefined ? text : `${text}, ${plural(dropped, 'alert')} dropped`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
