import { isGrpcServiceError, type Client } from '@temporalio/client';
import {
  compilePriority,
  encodeWorkflowIdConflictPolicy,
  encodeWorkflowIdReusePolicy,
} from '@temporalio/common';
import { encodeUnifiedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import {
  decodeMapFromPayloads,
  encodeMapToPayloads,
  encodeToPayloads,
  encodeUserMetadata,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import type { Order } from '../../domain/view.ts';
import { orderMemo, signals } from '../../workflows/contract.ts';
import type { Hint } from '../../domain/hints.ts';
import type { RunStart } from './start.ts';

// The client always sends a random request id with a signal. The server's own dedupe needs ours, so these calls are made by hand.

/** Signals a running order. The server takes one of any number of copies with one request id. */
export async function signalHint(
  client: Client,
  workflowId: string,
  hint: Hint,
  requestId: string,
): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: client.options.namespace,
    identity: client.options.identity,
    workflowExecution: { workflowId },
    signalName: signals.hint,
    input: { payloads: await encode(client, hint) },
    requestId,
  });
}

/** Signals an order, starting it where it does not run. Answers whether this very call started it. */
export async function signalWithStartHint(
  client: Client,
  start: RunStart,
  hint: Hint,
  requestId: string,
): Promise<{ readonly isNew: boolean }> {
  const converter = client.options.loadedDataConverter;
  const { started } = await client.workflowService.signalWithStartWorkflowExecution({
    namespace: client.options.namespace,
    identity: client.options.identity,
    requestId,
    workflowId: start.workflowId,
    workflowIdReusePolicy: encodeWorkflowIdReusePolicy('ALLOW_DUPLICATE') ?? null,
    workflowIdConflictPolicy: encodeWorkflowIdConflictPolicy('USE_EXISTING') ?? null,
    workflowType: { name: start.workflowType },
    taskQueue: { name: start.taskQueue },
    input: { payloads: await encode(client, ...start.args) },
    signalName: signals.hint,
    signalInput: { payloads: await encode(client, hint) },
    memo: { fields: await encodeMapToPayloads(converter, start.memo) },
    searchAttributes: { indexedFields: encodeUnifiedSearchAttributes(undefined, start.searchAttributes) },
    userMetadata: (await encodeUserMetadata(converter, start.staticSummary, start.staticDetails)) ?? null,
    priority: compilePriority(start.priority),
  });
  return { isNew: started };
}

/** The order in a memo, or undefined where there is none. */
export async function orderInMemo(
  client: Client,
  memo: temporal.api.common.v1.IMemo | null | undefined,
): Promise<Order | undefined> {
  const fields = await decodeMapFromPayloads(client.options.loadedDataConverter, memo?.fields);
  return fields?.[orderMemo] as Order | undefined;
}

/** Whether the server knows no such run, or no running one. */
export function isNotFound(error: unknown): boolean {
  return isGrpcServiceError(error) && (error.code as number) === 5;
}

function encode(client: Client, ...values: unknown[]) {
  return encodeToPayloads(client.options.loadedDataConverter, ...values).then((payloads) => payloads ?? null);
}
