import type { Client } from '@temporalio/client';
import type { Payload, SearchAttributePair } from '@temporalio/common';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import { encodeFields, executionInfo, fakeClient, notFound, type Fields } from './fake-client.ts';
import { decode, encode } from './payloads.ts';
import type { RunStart, RunStatus } from './run.ts';
import { encodeUnifiedSearchAttributes } from '../../../src/temporal/sdk-internals.ts';
import type { TemporalServer } from './server.ts';

/** A client of the server in memory, for its one order. */
export function clientOf(temporal: TemporalServer): Client {
  return fakeClient({
    workflowService: {
      async signalWorkflowExecution(request: SignalRequest) {
        const outcome = temporal.signal(request.signalName, request.input.payloads[0]!, request.requestId);
        if (outcome === 'not_found') throw notFound(request.workflowExecution.workflowId);
        return {};
      },
      async signalWithStartWorkflowExecution(request: SignalWithStartRequest) {
        const { isNew } = temporal.signalWithStart(
          {
            workflowId: request.workflowId,
            workflowType: request.workflowType.name,
            args: request.input.payloads,
            memo: request.memo.fields,
            attributes: request.searchAttributes.indexedFields,
          },
          request.signalName,
          request.signalInput.payloads[0]!,
          request.requestId,
        );
        return { started: isNew };
      },
      async describeWorkflowExecution({ execution }: DescribeRequest) {
        const run = temporal.current;
        if (!run) throw notFound(execution.workflowId);
        return {
          workflowExecutionInfo: executionInfo({
            ...run.start,
            runId: run.runId,
            status: statuses[run.status],
            memo: run.memo,
          }),
        };
      },
    },
    workflow: {
      async start(workflowType: string, options: StartOptions) {
        const start: RunStart = {
          workflowId: options.workflowId,
          workflowType,
          args: options.args.map(encode),
          memo: encodeFields(options.memo),
          attributes: encodeUnifiedSearchAttributes(undefined, [...options.typedSearchAttributes]),
        };
        temporal.start(start, { isFirst: options.workflowIdReusePolicy === 'REJECT_DUPLICATE' });
      },
      getHandle: (workflowId: string, runId?: string) => ({
        async result() {
          const run = temporal.runs.find((candidate) => candidate.runId === runId);
          if (!run?.result) throw new Error(`no result of run ${runId}`);
          return decode(run.result);
        },
        async executeUpdate({ name }: { readonly name: string }, { args, updateId }: UpdateOptions) {
          const outcome = temporal.update(name, args.map(encode), updateId);
          if (!outcome) throw notFound(workflowId);
          return outcome;
        },
      }),
    },
  });
}

const { WorkflowExecutionStatus: Status } = proto.temporal.api.enums.v1;
const statuses: Readonly<Record<RunStatus, number>> = {
  RUNNING: Status.WORKFLOW_EXECUTION_STATUS_RUNNING,
  COMPLETED: Status.WORKFLOW_EXECUTION_STATUS_COMPLETED,
  CONTINUED_AS_NEW: Status.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
  TERMINATED: Status.WORKFLOW_EXECUTION_STATUS_TERMINATED,
};

interface DescribeRequest {
  readonly execution: { readonly workflowId: string };
}

interface SignalRequest {
  readonly workflowExecution: { readonly workflowId: string };
  readonly signalName: string;
  readonly input: { readonly payloads: readonly Payload[] };
  readonly requestId: string;
}

interface SignalWithStartRequest {
  readonly workflowId: string;
  readonly workflowType: { readonly name: string };
  readonly input: { readonly payloads: readonly Payload[] };
  readonly signalName: string;
  readonly signalInput: { readonly payloads: readonly Payload[] };
  readonly requestId: string;
  readonly memo: { readonly fields: Fields };
  readonly searchAttributes: { readonly indexedFields: Fields };
}

interface StartOptions {
  readonly workflowId: string;
  readonly args: readonly unknown[];
  readonly memo: Record<string, unknown>;
  readonly typedSearchAttributes: readonly SearchAttributePair[];
  readonly workflowIdReusePolicy: string;
}

interface UpdateOptions {
  readonly args: readonly unknown[];
  readonly updateId: string;
}
