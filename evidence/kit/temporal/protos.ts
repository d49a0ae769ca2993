import type { Payload } from '@temporalio/common';
import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Order } from '../../../src/domain/order/view.ts';
import { orderMemo, signals } from '../../../src/workflows/contract.ts';
import { isHint } from '../../../src/workflows/guards.ts';
import type { Command, Job } from './cached-run.ts';
import { decode } from './payloads.ts';
import type { Observation } from '../../sim/observation.ts';
import type { Fields, Run } from './run.ts';

/** Core's order: signals and updates as they came, then the rest. */
export function inOrder(jobs: readonly Job[]): readonly Job[] {
  const isMessage = ({ signalWorkflow, doUpdate }: Job) => Boolean(signalWorkflow ?? doUpdate);
  return [...jobs.filter(isMessage), ...jobs.filter((job) => !isMessage(job))];
}

/** The job that a run begins with. */
export function initialize({ start, firstRunId }: Run, now: number): Job {
  return {
    initializeWorkflow: {
      workflowId: start.workflowId,
      workflowType: start.workflowType,
      arguments: [...start.args],
      headers: {},
      identity: 'sim',
      attempt: 1,
      firstExecutionRunId: firstRunId,
      memo: { fields: start.memo },
      searchAttributes: { indexedFields: start.attributes },
      startTime: { seconds: Math.floor(now / 1000), nanos: 0 } as never,
    },
  };
}

/** Whether a run ends with it. */
export function isTerminal(command: Command): boolean {
  return Boolean(
    command.completeWorkflowExecution ??
    command.continueAsNewWorkflowExecution ??
    command.failWorkflowExecution,
  );
}

/** Whether it changes what everybody sees of a run. */
export function isShowing(command: Command): boolean {
  return Boolean(command.modifyWorkflowProperties) || isAttributes(command);
}

export function isAttributes(entry: Command | Observation | undefined): boolean {
  return entry !== undefined && !('is' in entry) && Boolean(entry.upsertWorkflowSearchAttributes);
}

/** The hint in a signal, if it is one. */
export function hintIn(
  name: string | null | undefined,
  payload: Payload | null | undefined,
): Hint | undefined {
  const value = name === signals.hint ? decode(payload) : undefined;
  return isHint(value) ? value : undefined;
}

/** The order in a memo. */
export function orderIn(memo: Fields): Order | undefined {
  return decode(memo[orderMemo]) as Order | undefined;
}

/** A field that is set to nothing is gone. */
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
