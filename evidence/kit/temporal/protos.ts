import type { Payload } from '@temporalio/common';
import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import { orderMemo } from '../../../src/workflows/contract/order-run.ts';
import { signals } from '../../../src/workflows/contract/messages.ts';
import { isHint } from '../../../src/workflows/contract/guards.ts';
import type { Command, Job } from './cached-run.ts';
import { decode } from './payloads.ts';
import type { ServerObservation } from './observation.ts';
import type { Fields } from './fake-client.ts';
import type { Run } from './run.ts';

/** In the order that core documents: signals and updates as they came, then the rest. */
export function inOrder(jobs: readonly Job[]): readonly Job[] {
  const isMessage = ({ signalWorkflow, doUpdate }: Job) => Boolean(signalWorkflow ?? doUpdate);
  return [...jobs.filter(isMessage), ...jobs.filter((job) => !isMessage(job))];
}

/** The first job of a run. */
export function initialize({ start, firstRunId }: Run, now: number): Job {
  return {
    initializeWorkflow: {
      workflowId: start.workflowId,
      workflowType: start.workflowType,
      arguments: [...start.args],
      headers: {},
      identity: 'in-memory',
      attempt: 1,
      firstExecutionRunId: firstRunId,
      memo: { fields: start.memo },
      searchAttributes: { indexedFields: start.attributes },
      startTime: { seconds: Math.floor(now / 1000), nanos: 0 } as never,
    },
  };
}

/** Whether a command ends its run. */
export function isTerminal(command: Command): boolean {
  return Boolean(
    command.completeWorkflowExecution ??
    command.continueAsNewWorkflowExecution ??
    command.failWorkflowExecution,
  );
}

/** Whether a command changes the memo or the search attributes. */
export function isPublishing(command: Command): boolean {
  return Boolean(command.modifyWorkflowProperties) || isAttributes(command);
}

export function isAttributes(entry: Command | ServerObservation | undefined): boolean {
  return entry !== undefined && !('is' in entry) && Boolean(entry.upsertWorkflowSearchAttributes);
}

/** The hint in a signal, if it is one. */
export function hintIn(
  name: string | null | undefined,
  payload: Payload | null | undefined,
): Hint | undefined {
  const value = name === signals.hint.name ? decode(payload) : undefined;
  return isHint(value) ? value : undefined;
}

/** The order in a memo. */
export function orderIn(memo: Fields): Order | undefined {
  return decode(memo[orderMemo]) as Order | undefined;
}

/** Merges fields; one that is set to null is removed. */
export function withFields(
  fields: Fields,
  changed: Readonly<Record<string, Payload>> | null | undefined,
): Fields {
  const all: Record<string, Payload> = { ...fields, ...changed };
  for (const [name, payload] of Object.entries(changed ?? {}))
    if ((decode(payload) ?? null) === null) delete all[name];
  return all;
}

export function isEmpty(fields: object | null | undefined): boolean {
  return !fields || Object.keys(fields).length === 0;
}
