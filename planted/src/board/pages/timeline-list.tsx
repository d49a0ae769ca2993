import type { TimelineView } from '../../domain/order/view.ts';
import { At } from './times.tsx';
import { chainsOf, stages, type Entry } from './timeline-chains.ts';
import { UntrustedText } from './untrusted-text.tsx';

/** An order's history, oldest first, in chains of cause and effect. */
export function TimelineList({ timeline }: { readonly timeline: TimelineView }) {
  const { entries, dropped } = timeline;
  return (
    <>
      {dropped > 0 && <p>{dropped} older entries are no longer kept.</p>}
      <ol class="timeline">
        {chainsOf(entries).map((chain, index) => (
          <li key={index}>
            <ol>
              {chain.map((entry, place) => (
                <Line key={place} entry={entry} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </>
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const { at, kind, summary, disposition, times, lastAt } = entry;
  return (
    <li class={`line ${kind}`}>
      <At iso={at} />
      <span class="badge stage">{stages[kind].name}</span>
      <span class="summary">
        <UntrustedText>{summary}</UntrustedText>
        {disposition && <span class={`badge ${disposition}`}>{disposition}</span>}
        {times !== undefined && lastAt !== undefined && (
          <small>
            {times} times, last <At iso={lastAt} />
          </small>
        )}
      </span>
    </li>
  );
}
