import { readFile } from 'node:fs/promises';
import { TypedSearchAttributes } from '@temporalio/common';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
import type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface.js';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';

/** What an instance of a workflow is made from: that of its start event. */
export interface RunInfo {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly runId: string;
  readonly firstRunId: string;
  readonly continuedFrom: string | undefined;
  readonly startedAt: number;
  readonly randomness: readonly number[];
}

/** The SDK's own sandbox, with the product's own bundle in it. */
export interface Sandbox {
  create(info: RunInfo, now: number): Promise<Workflow>;
}

const activities = ['readPayment'];

/** Opens the sandbox on a workflow bundle, as `bundleWorkflows` makes it. */
export async function openSandbox(bundleFile: string): Promise<Sandbox> {
  // The hooks are for stack traces that nobody asks for here, and make every promise slow.
  globalHandlers.installed = true;
  const creator = await ReusableVMWorkflowCreator.create(
    parseWorkflowCode(await readFile(bundleFile, 'utf8'), bundleFile),
    // No deadline: it costs a thread for every call, and a workflow that hangs is seen by whoever runs this.
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
      unsafe: {
        now: Date.now,
        isReplaying: false,
        isReplayingHistoryEvents: false,
      },
    } as unknown as WorkflowCreateOptions['info'],
  };
}
