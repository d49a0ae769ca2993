import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { ReadReason } from '../domain/order/agenda.ts';
import type { MerchantEventType } from '../domain/order/events.ts';
import type { FindingCode } from '../domain/money/findings.ts';
import type { Disposition } from '../domain/order/hints.ts';
import type { OrderState, PendingHint } from '../domain/order/state.ts';
import type { Status } from '../domain/money/status.ts';

/** What a read did to its order, in words of closed sets alone. */
export interface Conclusion {
  /** Of the read. */
  readonly traceparent: string;
  readonly why: ReadReason;
  readonly before: Status;
  readonly after: Status;
  readonly events: readonly MerchantEventType[];
  /** That are new, or were found once more. */
  readonly findings: readonly FindingCode[];
  /** Of the hooks that it settled. */
  readonly dispositions: readonly Disposition[];
}

/** The way out of the sandbox: no command, and nothing of it is in a history. A worker has to take it in. */
export interface TraceSinks extends Sinks {
  traces: { concluded(conclusion: Conclusion): void };
}

const { traces } = proxySinks<TraceSinks>();

/** Tells the worker what a traced read did. */
export function tellConclusion(
  { findings: known, status: before }: OrderState,
  { findings, status: after }: OrderState,
  told: Pick<Conclusion, 'traceparent' | 'why' | 'events' | 'dispositions'>,
): void {
  const news = findings.filter((finding) => !known.includes(finding)).map(({ code }) => code);
  traces.concluded({ ...told, before, after, findings: news });
}

// One read answers any number of hooks, and its request may be in the history.
const tracesKept = 8;

/** Where the hooks were traced that a read is for: first those that ask for it, then those that wait with them. */
export function tracesOf(hints: readonly PendingHint[]): readonly string[] {
  const inOrder = [
    ...hints.filter(({ hasReadBegun }) => !hasReadBegun),
    ...hints.filter(({ hasReadBegun }) => hasReadBegun),
  ];
  return [...new Set(inOrder.flatMap(({ traceparent }) => traceparent ?? []))].slice(0, tracesKept);
}
