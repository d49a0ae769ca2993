import type { Call } from '../../../evidence/chaos/drive/calls.ts';
import type { Evidence, Run, ShownOrder, Step } from '../../../evidence/chaos/judge/evidence.ts';
import type { ProviderState } from '../../../evidence/chaos/judge/provider-state.ts';
import { patienceFor } from '../../../evidence/chaos/patience.ts';
import type { PlannedHook, PlannedOrder } from '../../../evidence/chaos/plan/types.ts';

/** Well inside a bucket of five minutes. */
export const start = 1_800_000_060_000;
const at = (seconds: number) => start + seconds * 1_000;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

/** Evidence of a small run in which everything went as it must; tests spoil it. */
export function honestEvidence(): Evidence {
  const deliveries = hooks.map(({ id }) => ({ id, hook: id, at: 0, method: 'POST' as const, tries: 1 }));
  return {
    plan: { seed: 1, spanMs: 60_000, orders, hooks, deliveries, kills: [], faults: [] },
    patience: patienceFor(10),
    orderIds,
    calls: calls(),
    incidents: [
      { at: at(20), what: 'ended', whom: 'temporal', detail: 'gone' },
      { at: at(26), what: 'spawned', whom: 'temporal' },
    ],
    provider: { 0: capturedStates, 1: pendingStates },
    runs: [capturedRun(), pendingRun(), unknownRun()],
    shown: Object.fromEntries([captured(), pending(1), nobodys()].map((order) => [order.id, order])),
    timelines: {
      [orderIds[0]!]: [
        { at: iso(1), kind: 'hook', summary: 'order_status order_pending', disposition: 'applied' },
        { at: iso(4), kind: 'hook', summary: 'capture_status approved', disposition: 'applied' },
        { at: iso(5), kind: 'hook', summary: 'order_status order_pending', disposition: 'duplicate' },
      ],
      [orderIds[1]!]: [
        { at: iso(1), kind: 'hook', summary: 'order_status order_pending', disposition: 'applied' },
      ],
      [orderIds[2]!]: [
        {
          at: iso(1),
          kind: 'hook',
          summary: 'order_status order_approved_not_captured',
          disposition: 'unmatched',
        },
      ],
    },
    escalated: { at: at(60), ids: [orderIds[1]!] },
    replays: [{ orderId: orderIds[0]!, runId: 'run-0' }],
    judgedAt: at(60),
  };
}

const common = {
  provider: 'briqpay',
  account: 'chaos-se',
  kind: 'deposit',
  amount: 12_000,
  currency: 'SEK',
  openAt: 0,
  steps: [],
  people: [],
} as const;

const orders: readonly PlannedOrder[] = [
  {
    ...common,
    index: 0,
    scenario: 'captured',
    registration: { at: 0, reference: 'ref-0' },
    ends: { status: 'captured', captured: 12_000, refunded: 0 },
  },
  {
    ...common,
    index: 1,
    scenario: 'pending_for_ever',
    ends: { status: 'pending', captured: 0, refunded: 0 },
  },
  {
    ...common,
    index: 2,
    scenario: 'unknown_session',
    isUnknown: true,
    ends: { status: 'created', captured: 0, refunded: 0 },
  },
  {
    ...common,
    index: 3,
    scenario: 'ignored_event',
    isUnknown: true,
    ends: { status: 'created', captured: 0, refunded: 0 },
  },
];

const orderIds = orders.map(({ index }) => `chaos-se:session-${index}`);

const hooks: readonly PlannedHook[] = [
  { id: 0, order: 0, step: 0, nature: 'true', content: { event: 'order_status', status: 'order_pending' } },
  {
    id: 1,
    order: 0,
    step: 2,
    nature: 'true',
    content: { event: 'capture_status', status: 'approved', captureId: 'capture-0' },
  },
  { id: 2, order: 1, step: 0, nature: 'true', content: { event: 'order_status', status: 'order_pending' } },
  {
    id: 3,
    order: 2,
    step: -1,
    nature: 'forged',
    content: { event: 'order_status', status: 'order_approved_not_captured' },
  },
  { id: 4, order: 3, step: -1, nature: 'ignored', content: { event: 'module_ui_status', status: 'visible' } },
  {
    id: 5,
    order: 1,
    step: -1,
    nature: 'forged',
    content: { event: 'capture_status', status: 'approved', captureId: 'forged' },
  },
];

function calls(): Call[] {
  const hook = (call: number, seconds: number, id: number, status = 202): Call => ({
    call,
    kind: 'hook',
    order: hooks[id]!.order,
    hook: id,
    delivery: id,
    attempt: 1,
    sentAt: at(seconds),
    answeredAt: at(seconds) + 50,
    status,
  });
  return [
    { call: 1, kind: 'register', order: 0, attempt: 1, sentAt: at(0), answeredAt: at(0) + 50, status: 201 },
    hook(2, 1, 0),
    hook(3, 1, 2),
    hook(4, 1, 3),
    hook(5, 1, 4),
    hook(6, 4, 1),
    hook(7, 5, 0),
    // While Temporal was away nothing new was taken.
    hook(8, 22, 5, 503),
  ];
}

