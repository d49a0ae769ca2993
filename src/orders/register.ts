import { createHash } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { sameTerms, type OrderStart } from '../domain/order/state.ts';
import type { Terms } from '../domain/money/payment.ts';
import { viewOf, type Order } from '../domain/order/view.ts';
import { OrderError } from './errors.ts';
import { sendCommand } from './send-command.ts';
import { nextRun } from './deliver.ts';
import { findRun, type FoundRun } from './find.ts';
import type { Origin } from './origin.ts';
import { runStart } from './run-start.ts';

export interface Registration {
  readonly order: Order;
  /** The order had no terms before. */
  readonly isNew: boolean;
}

/** Registers the terms of an order: starts its run, or tells them to the one that a hook has started. */
export async function registerOrder(
  client: Client,
  origin: Origin,
  terms: Terms,
  now: number,
): Promise<Registration> {
  const { id } = origin.identity;
  if (await startRun(client, { ...origin, terms }, now, 'REJECT_DUPLICATE')) {
    return { order: await shownOrder(client, id), isNew: true };
  }
  const run = await findRun(client, id);
  if (!run) throw new OrderError('unavailable', 'the order is neither new nor known', 1);
  const registration = run.isRunning ? undefined : await registerClosed(client, origin, terms, run, now);
  if (registration) return registration;

  const order = await sendCommand(client, id, { update: 'register', key: termsKey(terms), body: terms });
  return { order, isNew: run.order?.amounts.expected === undefined };
}

/** Opens a closed order again to read the provider; false when somebody else has opened it meanwhile. */
export async function reopenOrder(
  client: Client,
  origin: Origin,
  closed: FoundRun,
  now: number,
): Promise<boolean> {
  const next = await nextRun(client, origin, closed);
  return startRun(client, { ...next, isReadWanted: true }, now, 'ALLOW_DUPLICATE');
}

/** Undefined when somebody else has opened the order meanwhile, so that it can be asked. */
async function registerClosed(
  client: Client,
  origin: Origin,
  terms: Terms,
  closed: FoundRun,
  now: number,
): Promise<Registration | undefined> {
  const next = await nextRun(client, origin, closed);
  const known = next.carry?.terms ?? (next.terms && likeMemo(next.terms, terms));
  if (known && !sameTerms(known, terms))
    throw new OrderError('terms_conflict', 'the order is registered with other terms');
  // A run that closed by itself need not be opened to say that it has these terms.
  if (known && next.carry) return { order: viewOf(next.carry), isNew: false };
  if (!(await startRun(client, { ...next, terms, isReadWanted: true }, now, 'ALLOW_DUPLICATE')))
    return undefined;
  return { order: await shownOrder(client, origin.identity.id), isNew: next.terms === undefined };
}

/** A memo tells no method, and a reference that may be the provider's: what is left out now is not held against it. */
function likeMemo({ expected, reference: told }: Terms, { reference, method }: Terms): Terms {
  return {
    expected,
    ...(reference !== undefined && told !== undefined && { reference: told }),
    ...(method !== undefined && { method }),
  };
}

async function startRun(
  client: Client,
  start: OrderStart,
  now: number,
  workflowIdReusePolicy: 'ALLOW_DUPLICATE' | 'REJECT_DUPLICATE',
): Promise<boolean> {
  const { workflowType, searchAttributes, args, ...options } = runStart(start, now);
  try {
    await client.workflow.start(workflowType, {
      ...options,
      args,
      typedSearchAttributes: searchAttributes,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

async function shownOrder(client: Client, id: string): Promise<Order> {
  const run = await findRun(client, id);
  if (!run?.order) throw new OrderError('unavailable', 'the order was started but cannot be read', 1);
  return run.order;
}

/** A hash: ids of Updates are not encrypted. */
function termsKey({ expected, reference, method }: Terms): string {
  const terms = [expected.amount, expected.currency, reference ?? null, method ?? null];
  return createHash('sha256').update(JSON.stringify(terms)).digest('base64url');
}
