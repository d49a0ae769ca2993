import { codes } from '../../domain/escalation/codes.ts';
import { type Reason } from '../../domain/escalation/reasons.ts';
import type { EscalationView } from '../../domain/order/view.ts';

/** A reason of an escalation. */
export function ReasonBadge({ reason }: { readonly reason: Reason }) {
  return (
    <span class="badge reason" title={codes[reason].meaning}>
      {labelOf(reason)}
    </span>
  );
}

/** The level of an escalation, shown by marks besides the colour. */
export function LevelBadge({ level }: { readonly level: number }) {
  return (
    <span class={`badge level level-${Math.min(level, 3)}`}>
      <span aria-hidden="true">{'▲'.repeat(Math.min(level, 3))}</span> level {level}
    </span>
  );
}

const stateMarks = { open: '○', acknowledged: '✓', snoozed: '☾', resolved: '◐' } as const;

/** The names of the states, where the word alone would not say enough. */
export const stateNames = { resolved: 'resolved, still holding' } as const;

/** The state of an escalation: open, acknowledged, snoozed, or resolved while something of it still holds. */
export function StateBadge({ state }: { readonly state: EscalationView['state'] }) {
  return (
    <span class={`badge state ${state}`}>
      <span aria-hidden="true">{stateMarks[state]}</span> {state === 'resolved' ? stateNames.resolved : state}
    </span>
  );
}

export function StatusBadge({ status }: { readonly status: string }) {
  return <span class="badge status">{labelOf(status)}</span>;
}

/** A code of the API as text: `over_captured` as `over captured`. */
export function labelOf(code: string): string {
  return code.replaceAll('_', ' ');
}
