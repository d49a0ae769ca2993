import type { Reason } from '../../domain/escalation/ladder.ts';
import type { EscalationCounts } from '../../orders/escalations.ts';
import { ageBuckets, type AgeBucket } from '../../orders/filters.ts';
import { listHref, type Filters } from '../filters.ts';
import { ageNames } from './age-names.ts';
import { AgeingPicture } from './ageing-picture.tsx';
import { spoken } from './badges.tsx';

const ages = Object.keys(ageBuckets) as AgeBucket[];

interface CountsProps {
  readonly counts: EscalationCounts;
  readonly filters: Filters;
}

/** How many are stuck, by reason and by age; each number leads to its list. */
export function CountsTable({ counts, filters }: CountsProps) {
  const rows = Object.entries(counts.byReason) as [Reason, Readonly<Partial<Record<AgeBucket, number>>>][];
  const most = Math.max(1, ...rows.map(([, row]) => sum(row)));
  const totals = Object.fromEntries(
    ages.map((age) => [age, rows.reduce((total, [, row]) => total + (row[age] ?? 0), 0)]),
  ) as Record<AgeBucket, number>;
  const { account, level, state } = filters;
  const href = (more: Filters) => listHref({ account, level, state, ...more });
  return (
    <section class="counts" aria-labelledby="counts-title">
      <h2 id="counts-title">By reason and age</h2>
      <AgeingPicture totals={totals} />
      <table>
        <caption class="said">Open escalations by reason and by how long they have been open</caption>
        <thead>
          <tr>
            <th scope="col">Reason</th>
            {ages.map((age) => (
              <th key={age} scope="col" class="number">
                {ageNames[age]}
              </th>
            ))}
            <th scope="col" class="number">
              All
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([reason, row]) => (
            <tr key={reason} id={`count-${reason}`}>
              <th scope="row">
                {spoken(reason)}
                <Bar share={sum(row) / most} />
              </th>
              {ages.map((age) => (
                <td key={age} class="number">
                  <Count
                    of={row[age] ?? 0}
                    href={href({ reason, age })}
                    what={`${spoken(reason)}, ${ageNames[age]}`}
                  />
                </td>
              ))}
              <td class="number">
                <Count of={sum(row)} href={href({ reason })} what={spoken(reason)} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            {ages.map((age) => (
              <td key={age} class="number">
                <Count of={totals[age]} href={href({ age })} what={ageNames[age]} />
              </td>
            ))}
            <td class="number">
              <Count of={counts.total} href={href({})} what="all" />
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Count({ of, href, what }: { readonly of: number; readonly href: string; readonly what: string }) {
  if (of === 0) return <span class="none">0</span>;
  return (
    <a href={href}>
      {of}
      <span class="said"> {what}</span>
    </a>
  );
}

function Bar({ share }: { readonly share: number }) {
  return (
    <svg class="bar" width="100%" height="4" aria-hidden="true">
      <rect width={`${Math.max(1, Math.round(share * 100))}%`} height="4" rx="2" />
    </svg>
  );
}

function sum(row: Readonly<Partial<Record<AgeBucket, number>>>): number {
  return Object.values(row).reduce((total, count) => total + count, 0);
}
