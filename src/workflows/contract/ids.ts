import type { Kind } from '../../domain/money/payment.ts';

const longestId = 200;

/** The order id, which is the workflow id: derived from what a hook carries. Undefined where it would pass 200 bytes. */
export function orderId(account: string, kind: Kind, key: string): string | undefined {
  const id = `${account}:${kind === 'payout' ? 'payout:' : ''}${encodeURIComponent(key)}`;
  return id.length <= longestId ? id : undefined;
}

/** The parts of an order id; undefined for text that is no order id. */
export function parseOrderId(id: string): { account: string; kind: Kind; key: string } | undefined {
  const match = /^([a-z0-9][a-z0-9-]{0,39}):(payout:)?([^:]+)$/.exec(id);
  const [, account = '', payout, encoded = ''] = match ?? [];
  if (!match) return undefined;
  try {
    return { account, kind: payout ? 'payout' : 'deposit', key: decodeURIComponent(encoded) };
  } catch {
    return undefined;
  }
}

/** The account that an order id belongs to. */
export function accountOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf(':')));
}

/** The workflow id of an account's desk. No order has it, since every order id has a colon. */
export function deskId(account: string): string {
  return `alert-desk/${account}`;
}

/** The account of a desk's workflow id; undefined for any other. */
export function deskAccountOf(workflowId: string): string | undefined {
  return /^alert-desk\/([a-z0-9][a-z0-9-]{0,39})$/.exec(workflowId)?.[1];
}

/** The schedule of an account's sweeps; the workflow ids of its runs begin with it. */
export function scheduleId(kind: 'sweep' | 'drift', account: string): string {
  return `${kind}/${account}`;
}

/** The schedule that has started a run, by the run's workflow id; undefined for a run that no schedule started. */
export function scheduleOf(workflowId: string): string | undefined {
  // Temporal appends the start time to the schedule's workflow id.
  return /^((?:sweep|drift)\/.+)-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.exec(workflowId)?.[1];
}
