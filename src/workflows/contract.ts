import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type Priority,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { Desk, Incident } from '../domain/alerting/incidents.ts';
import type { Kind } from '../domain/money/payment.ts';
import type { OrderState } from '../domain/order/state.ts';
import type { WaitingAlert } from '../domain/alerting/alert-queue.ts';
import { needsAttention, referenceOf, type Order } from '../domain/order/view.ts';

// Everything here is durable: workflow histories hold these names, so one that was in a release never changes.

export const workflowType = 'paymentOrder';
export const orderQueue = 'payment-orders';

/** Where a provider's I/O runs. */
export function providerQueue(provider: string): string {
  return `provider-${provider}`;
}

/** Lets the backlog of one account wait without that of another. */
export function accountPriority(account: string): Priority {
  return { fairnessKey: account };
}

export const signals = { hint: 'hint', register: 'register' } as const;
export const queries = { order: 'order', timeline: 'timeline', explanation: 'explanation' } as const;
export const updates = {
  register: 'register',
  recheck: 'recheck',
  acknowledgeEscalation: 'acknowledgeEscalation',
  snoozeEscalation: 'snoozeEscalation',
  resolveEscalation: 'resolveEscalation',
} as const;

/** The field of the memo that holds the order as everybody outside sees it. */
export const orderMemo = 'order';

export const searchAttributes = {
  OrderStatus: defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD),
  Provider: defineSearchAttributeKey('Provider', SearchAttributeType.KEYWORD),
  Account: defineSearchAttributeKey('Account', SearchAttributeType.KEYWORD),
  Reference: defineSearchAttributeKey('Reference', SearchAttributeType.KEYWORD),
  EscalationReason: defineSearchAttributeKey('EscalationReason', SearchAttributeType.KEYWORD),
  EscalationLevel: defineSearchAttributeKey('EscalationLevel', SearchAttributeType.INT),
  PendingSince: defineSearchAttributeKey('PendingSince', SearchAttributeType.DATETIME),
  EscalatedAt: defineSearchAttributeKey('EscalatedAt', SearchAttributeType.DATETIME),
  EscalationState: defineSearchAttributeKey('EscalationState', SearchAttributeType.KEYWORD),
  NeedsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
} as const;

/** The search attributes of an order; null clears one. The API sets the same at the start of a run. */
export function attributesOf(state: OrderState): SearchAttributeUpdatePair[] {
  const { identity, escalation, status, statusSince } = state;
  const reference = referenceOf(state);
  return [
    { key: searchAttributes.OrderStatus, value: status },
    { key: searchAttributes.Provider, value: identity.provider },
    { key: searchAttributes.Account, value: identity.account },
    { key: searchAttributes.Reference, value: reference === undefined ? null : searchable(reference) },
    { key: searchAttributes.EscalationReason, value: escalation?.reasons[0] ?? null },
    { key: searchAttributes.EscalationLevel, value: escalation?.level ?? null },
    { key: searchAttributes.PendingSince, value: status === 'pending' ? new Date(statusSince) : null },
    { key: searchAttributes.EscalatedAt, value: escalation ? new Date(escalation.openedAt) : null },
    { key: searchAttributes.EscalationState, value: escalation?.state ?? null },
    { key: searchAttributes.NeedsAttention, value: needsAttention(state) },
  ];
}

/** A reference as the search attribute holds it: visibility queries spoil quotes and backslashes, so these are encoded. */
export function searchable(reference: string): string {
  return reference.replace(/[\\'"%]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

const longestId = 200;

/** The order id, which is the workflow id: derived from what a hook carries. Undefined where it would pass 200 bytes. */
export function orderId(account: string, kind: Kind, key: string): string | undefined {
  const id = `${account}:${kind === 'payout' ? 'payout:' : ''}${encodeURIComponent(key)}`;
  return id.length <= longestId ? id : undefined;
}

/** What an order id was derived from; undefined for text that is no order id. */
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

/** What a run ends with: the order, and all that the next run of it goes on from. */
export interface OrderResult {
  readonly order: Order;
  readonly carry: OrderState;
}

/** What an Update answers: the order, and the hash of the body that first came under its key. */
export interface CommandAnswer {
  readonly hash: string;
  readonly order: Order;
}

/** What the body of a command came with. */
export interface CommandEnvelope<Body> {
  /** The update id, carried over continue-as-new where the server forgets it. */
  readonly key: string;
  readonly hash: string;
  readonly body: Body;
}

// The alert desk: one workflow for each account, which gathers its escalations and tells people.

export const deskType = 'alertDesk';
/** Where the desks' own activities run: what waits for a channel takes no slot from a provider. */
export const deskQueue = 'alert-desk';
export const deskSignals = { configure: 'configure', fault: 'fault' } as const;
/** The field of the memo that holds what a desk shows. */
export const deskMemo = 'desk';

/** The workflow id of an account's desk; no order can have it, since each of theirs has a colon. */
export function deskId(account: string): string {
  return `alert-desk/${account}`;
}

/** The account of a desk's workflow id; undefined for any other. */
export function deskAccountOf(workflowId: string): string | undefined {
  return /^alert-desk\/([a-z0-9][a-z0-9-]{0,39})$/.exec(workflowId)?.[1];
}

/** What a desk must know of the configuration: names of channels, never their addresses. */
export interface DeskSettings {
  readonly channels: readonly string[];
}

/** How a desk's run begins. */
export interface DeskStart extends DeskSettings {
  readonly account: string;
  readonly carry?: DeskCarry;
}

/** What a desk's run leaves to the next one. */
export interface DeskCarry {
  readonly desk: Desk;
  /** Alerts that wait for a channel, oldest first: the last one of each incident. */
  readonly waiting: Readonly<Record<string, readonly WaitingAlert[]>>;
  /** How many were dropped since the channel failed. */
  readonly dropped?: Readonly<Record<string, number>>;
}

/** What a desk shows to whoever reads its memo. Times in epoch milliseconds. */
export interface DeskView {
  readonly account: string;
  readonly incidents: readonly Incident[];
  /** Channels that did not take an alert, since when, and how many alerts were dropped meanwhile, if any. */
  readonly failing: readonly {
    readonly channel: string;
    readonly since: number;
    readonly dropped?: number;
  }[];
}

// Sweeps: short workflows that a Temporal Schedule starts, for each account.

export const sweepTypes = { sweep: 'sweep', drift: 'driftReport' } as const;

/** How a sweep begins. */
export interface SweepStart {
  readonly account: string;
}

/** The schedule of an account's sweeps; its runs have ids that begin with it. */
export function scheduleId(kind: keyof typeof sweepTypes, account: string): string {
  return `${kind}/${account}`;
}

/** The schedule that has started a run, by the run's id; undefined for a run that none has. */
export function scheduleOf(workflowId: string): string | undefined {
  // Temporal puts the time of the start behind the id that it was given.
  return /^((?:sweep|drift)\/.+)-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.exec(workflowId)?.[1];
}
