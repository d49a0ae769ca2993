import { isTaken, type Call } from '../drive/calls.ts';
import type { HookContent, PlannedHook, PlannedOrder } from '../plan/types.ts';
import type { Evidence, Run, SeenHint, ShownOrder, StepOf, TimelineEntry } from './evidence.ts';
import { groupBy } from './groups.ts';
import type { ProviderState } from './provider-state.ts';

/** Everything about one order, from all ledgers. */
export interface Case {
  readonly order: PlannedOrder;
  readonly id: string;
  readonly hooks: readonly PlannedHook[];
  readonly calls: readonly Call[];
  readonly runs: readonly Run[];
  readonly signals: readonly (StepOf<'signal'> & { readonly runId: string })[];
  /** Everything that was ever shown of it, oldest first. */
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

/** What tells one hook of an order from another: the same for every copy, and for the signal that it becomes. */
export function contentKey({ kind }: PlannedOrder, content: HookContent): string {
  if ('event' in content) {
    return [content.event, content.status, content.captureId ?? content.refundId ?? ''].join(' ');
  }
  const { type, amount, transactionId } = content;
  if (amount !== undefined) return `${type} ${amount}`;
  return kind === 'payout' ? `${type} payout` : `${type} ${transactionId ?? ''}`;
}

/** The same of a signal. */
export function hintKey({ provider, kind }: PlannedOrder, hint: SeenHint): string {
  const { event, status, claimId = '', amount } = hint;
  if (provider === 'briqpay') return [event, status, claimId].join(' ');
  if (amount !== undefined) return `${event} ${amount}`;
  return kind === 'payout' ? `${event} payout` : `${event} ${claimId}`;
}

/** The hooks that the service has for certain taken, or has a signal of. */
export function signalledHooks({ order, hooks, signals }: Case): PlannedHook[] {
  const heard = new Set(signals.map(({ hint }) => hintKey(order, hint)));
  return hooks.filter(({ content }) => heard.has(contentKey(order, content)));
}

/** Whether the service must know of the order: it has taken a hook of it, or its registration. */
export function isKnown({ calls, hooks }: Case): boolean {
  const moving = new Set(
    hooks.filter(({ nature }) => nature === 'true' || nature === 'forged').map(({ id }) => id),
  );
  return calls.some((call) => isTaken(call) && (call.kind === 'register' || moving.has(call.hook ?? -1)));
}

/** The last that the provider held, if it ever held anything. */
export function truthOf({ provider }: Case): ProviderState | undefined {
  return provider.at(-1);
}
