import { isGrpcServiceError, type Client } from '@temporalio/client';
import {
  compilePriority,
  encodeWorkflowIdConflictPolicy,
  encodeWorkflowIdReusePolicy,
  type SignalDefinition,
  type WorkflowSerializationContext,
} from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Order } from '../domain/order/view.ts';
import {
  decodeMapFromPayloads,
  encodeMapToPayloads,
  encodeToPayloadsWithContext,
  encodeUnifiedSearchAttributes,
  encodeUserMetadata,
} from '../temporal/sdk-internals.ts';
import { orderMemo } from '../workflows/contract/order-run.ts';
import type { RunStart } from './run-start.ts';

// The client sends a random request id with each signal. The server drops copies by ours, so these calls use the raw service.

/** A signal for an order; all copies of one have the same request id. */
export interface OrderSignal<Body> {
  readonly signal: SignalDefinition<[Body]>;
  readonly body: Body;
  readonly requestId: string;
}

/** Signals a running order. The server keeps one of all copies that have the same request id. */
export async function signalOrder<Body>(
  client: Client,
  workflowId: string,
  { signal, body, requestId }: OrderSignal<Body>,
): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: client.options.namespace,
    identity: client.options.identity,
    workflowExecution: { workflowId },
    signalName: signal.name,
    input: { payloads: await encode(client, workflowId, body) },
    requestId,
  });
}

/** Signals an order, starting it where it does not run. Returns whether this call started it. */
export async function signalWithStart<Body>(
  client: Client,
  start: RunStart,
  { signal, body, requestId }: OrderSignal<Body>,
): Promise<{ readonly isNew: boolean }> {
  const converter = client.options.loadedDataConverter;
  const { workflowId } = start;
  const context = contextOf(client, workflowId);
  const { started } = await client.workflowService.signalWithStartWorkflowExecution({
    namespace: client.options.namespace,
    identity: client.options.identity,
    requestId,
    workflowId,
    workflowIdReusePolicy: encodeWorkflowIdReusePolicy('ALLOW_DUPLICATE') ?? null,
    workflowIdConflictPolicy: encodeWorkflowIdConflictPolicy('USE_EXISTING') ?? null,
    workflowType: { name: start.workflowType },
    taskQueue: { name: start.taskQueue },
    input: { payloads: await encode(client, workflowId, ...start.args) },
    signalName: signal.name,
    signalInput: { payloads: await encode(client, workflowId, body) },
    memo: { fields: await encodeMapToPayloads(converter, start.memo, context) },
    searchAttributes: { indexedFields: encodeUnifiedSearchAttributes(undefined, start.searchAttributes) },
    userMetadata:
      (await encodeUserMetadata(converter, start.staticSummary, start.staticDetails, context)) ?? null,
    priority: compilePriority(start.priority),
  });
  return { isNew: started };
}

/** The part of a listed or described run that holds its memo. */
export type RunInfo = Pick<temporal.api.workflow.v1.IWorkflowExecutionInfo, 'execution' | 'memo'>;

/** The order in the memo of a run, or undefined where there is none. */
export async function orderInMemo(client: Client, run: RunInfo): Promise<Order | undefined> {
  return (await memoOf(client, run))?.[orderMemo] as Order | undefined;
}

/** Everything in the memo of a run. */
export async function memoOf(
  client: Client,
  { execution, memo }: RunInfo,
): Promise<Record<string, unknown> | undefined> {
  const context = contextOf(client, execution?.workflowId ?? '');
  return decodeMapFromPayloads(client.options.loadedDataConverter, memo?.fields, context);
}

/** Whether the server has no such run, or no open one. */
export function isNotFound(error: unknown): boolean {
  return isGrpcServiceError(error) && (error.code as number) === 5;
}

async function encode(client: Client, workflowId: string, ...values: unknown[]) {
  const { loadedDataConverter } = client.options;
  const context = contextOf(client, workflowId);
  return (await encodeToPayloadsWithContext(loadedDataConverter, context, values)) ?? null;
}

/** The context that encrypted payloads of a workflow are bound to. */
function contextOf({ options: { namespace } }: Client, workflowId: string): WorkflowSerializationContext {
  return { type: 'workflow', namespace, workflowId };
}
