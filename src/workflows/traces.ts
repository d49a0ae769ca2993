import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { ReadReason } from '../domain/order/agenda.ts';
import type { MerchantEventType } from '../domain/order/events.ts';
import type { FindingCode } from '../domain/money/findings.ts';
import type { Disposition } from '../domain/order/hints.ts';
import type { OrderState, PendingHint } from '../domain/order/state.ts';
import type { Status } from '../domain/money/status.ts';

/** The effect of a traced read on its order, without text of a provider or a person. */
export interface ReadEffect {
  /** Of the read's span. */
  readonly traceparent: string;
  readonly why: ReadReason;
  readonly before: Status;
  readonly after: Status;
  readonly events: readonly MerchantEventType[];
  /** New findings, and known ones that were found again. */
  readonly findings: readonly FindingCode[];
  /** One for each hook that the read settled. */
  readonly dispositions: readonly Disposition[];
}

/** A sink leaves the sandbox without a command, so histories hold nothing of it. Every worker must have this one. */
export interface TraceSinks extends Sinks {
  traces: { readEffect(effect: ReadEffect): void };
}

const { traces } = proxySinks<TraceSinks>();

/** Reports the effect of a traced read to the worker. */
export function reportReadEffect(
  { findings: known, status: before }: OrderState,
  { findings, status: after }: OrderState,
  report: Pick<ReadEffect, 'traceparent' | 'why' | 'events' | 'dispositions'>,
): void {
  const found = findings.filter((finding) => !known.includes(finding)).map(({ code }) => code);
  traces.readEffect({ ...report, before, after, findings: found });
}

// Bounded: a read may answer many hooks, and histories keep the request of a queued read.
const tracesKept = 8;

/** The traceparents of the hooks that a read is for: first of those that ask for it, then of those that wait with them. */
export function tracesOf(hints: readonly PendingHint[]): readonly string[] {
  const inOrder = [
    ...hints.filter(({ hasReadBegun }) => !hasReadBegun),
    ...hints.filter(({ hasReadBegun }) => hasReadBegun),
  ];
  return [...new Set(inOrder.flatMap(({ traceparent }) => traceparent ?? []))].slice(0, tracesKept);
}
