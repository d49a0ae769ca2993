import type { Fault } from '../../domain/alerting/incident.ts';
import { iso } from '../../domain/values.ts';
import type { DeskView } from '../../workflows/contract/desk.ts';
import { listHref } from '../filters.ts';
import { Since } from './times.tsx';

const faultNames: Readonly<Record<Fault['code'], string>> = {
  credentials_refused: 'The provider refuses the credentials',
  provider_unreachable: 'The provider does not answer',
};

/** Problems of whole accounts: a provider that cannot be read, and alert channels that fail. */
export function AccountProblems({
  desks,
  now,
}: {
  readonly desks: readonly DeskView[];
  readonly now: number;
}) {
  const faults = desks.flatMap(({ account, incidents }) =>
    incidents.flatMap(({ fault, count }) =>
      fault && fault.endedAt === undefined ? [{ account, fault, count }] : [],
    ),
  );
  const failing = desks.flatMap(({ account, failing: channels }) =>
    channels.map(({ channel, since }) => ({ account, channel, since })),
  );
  if (faults.length === 0 && failing.length === 0) return null;
  return (
    <section class="notice problems" aria-labelledby="problems-title">
      <h2 id="problems-title">Account problems</h2>
      <ul>
        {faults.map(({ account, fault, count }) => (
          <li key={account}>
            <a href={listHref({ account })}>{account}</a>: {faultNames[fault.code]} for{' '}
            <Since iso={iso(fault.since)} now={now} />. {count} stuck; all are read again when the provider
            answers.
          </li>
        ))}
        {failing.map(({ account, channel, since }) => (
          <li key={`${account} ${channel}`}>
            Alerts of {account} have not reached <strong>{channel}</strong> for{' '}
            <Since iso={iso(since)} now={now} />. This list is complete nevertheless.
          </li>
        ))}
      </ul>
    </section>
  );
}
