import { readFile } from 'node:fs/promises';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  globalHandlers,
  parseWorkflowCode,
  ReusableVMWorkflowCreator,
  type Workflow,
  type WorkflowCreateOptions,
} from './sdk-internals.ts';

/** What an instance of a workflow is created from: the facts of its start event. */
export interface RunInfo {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly runId: string;
  readonly firstRunId: string;
  readonly continuedFrom: string | undefined;
  readonly startedAt: number;
  readonly randomness: readonly number[];
}

/** Creates workflow instances in the SDK's own sandbox, from the product's own bundle. */
export interface WorkflowFactory {
  create(info: RunInfo, now: number): Promise<Workflow>;
}

const activities = ['readPayment'];

/** Loads a file with a workflow bundle, as `bundleWorkflows` makes it. */
export async function openWorkflowFactory(bundleFile: string): Promise<WorkflowFactory> {
  // Left out: hooks for stack traces, which make every promise slow.
  globalHandlers.installed = true;
  const creator = await ReusableVMWorkflowCreator.create(
    parseWorkflowCode(await readFile(bundleFile, 'utf8'), bundleFile),
    // No deadline: it costs a thread for each call.
    undefined as unknown as number,
    new Set(activities),
  );
  return { create: (info, now) => creator.createWorkflow(optionsOf(info, now)) };
}

function optionsOf(info: RunInfo, now: number): WorkflowCreateOptions {
  const { workflowId, workflowType, runId, firstRunId, continuedFrom, startedAt, randomness } = info;
  return {
    now,
    randomnessSeed: [...randomness],
    showStackTraceSources: false,
    info: {
      workflowId,
      workflowType,
      runId,
      firstExecutionRunId: firstRunId,
      ...(continuedFrom !== undefined && { continuedFromExecutionRunId: continuedFrom }),
      searchAttributes: {},
      typedSearchAttributes: new TypedSearchAttributes(),
      taskQueue: 'payment-orders',
      namespace: 'default',
      startTime: new Date(startedAt),
      runStartTime: new Date(startedAt),
      taskTimeoutMs: 10_000,
      attempt: 1,
      historyLength: 0,
      historySize: 0,
      continueAsNewSuggested: false,
      targetWorkerDeploymentVersionChanged: false,
      unsafe: { now: Date.now, isReplaying: false, isReplayingHistoryEvents: false },
    } as unknown as WorkflowCreateOptions['info'],
  };
}
