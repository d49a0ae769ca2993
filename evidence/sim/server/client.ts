import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  mapToPayloads,
  type Payload,
  type SearchAttributePair,
} from '@temporalio/common';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import { encodeUnifiedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import { decode, encode } from '../core/payloads.ts';
import type { Begin, Fields, RunStatus } from './run.ts';
import type { Temporal } from './temporal.ts';

/** A client of the simulated server: as much of one as the product's API uses for one order. */
export function clientOf(temporal: Temporal): Client {
  const client = {
    options: {
      namespace: 'default',
      identity: 'sim',
      loadedDataConverter: {
        payloadConverter: defaultPayloadConverter,
        failureConverter: defaultFailureConverter,
        payloadCodecs: [],
      },
    },
    withDeadline: <T>(_deadline: number, call: () => Promise<T>) => call(),
    workflowService: {
      async signalWorkflowExecution(request: SignalRequest) {
        const fate = temporal.signal(request.signalName, request.input.payloads[0]!, request.requestId);
        if (fate === 'not_found') throw notFound();
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
      async describeWorkflowExecution() {
        const run = temporal.current;
        if (!run) throw notFound();
        return {
          workflowExecutionInfo: {
            execution: { workflowId: run.begin.workflowId, runId: run.runId },
            type: { name: run.begin.workflowType },
            status: statuses[run.status],
            memo: { fields: run.memo },
          },
        };
      },
    },
    workflow: {
      async start(workflowType: string, options: StartOptions) {
        const begin: Begin = {
          workflowId: options.workflowId,
          workflowType,
          args: options.args.map(encode),
          memo: mapToPayloads(defaultPayloadConverter, options.memo) as Fields,
          attributes: encodeUnifiedSearchAttributes(undefined, [...options.typedSearchAttributes]),
        };
        temporal.start(begin, { isFirst: options.workflowIdReusePolicy === 'REJECT_DUPLICATE' });
      },
      getHandle: (workflowId: string, runId?: string) => ({
        async result() {
          const run = temporal.runs.find((candidate) => candidate.runId === runId);
          if (!run?.result) throw new Error(`no result of run ${runId}`);
          return decode(run.result);
        },
        async executeUpdate({ name }: { readonly name: string }, { args, updateId }: UpdateOptions) {
          const outcome = temporal.update(name, args.map(encode), updateId);
          if (!outcome) throw new WorkflowNotFoundError('no run is open', workflowId, undefined);
          return outcome;
        },
      }),
    },
  };
  return client as unknown as Client;
}

const { WorkflowExecutionStatus: Status } = proto.temporal.api.enums.v1;
const statuses: Readonly<Record<RunStatus, number>> = {
  RUNNING: Status.WORKFLOW_EXECUTION_STATUS_RUNNING,
  COMPLETED: Status.WORKFLOW_EXECUTION_STATUS_COMPLETED,
  CONTINUED_AS_NEW: Status.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
  TERMINATED: Status.WORKFLOW_EXECUTION_STATUS_TERMINATED,
};

interface SignalRequest {
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

/** As gRPC says that there is no such run, or no running one. */
function notFound(): Error {
  return Object.assign(new Error('5 NOT_FOUND'), { code: 5, details: 'no run is open', metadata: {} });
}
