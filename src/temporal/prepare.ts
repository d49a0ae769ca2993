import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionLike } from '@temporalio/client';
import { msToTs } from './sdk-internals.ts';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { temporal } from '@temporalio/proto';
import { searchAttributes } from '../workflows/contract/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** The services of a connection; a client's and a worker's connection both have them. */
export type NamespaceServices = Pick<ConnectionLike, 'operatorService' | 'workflowService'>;

export interface PrepareOptions {
  namespace: string;
  /** How long closed orders stay readable. A longer retention of the namespace is not changed. */
  retentionDays?: number;
}

export interface PreparedNamespace {
  /** The search attributes that were added. */
  added: string[];
  /** The retention now; shorter than requested where this client may not change it. */
  retentionDays: number;
}

/** The namespace cannot be used. The message names the search attributes. */
class NamespaceNotReady extends Error {
  readonly code: 'SEARCH_ATTRIBUTE_TYPE' | 'SEARCH_ATTRIBUTES_MISSING';

  constructor(code: NamespaceNotReady['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Prepares a namespace: adds the missing search attributes, raises the retention, and waits until queries accept every
 * attribute. Safe to repeat, also by several processes at once. Where the server refuses administration, as Temporal
 * Cloud does, it only checks.
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

/** The search attributes that the server does not accept in a query yet. One cheap call when there are none. */
export async function missingSearchAttributes(
  { workflowService }: Pick<ConnectionLike, 'workflowService'>,
  namespace: string,
): Promise<string[]> {
  const isUsable = async (names: readonly string[]) => {
    const conditions = names.map((name) => `${name} IS NOT NULL`).join(' OR ');
    // The run id is part of the primary key, so the server scans no rows.
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
    // Another process added one of them first; the wait below shows what is still missing.
    if (grpcStatus(error) !== status.alreadyExists) throw error;
  }
  return Object.keys(missing);
}

function otherType(name: string, present: number, wanted: number): NamespaceNotReady {
  const typeName = (type: number) =>
    IndexedValueType[type]?.replace('INDEXED_VALUE_TYPE_', '') ?? `type ${type}`;
  const message = `The search attribute ${name} is ${typeName(present)} in this namespace and must be ${typeName(wanted)}.`;
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

// The server accepts a new attribute once its caches have it, after about two seconds.
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

/** Returns 'refused' where the server does not allow administration, as Temporal Cloud does. */
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