const nothing = {
  authorized: 0,
  captured: 0,
  capturePending: 0,
  refunded: 0,
  refundPending: 0,
  cancelled: 0,
} as const;

const pendingStates: readonly ProviderState[] = [
  { at: at(0), status: 'created', ...nothing },
  { at: at(0.5), status: 'pending', ...nothing },
];

const capturedStates: readonly ProviderState[] = [
  ...pendingStates,
  { at: at(2), status: 'placed', ...nothing, authorized: 12_000 },
  { at: at(3), status: 'captured', ...nothing, authorized: 12_000, captured: 12_000 },
];

function shown(index: number, more: Partial<ShownOrder>): ShownOrder {
  return {
    id: orderIds[index]!,
    status: 'created',
    amounts: {},
    unverifiedSince: null,
    findings: [],
    escalation: null,
    sequence: 0,
    ...more,
  };
}

const terms = { reference: 'ref-0' };
const expected = { currency: 'SEK', expected: 12_000 };

function captured(): ShownOrder {
  const amounts = { ...expected, ...nothing, authorized: 12_000, captured: 12_000 };
  return shown(0, { ...terms, status: 'captured', amounts, sequence: 2 });
}

function pending(level: number): ShownOrder {
  const escalation = { level, reasons: ['pending'], openedAt: iso(21), state: 'open', owner: null };
  const amounts = { currency: 'SEK', ...nothing };
  return shown(1, {
    status: 'pending',
    amounts,
    sequence: 1 + level,
    escalation: level > 0 ? escalation : null,
  });
}

function nobodys(): ShownOrder {
  return shown(2, { status: 'expired', findings: [{ code: 'foreign_session' }] });
}

type PlannedScenario = Step extends infer Each
  ? Each extends Step
    ? Omit<Each, 'id' | 'at'> & { at?: number }
    : never
  : never;

/** A history of these steps, one after another. */
function runOf(index: number, steps: readonly PlannedScenario[]): Run {
  let seconds = 0;
  const timed = steps.map((step, place): Step => {
    seconds = step.at ?? seconds;
    return { ...step, id: place + 1, at: at(seconds) + place };
  });
  return {
    orderId: orderIds[index]!,
    runId: `run-${index}`,
    startedAt: at(0),
    events: steps.length,
    steps: timed,
  };
}

const signal = (event: string, status: string, claimId?: string) =>
  ({ is: 'signal', hint: { id: `${event} ${status}`, event, status, ...(claimId && { claimId }) } }) as const;
const read = (...ids: string[]) => ({ isAnswer: true, isOk: true, ids });

function capturedRun(): Run {
  const registered = shown(0, { ...terms, amounts: expected });
  const wasPending = shown(0, {
    ...terms,
    status: 'pending',
    amounts: { ...expected, ...nothing },
    sequence: 1,
  });
  return runOf(0, [
    { is: 'published', order: registered, at: 0 },
    { ...signal('order_status', 'order_pending'), at: 1 },
    { is: 'task', startedId: 2.5 },
    { is: 'local-read', task: 3, result: read('tx-0') },
    { is: 'published', order: wasPending },
    { is: 'timer-started', task: 3, timer: '1', firesAt: at(9) },
    { ...signal('capture_status', 'approved', 'capture-0'), at: 4 },
    { is: 'task', startedId: 7.5 },
    // The provider does not show it yet, so it is looked at again half a second later.
    { is: 'local-read', task: 8, result: read('tx-0') },
    { is: 'timer-cancelled', timer: '1' },
    { is: 'timer-started', task: 8, timer: '2', firesAt: at(4.5) },
    { is: 'timer-fired', timer: '2', at: 4.5 },
    { is: 'task', startedId: 12.5 },
    { is: 'local-read', task: 13, result: read('tx-0', 'capture-0') },
    { is: 'published', order: captured() },
  ]);
}

function pendingRun(): Run {
  return runOf(1, [
    { is: 'published', order: shown(1, {}), at: 0 },
    { ...signal('order_status', 'order_pending'), at: 1 },
    { is: 'task', startedId: 2.5 },
    { is: 'local-read', task: 3, result: read('tx-1') },
    { is: 'published', order: pending(0) },
    { is: 'published', order: pending(1), at: 21 },
  ]);
}

function unknownRun(): Run {
  return runOf(2, [
    { is: 'published', order: shown(2, {}), at: 0 },
    { ...signal('order_status', 'order_approved_not_captured'), at: 1 },
    { is: 'task', startedId: 2.5 },
    { is: 'local-read', task: 3, result: { isAnswer: true, isOk: false, ids: [] } },
    { is: 'published', order: nobodys() },
  ]);
}
