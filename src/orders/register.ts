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
  /** Whether the order had no terms before. */
  readonly isNew: boolean;
}

/** Registers the terms of an order: starts its run, or gives them to the run that a hook has started. */
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
  if (!run) throw new OrderError('unavailable', 'the order exists, but its run was not found', 1);
  const registration = run.isRunning ? undefined : await registerClosed(client, origin, terms, run, now);
  if (registration) return registration;

  const { order } = await sendCommand(client, id, { update: 'register', key: termsKey(terms), body: terms });
  return { order, isNew: run.order?.amounts.expected === undefined };
}

/** Opens a closed order again to read the provider; false where another call has opened it meanwhile. */
export async function reopenOrder(
  client: Client,
  origin: Origin,
  closed: FoundRun,
  now: number,
): Promise<boolean> {
  const next = await nextRun(client, origin, closed);
  return startRun(client, { ...next, isReadWanted: true }, now, 'ALLOW_DUPLICATE');
}

/** Registers the terms of a closed order; undefined where another call has opened it meanwhile. */
async function registerClosed(
  client: Client,
  origin: Origin,
  terms: Terms,
  closed: FoundRun,
  now: number,
): Promise<Registration | undefined> {
  const next = await nextRun(client, origin, closed);
  const known = next.carry?.terms ?? (next.terms && comparableTerms(next.terms, terms));
  if (known && !sameTerms(known, terms))
    throw new OrderError('terms_conflict', 'the order is registered with other terms');
  // The result of the closed run already has these terms, so no new run is needed.
  if (known && next.carry) return { order: viewOf(next.carry), isNew: false };
  if (!(await startRun(client, { ...next, terms, isReadWanted: true }, now, 'ALLOW_DUPLICATE')))
    return undefined;
  return { order: await shownOrder(client, origin.identity.id), isNew: next.terms === undefined };
}

/** A memo lacks the method, and its reference may be the provider's: compares only what the new terms contain. */
function comparableTerms({ expected, reference: known }: Terms, { reference, method }: Terms): Terms {
  return {
    expected,
    ...(reference !== undefined && known !== undefined && { reference: known }),
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

/** Hashed, since ids of Updates are not encrypted. */
function termsKey({ expected, reference, method }: Terms): string {
  const terms = [expected.amount, expected.currency, reference ?? null, method ?? null];
  return createHash('sha256').update(JSON.stringify(terms)).digest('base64url');
}
