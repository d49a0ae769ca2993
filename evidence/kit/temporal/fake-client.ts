import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  mapToPayloads,
  type Payload,
} from '@temporalio/common';

/** Encoded values by name, as a memo and search attributes have them. */
export type Fields = Readonly<Record<string, Payload>>;

export interface ClientParts {
  readonly workflowService: object;
  readonly workflow: object;
}

/** A client whose calls end in these functions: as much of one as the product uses. Payloads are plain JSON. */
export function fakeClient({ workflowService, workflow }: ClientParts): Client {
  const loadedDataConverter = {
    payloadConverter: defaultPayloadConverter,
    failureConverter: defaultFailureConverter,
    payloadCodecs: [],
  };
  const client = {
    options: { namespace: 'default', identity: 'in-memory', loadedDataConverter },
    withDeadline: <T>(_deadline: number, call: () => Promise<T>) => call(),
    workflowService,
    workflow,
  };
  return client as unknown as Client;
}

export function encodeFields(values: Record<string, unknown>): Fields {
  return mapToPayloads(defaultPayloadConverter, values) as Fields;
}

export interface Described {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly runId?: string;
  /** As `WorkflowExecutionStatus` numbers it; running by default. */
  readonly status?: number;
  readonly memo: Fields;
}

/** One run as a description and a list of the service have it. */
export function executionInfo({ workflowId, workflowType, runId = 'run-1', status = 1, memo }: Described) {
  return {
    execution: { workflowId, runId },
    type: { name: workflowType },
    status,
    memo: { fields: memo },
  };
}

/** The service's answer where no such run is there, or none is open; the client throws it as the same class. */
export function notFound(workflowId: string): Error {
  return serviceError(
    5,
    'no run is open',
    new WorkflowNotFoundError('no run is open', workflowId, undefined),
  );
}

/** An error of the service with its gRPC status code. */
export function serviceError(code: number, details: string, error = new Error(details)): Error {
  return Object.assign(error, { code, details, metadata: {} });
}
