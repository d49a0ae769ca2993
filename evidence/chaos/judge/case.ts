import { isTaken, type Call } from '../drive/calls.ts';
import type { HookContent, PlannedHook, PlannedOrder } from '../plan/types.ts';
import type { Evidence, Run, SeenHint, ShownOrder, StepOf, TimelineEntry } from './evidence.ts';
import { groupBy } from './groups.ts';
import type { ProviderState } from './provider-state.ts';

/** All evidence about one order. */
export interface Case {
  readonly order: PlannedOrder;
  readonly id: string;
  readonly hooks: readonly PlannedHook[];
  readonly calls: readonly Call[];
  readonly runs: readonly Run[];
  readonly signals: readonly (StepOf<'signal'> & { readonly runId: string })[];
  /** Every version of it that was published, oldest first. */
  readonly published: readonly { readonly at: number; readonly order: ShownOrder }[];
  readonly provider: readonly ProviderState[];
  readonly shown: ShownOrder | undefined;
  readonly timeline: readonly TimelineEntry[];
}

export function casesOf(evidence: Evidence): Case[] {
  const { plan, orderIds, calls, runs, provider, shown, timelines } = evidence;
  const hooksBy = groupBy(plan.hooks, ({ order }) => order);
  const callsBy = groupBy(calls, ({ order }) => order);
  const runsBy = groupBy(runs, ({ orderId }) => orderId);
  return plan.orders.map((order) => {
    const id = orderIds[order.index] ?? '';
    const own = (runsBy.get(id) ?? []).toSorted((a, b) => a.startedAt - b.startedAt);
    return {
      order,
      id,
      hooks: hooksBy.get(order.index) ?? [],
      calls: callsBy.get(order.index) ?? [],
      runs: own,
      signals: own.flatMap(({ runId, steps }) =>
        steps.flatMap((step) => (step.is === 'signal' ? [{ ...step, runId }] : [])),
      ),
      published: own.flatMap(({ steps }) =>
        steps.flatMap((step) => (step.is === 'published' ? [{ at: step.at, order: step.order }] : [])),
      ),
      provider: provider[order.index] ?? [],
      shown: shown[id],
      timeline: timelines[id] ?? [],
    };
  });
}

/** Identifies a hook among those of its order; its copies and its signal have the same key. */
export function contentKey({ kind }: PlannedOrder, content: HookContent): string {
  if ('event' in content) {
    return [content.event, content.status, content.captureId ?? content.refundId ?? ''].join(' ');
  }
  const { type, amount, transactionId } = content;
  if (amount !== undefined) return `${type} ${amount}`;
  return kind === 'payout' ? `${type} payout` : `${type} ${transactionId ?? ''}`;
}

/** The key of the hook that a signal came from. */
export function hintKey({ provider, kind }: PlannedOrder, hint: SeenHint): string {
  const { event, status, claimId = '', amount } = hint;
  if (provider === 'briqpay') return [event, status, claimId].join(' ');
  if (amount !== undefined) return `${event} ${amount}`;
  return kind === 'payout' ? `${event} payout` : `${event} ${claimId}`;
}

/** The hooks of which the order has a signal. */
export function signalledHooks({ order, hooks, signals }: Case): PlannedHook[] {
  const signalled = new Set(signals.map(({ hint }) => hintKey(order, hint)));
  return hooks.filter(({ content }) => signalled.has(contentKey(order, content)));
}

/** Whether the service must know the order: it acknowledged a hook of it, or its registration. */
export function isKnown({ calls, hooks }: Case): boolean {
  const moving = new Set(
    hooks.filter(({ nature }) => nature === 'true' || nature === 'forged').map(({ id }) => id),
  );
  return calls.some((call) => isTaken(call) && (call.kind === 'register' || moving.has(call.hook ?? -1)));
}

/** The provider's last state of the payment; undefined where it has none. */
export function truthOf({ provider }: Case): ProviderState | undefined {
  return provider.at(-1);
}
