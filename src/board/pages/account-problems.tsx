import type { Fault } from '../../domain/alerting/incidents.ts';
import { iso } from '../../domain/values.ts';
import type { DeskView } from '../../workflows/contract/desk.ts';
import { listHref } from '../filters.ts';
import { Since } from './times.tsx';

const faultWords: Readonly<Record<Fault['code'], string>> = {
  credentials_refused: 'The provider refuses the credentials',
  provider_unreachable: 'The provider does not answer',
};

/** What is wrong beyond single orders: accounts that cannot be read, and channels that people are not told by. */
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
    <section class="notice trouble" aria-labelledby="trouble-title">
      <h2 id="trouble-title">Beyond single orders</h2>
      <ul>
        {faults.map(({ account, fault, count }) => (
          <li key={account}>
            <a href={listHref({ account })}>{account}</a>: {faultWords[fault.code]} for{' '}
            <Since iso={iso(fault.since)} now={now} />. {count} stuck; they are read again when it is over.
          </li>
        ))}
        {failing.map(({ account, channel, since }) => (
          <li key={`${account} ${channel}`}>
            Alerts of {account} have not reached <strong>{channel}</strong> for{' '}
            <Since iso={iso(since)} now={now} />. The list is complete all the same.
          </li>
        ))}
      </ul>
    </section>
  );
}
