import type { TimelineView } from '../../domain/order/view.ts';

export type Entry = TimelineView['entries'][number];

/** The rank of each kind of entry on the way from cause to effect, and its name on the page. */
export const stages = {
  hook: { rank: 0, name: 'hook' },
  person: { rank: 0, name: 'person' },
  command: { rank: 0, name: 'shop' },
  read: { rank: 1, name: 'read' },
  change: { rank: 2, name: 'change' },
  finding: { rank: 2, name: 'finding' },
  escalation: { rank: 2, name: 'escalation' },
  delivery: { rank: 3, name: 'delivery' },
} as const satisfies Record<Entry['kind'], { rank: number; name: string }>;

/** Splits a timeline into chains of cause and effect: hook, read, change, delivery. A chain ends where the rank falls. */
export function chainsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const chains: Entry[][] = [];
  for (const entry of entries) {
    const chain = chains.at(-1);
    const last = chain?.at(-1);
    const continues = last !== undefined && rankOf(entry) >= rankOf(last) && !isCauseAfterCause(last, entry);
    if (chain && continues) chain.push(entry);
    else chains.push([entry]);
  }
  return chains;
}

function rankOf({ kind }: Entry): number {
  return stages[kind].rank;
}

/** Causes of one kind in a row, such as hooks, share the read that follows; a cause of another kind begins a new chain. */
function isCauseAfterCause(last: Entry, entry: Entry): boolean {
  return rankOf(entry) === 0 && rankOf(last) === 0 && entry.kind !== last.kind;
}
