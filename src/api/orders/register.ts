import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { sameTerms, type OrderStart } from '../../domain/state.ts';
import type { Terms } from '../../domain/payment.ts';
import { viewOf, type Order } from '../../domain/view.ts';
import { Problem } from '../problems.ts';
import { askOrder } from './ask.ts';
import { nextRun } from './deliver.ts';
import { carryOf, findRun, type FoundRun } from './find.ts';
import type { Origin } from './origin.ts';
import { runStart } from './start.ts';

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
  const fresh = { ...origin, terms };
  if (await startRun(client, fresh, now)) return { order: await shownOrder(client, id), isNew: true };

  const run = await findRun(client, id);
  if (!run) throw new Problem('unavailable', 'the order is neither new nor known', { 'retry-after': '1' });
  const settled = run.isRunning ? undefined : await registeredBefore(client, id, run, terms);
  if (settled) return { order: settled, isNew: false };
  if (!run.isRunning) await startRun(client, await nextRun(client, origin, run), now);

  const order = await askOrder(client, id, { update: 'register', key: termsKey(terms), body: terms });
  return { order, isNew: run.order?.amounts.expected === undefined };
}

/** Opens a closed order again, so that it can be asked something; whoever else does so at once is welcome. */
export async function reopenOrder(
  client: Client,
  origin: Origin,
  closed: FoundRun,
  now: number,
): Promise<void> {
  await startRun(client, await nextRun(client, origin, closed), now);
}

async function startRun(client: Client, start: OrderStart, now: number): Promise<boolean> {
  const { workflowType, searchAttributes, args, ...options } = runStart(start, now);
  try {
    await client.workflow.start(workflowType, {
      ...options,
      args,
      typedSearchAttributes: searchAttributes,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: start.carry ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

async function shownOrder(client: Client, id: string): Promise<Order> {
  const run = await findRun(client, id);
  if (!run?.order)
    throw new Problem('unavailable', 'the order was started but cannot be read', { 'retry-after': '1' });
  return run.order;
}

/** The order of a closed run that has these terms already: it need not be opened to say so. */
async function registeredBefore(
  client: Client,
  id: string,
  run: FoundRun,
  terms: Terms,
): Promise<Order | undefined> {
  const carry = await carryOf(client, id, run);
  if (!carry?.terms) return undefined;
  if (!sameTerms(carry.terms, terms)) throw new Problem('terms_conflict');
  return viewOf(carry);
}

function termsKey({ expected, reference, method }: Terms): string {
  return JSON.stringify([expected.amount, expected.currency, reference ?? null, method ?? null]);
}
