import type { Reason } from '../../domain/escalation/reasons.ts';
import type { EscalationCounts } from '../../orders/escalations.ts';
import { ageBuckets, type AgeBucket } from '../../orders/filters.ts';
import { listHref, type Filters } from '../filters.ts';
import { labelOf } from './badges.tsx';
import { ageNames } from './times.tsx';

const ages = Object.keys(ageBuckets) as AgeBucket[];

interface CountsProps {
  readonly counts: EscalationCounts;
  readonly filters: Filters;
}

/** The open escalations by reason and age. Each number links to its list. */
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
      <AgeChart totals={totals} />
      <table>
        <caption class="visually-hidden">
          Open escalations by reason and by how long they have been open
        </caption>
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
                {labelOf(reason)}
                <Bar share={sum(row) / most} />
              </th>
              {ages.map((age) => (
                <td key={age} class="number">
                  <Count
                    of={row[age] ?? 0}
                    href={href({ reason, age })}
                    what={`${labelOf(reason)}, ${ageNames[age]}`}
                  />
                </td>
              ))}
              <td class="number">
                <Count of={sum(row)} href={href({ reason })} what={labelOf(reason)} />
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

const chartHeight = 64;
const barPitch = 80;

function AgeChart({ totals }: { readonly totals: Readonly<Record<AgeBucket, number>> }) {
  const bars = Object.entries(totals) as [AgeBucket, number][];
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const label = bars.map(([age, count]) => `${count} ${ageNames[age]}`).join(', ');
  return (
    <svg
      class="ageing"
      viewBox={`0 0 ${bars.length * barPitch} ${chartHeight + 36}`}
      role="img"
      aria-label={`Open by age: ${label}`}
    >
      {bars.map(([age, count], index) => {
        const height = count === 0 ? 1 : Math.max(3, Math.round((count / most) * chartHeight));
        const middle = index * barPitch + barPitch / 2;
        return (
          <g key={age} class={age}>
            <rect
              x={index * barPitch + 12}
              y={16 + chartHeight - height}
              width={barPitch - 24}
              height={height}
              rx="2"
            />
            <text x={middle} y={12 + chartHeight - height} text-anchor="middle" class="figure">
              {count}
            </text>
            <text x={middle} y={chartHeight + 31} text-anchor="middle">
              {ageNames[age]}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function Count({ of, href, what }: { readonly of: number; readonly href: string; readonly what: string }) {
  if (of === 0) return <span class="none">0</span>;
  return (
    <a href={href}>
      {of}
      <span class="visually-hidden"> {what}</span>
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
