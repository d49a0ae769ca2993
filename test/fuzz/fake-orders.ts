import {
  ApplicationFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import {
  encodeFields,
  executionInfo,
  fakeClient,
  notFound,
  serviceError,
} from '../../evidence/kit/temporal/fake-client.ts';
import { decode } from '../../evidence/kit/temporal/payloads.ts';
import { refusalOf } from '../../src/domain/order/commands.ts';
import { step } from '../../src/domain/order/step.ts';
import { openOrder, type OrderStart, type OrderState } from '../../src/domain/order/state.ts';
import { timelineOf, viewOf } from '../../src/domain/order/view.ts';
import { orderMemo, workflowType } from '../../src/workflows/contract/order-run.ts';
import {
  commandIn,
  type CommandAnswer,
  type CommandEnvelope,
  type CommandName,
} from '../../src/workflows/contract/commands.ts';
import { isHint } from '../../src/workflows/contract/guards.ts';

/**
 * Stands in for Temporal where the API is the subject: it keeps orders and counts what reaches it. It steps the domain and
 * runs no workflow, unlike the server of `evidence/kit/temporal`: a case takes microseconds, and there are 100,000 of them.
 */
export interface FakeOrders {
  readonly client: Client;
  /** Signals, starts and accepted commands, in their order. */
  readonly delivered: readonly string[];
  /** Visibility queries, in their order. */
  readonly queries: readonly string[];
  /** What a workflow would not have taken for a hint or a command. */
  readonly strangers: readonly unknown[];
  /** Sets the orders back to their first state. */
  restore(): void;
}

export function fakeOrders(orders: readonly OrderState[], now: () => number): FakeOrders {
  const runs = new Map<string, OrderState>();
  const restore = () => {
    runs.clear();
    for (const state of orders) runs.set(state.identity.id, state);
  };
  restore();
  const delivered: string[] = [];
  const queries: string[] = [];
  const strangers: unknown[] = [];

  const takeHint = (id: string, input: Payloads) => {
    const hint = valueIn(input);
    if (!isHint(hint)) return strangers.push(hint);
    delivered.push('signal');
    return runs.set(id, step(runs.get(id)!, { type: 'hint', hint }, now()).state);
  };
  const start = (id: string, begin: OrderStart) => {
    delivered.push('start');
    runs.set(id, openOrder(throughJson(begin), now()));
  };
  const found = (id: string) => {
    const state = runs.get(id);
    if (!state) throw notFound(id);
    return state;
  };

  const workflowService = {
    async signalWorkflowExecution({ workflowExecution: { workflowId }, input }: Signal) {
      found(workflowId);
      takeHint(workflowId, input);
      return {};
    },
    async signalWithStartWorkflowExecution({ workflowId, input, signalInput }: SignalWithStart) {
      const started = !runs.has(workflowId);
      if (started) start(workflowId, valueIn(input) as OrderStart);
      takeHint(workflowId, signalInput);
      return { started };
    },
    async describeWorkflowExecution({ execution: { workflowId } }: Described) {
      const memo = encodeFields({ [orderMemo]: viewOf(found(workflowId)) });
      return { workflowExecutionInfo: executionInfo({ workflowId, workflowType, memo }) };
    },
    async listWorkflowExecutions({ query, nextPageToken }: Listing) {
      mustBeLegal(query, nextPageToken);
      queries.push(query);
      return { executions: [] };
    },
    async countWorkflowExecutions({ query }: Listing) {
      mustBeLegal(query);
      queries.push(query);
      return { count: 0 };
    },
    async getWorkflowExecutionHistory() {
      // So that a wait ends as soon as it has begun.
      for (const [id, state] of runs) runs.set(id, { ...state, sequence: Number.MAX_SAFE_INTEGER });
      return { history: { events: [] }, nextPageToken: null };
    },
  };
  const workflow = {
    async start(_type: string, { workflowId, args }: { workflowId: string; args: [OrderStart] }) {
      if (runs.has(workflowId))
        throw new WorkflowExecutionAlreadyStartedError('known', workflowId, workflowType);
      start(workflowId, args[0]);
    },
    getHandle: (id: string) => ({
      query: async () => timelineOf(found(id)),
      async executeUpdate(
        { name }: { name: CommandName },
        { args }: { args: [CommandEnvelope<unknown>] },
      ): Promise<CommandAnswer> {
        const state = found(id);
        const { key, hash, body } = throughJson(args[0]);
        const command = commandIn(name, body);
        const earlier = state.answeredCommands.find((answer) => answer.key === key);
        if (!command) {
          strangers.push({ name, body });
          throw refused('invalid_command', 'not a command');
        }
        const refusal = earlier ? undefined : refusalOf(state, command, now());
        if (refusal) throw refused(refusal.code, refusal.detail);
        if (!earlier) {
          delivered.push('command');
          runs.set(id, step(state, { type: 'command', command, key, hash }, now()).state);
        }
        return { hash: earlier?.hash ?? hash, order: viewOf(found(id)) };
      },
    }),
  };
  return { client: fakeClient({ workflowService, workflow }), delivered, queries, strangers, restore };
}

interface Payloads {
  readonly payloads: readonly Payload[];
}
interface Listing {
  readonly query: string;
  readonly nextPageToken?: Uint8Array;
}
interface Described {
  readonly execution: { readonly workflowId: string };
}
interface Signal {
  readonly workflowExecution: { readonly workflowId: string };
  readonly input: Payloads;
}
interface SignalWithStart {
  readonly workflowId: string;
  readonly input: Payloads;
  readonly signalInput: Payloads;
}

/** What Temporal 1.9's dev server was seen to refuse: a page token that is none of its own, NUL, a year of five digits. */
function mustBeLegal(query: string, nextPageToken?: Uint8Array): void {
  const isOwnToken = !nextPageToken?.length || /^\{.*\}$/.test(Buffer.from(nextPageToken).toString());
  if (isOwnToken && !query.includes('\0') && !/'[+-]\d{6}-/.test(query)) return;
  throw serviceError(3, 'refused');
}

function valueIn({ payloads }: Payloads): unknown {
  return decode(payloads[0]);
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function refused(type: string, detail: string): WorkflowUpdateFailedError {
  return new WorkflowUpdateFailedError('refused', ApplicationFailure.nonRetryable(detail, type));
}
