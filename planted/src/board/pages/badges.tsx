import type { EscalationView } from '../../domain/order/view.ts';

/** Why a person is needed. */
export function ReasonBadge({ reason }: { readonly reason: string }) {
  return <span class="badge reason">{spoken(reason)}</span>;
}

/** How high an escalation has risen: more marks, not only another colour. */
export function LevelBadge({ level }: { readonly level: number }) {
  return (
    <span class={`badge level level-${Math.min(level, 3)}`}>
      <span aria-hidden="true">{'▲'.repeat(Math.min(level, 3))}</span> level {level}
    </span>
  );
}

const stateMarks = { open: '○', acknowledged: '✓', snoozed: '☾' } as const;

/** Whether somebody has it in hand. */
export function StateBadge({ state }: { readonly state: EscalationView['state'] }) {
  return (
    <span class={`badge state ${state}`}>
      <span aria-hidden="true">{stateMarks[state]}</span> {state}
    </span>
  );
}

export function StatusBadge({ status }: { readonly status: string }) {
  return <span class="badge status">{spoken(status)}</span>;
}

/** A word of the API, for reading. */
export function spoken(code: string): string {
  return code.replaceAll('_', ' ');
}
