import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionLike } from '@temporalio/client';
import { msToTs } from './sdk-internals.ts';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { temporal } from '@temporalio/proto';
import { searchAttributes } from '../workflows/contract.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** What is needed of a connection; both kinds have it. */
export type NamespaceServices = Pick<ConnectionLike, 'operatorService' | 'workflowService'>;

export interface PrepareOptions {
  namespace: string;
  /** Closed orders stay readable that long; a longer retention is left alone. */
  retentionDays?: number;
}

export interface PreparedNamespace {
  /** The search attributes that were missing and are there now. */
  added: string[];
  /** As it is now: less than asked for where this client may not change it. */
  retentionDays: number;
}

/** The namespace cannot serve: `code` says which way, the message names the search attributes. */
export class NamespaceNotReady extends Error {
  readonly code: 'SEARCH_ATTRIBUTE_TYPE' | 'SEARCH_ATTRIBUTES_MISSING';

  constructor(code: NamespaceNotReady['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Makes a namespace fit for orders: registers the search attributes that are missing, raises the retention, and waits
 * until the server takes all attributes in a query. Safe to repeat, also by several processes at once.
 * Where administration is refused, as on Temporal Cloud, it only checks.
 * @throws NamespaceNotReady for an attribute of another type, or one that is still missing after 30 s
 */
export async function prepareNamespace(
  connection: NamespaceServices,
  { namespace, retentionDays = 30 }: PrepareOptions,
): Promise<PreparedNamespace> {
  const added = await orRefused(() => addMissing(connection, namespace));
  const retention = await raiseRetention(connection, namespace, retentionDays);
  await untilUsable(connection, namespace, added === 'refused' ? 0 : usableWithinMs);
  return { added: added === 'refused' ? [] : added, retentionDays: retention };
}

/**
 * The search attributes that the server does not take in a query yet: none means it is ready for orders.
 * One call that reads one row while all is well.
 */
export async function missingSearchAttributes(
  { workflowService }: Pick<ConnectionLike, 'workflowService'>,
  namespace: string,
): Promise<string[]> {
  const isUsable = async (names: readonly string[]) => {
    const conditions = names.map((name) => `${name} IS NOT NULL`).join(' OR ');
    // The run id is part of the primary key, so the count looks at nothing.
    const query = `RunId = 'none' AND (${conditions})`;
    try {
      await workflowService.countWorkflowExecutions({ namespace, query });
      return true;
    } catch (error) {
      if (grpcStatus(error) === status.invalidArgument) return false;
      throw error;
    }
  };

  if (await isUsable(names)) return [];
  const usable = await Promise.all(names.map((name) => isUsable([name])));
  return names.filter((_, index) => !usable[index]);
}

const names = Object.keys(searchAttributes);
const status = { invalidArgument: 3, alreadyExists: 6, permissionDenied: 7, unimplemented: 12 };
const usableWithinMs = 30_000;
const dayInSeconds = 86_400;

async function addMissing({ operatorService }: NamespaceServices, namespace: string): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing: Record<string, temporal.api.enums.v1.IndexedValueType> = {};
  for (const { name, type } of Object.values(searchAttributes)) {
    const wanted = IndexedValueType[`INDEXED_VALUE_TYPE_${type}`];
    const present = customAttributes[name];
    if (present === undefined) missing[name] = wanted;
    else if (present !== wanted) throw otherType(name, present, wanted);
  }
  if (Object.keys(missing).length === 0) return [];

  try {
    await operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
  } catch (error) {
    // Another process was faster with one of them; what is then still missing shows in the wait.
    if (grpcStatus(error) !== status.alreadyExists) throw error;
  }
  return Object.keys(missing);
}

function otherType(name: string, present: number, wanted: number): NamespaceNotReady {
  const inWords = (type: number) =>
    IndexedValueType[type]?.replace('INDEXED_VALUE_TYPE_', '') ?? `type ${type}`;
  const message = `The search attribute ${name} is ${inWords(present)} in this namespace and must be ${inWords(wanted)}.`;
  return new NamespaceNotReady('SEARCH_ATTRIBUTE_TYPE', message);
}

async function raiseRetention(
  { workflowService }: NamespaceServices,
  namespace: string,
  wantedDays: number,
): Promise<number> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / dayInSeconds;
  if (days >= wantedDays) return days;

  const workflowExecutionRetentionTtl = msToTs(wantedDays * dayInSeconds * 1000);
  const raised = await orRefused(() =>
    workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } }),
  );
  return raised === 'refused' ? days : wantedDays;
}

// A registered attribute is usable once the server's caches have it: about two seconds on a real one.
async function untilUsable(
  connection: NamespaceServices,
  namespace: string,
  withinMs: number,
): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  for (;;) {
    const missing = await missingSearchAttributes(connection, namespace);
    if (missing.length === 0) return;
    if (deadline.aborted || withinMs === 0) throw stillMissing(missing, namespace);
    await delay(100);
  }
}

function stillMissing(missing: readonly string[], namespace: string): NamespaceNotReady {
  const wanted = missing.map(
    (name) => `${name} (${Object.values(searchAttributes).find((key) => key.name === name)?.type})`,
  );
  const message = `The namespace ${namespace} lacks the search attributes ${wanted.join(', ')}. Register them, then start again.`;
  return new NamespaceNotReady('SEARCH_ATTRIBUTES_MISSING', message);
}

/** The administrative calls are not for every client: Temporal Cloud has them in its own console. */
async function orRefused<T>(call: () => Promise<T>): Promise<T | 'refused'> {
  try {
    return await call();
  } catch (error) {
    const code = grpcStatus(error);
    if (code === status.permissionDenied || code === status.unimplemented) return 'refused';
    throw error;
  }
}

function grpcStatus(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
