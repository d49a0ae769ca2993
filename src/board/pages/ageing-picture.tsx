import type { AgeBucket } from '../../orders/filters.ts';
import { ageNames } from './age-names.ts';

const height = 64;
const step = 80;

/** How old the open escalations are, at a glance. */
export function AgeingPicture({ totals }: { readonly totals: Readonly<Record<AgeBucket, number>> }) {
  const bars = Object.entries(totals) as [AgeBucket, number][];
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const told = bars.map(([age, count]) => `${count} ${ageNames[age]}`).join(', ');
  return (
    <svg
      class="ageing"
      viewBox={`0 0 ${bars.length * step} ${height + 36}`}
      role="img"
      aria-label={`Open by age: ${told}`}
    >
      {bars.map(([age, count], index) => {
        const tall = count === 0 ? 1 : Math.max(3, Math.round((count / most) * height));
        const middle = index * step + step / 2;
        return (
          <g key={age} class={age}>
            <rect x={index * step + 12} y={16 + height - tall} width={step - 24} height={tall} rx="2" />
            <text x={middle} y={12 + height - tall} text-anchor="middle" class="figure">
              {count}
            </text>
            <text x={middle} y={height + 31} text-anchor="middle">
              {ageNames[age]}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
