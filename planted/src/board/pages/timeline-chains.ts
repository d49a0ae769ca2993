import type { TimelineView } from '../../domain/order/view.ts';

export type Entry = TimelineView['entries'][number];

/** How far along an entry stands on the way from what was heard to what was done. */
export const stages = {
  hook: { rank: 0, name: 'heard' },
  person: { rank: 0, name: 'person' },
  command: { rank: 0, name: 'shop' },
  read: { rank: 1, name: 'read' },
  change: { rank: 2, name: 'decided' },
  finding: { rank: 2, name: 'found' },
  escalation: { rank: 2, name: 'escalation' },
  delivery: { rank: 3, name: 'told' },
} as const satisfies Record<Entry['kind'], { rank: number; name: string }>;

/** Cuts a timeline into chains of cause and effect: hook, read, decision, effect. A new one begins where it steps back. */
export function chainsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const chains: Entry[][] = [];
  for (const entry of entries) {
    const chain = chains.at(-1);
    const last = chain?.at(-1);
    const goesOn = last !== undefined && rankOf(entry) >= rankOf(last) && !isCauseAfterCause(last, entry);
    if (chain && goesOn) chain.push(entry);
    else chains.push([entry]);
  }
  return chains;
}

function rankOf({ kind }: Entry): number {
  return stages[kind].rank;
}

/** Hooks that come in a row share the read that follows; what people ask for stands for itself. */
function isCauseAfterCause(last: Entry, entry: Entry): boolean {
  return rankOf(entry) === 0 && rankOf(last) === 0 && entry.kind !== last.kind;
}
