import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type Priority,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { Claim, Hint, Proof } from '../domain/hints.ts';
import type { Command } from '../domain/commands.ts';
import { exponentOf, isMinorUnits } from '../domain/money.ts';
import type { Kind, Terms } from '../domain/payment.ts';
import type { OrderState } from '../domain/state.ts';
import { needsAttention, referenceOf, type Order } from '../domain/view.ts';

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
export const queries = { order: 'order', timeline: 'timeline' } as const;
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

/** Whether a signal's payload is a hint. Anybody with access to the namespace can send one that is not. */
export function isHint(value: unknown): value is Hint {
  const hint = value as Partial<Hint> | null | undefined;
  return (
    typeof hint?.id === 'string' &&
    typeof hint.event === 'string' &&
    typeof hint.status === 'string' &&
    typeof hint.claim === 'object' &&
    hint.claim !== null &&
    isClaim(hint.claim) &&
    (hint.proof === undefined || isProof(hint.proof))
  );
}

function isProof(proof: Proof | null): boolean {
  const { movement, payments } = proof ?? {};
  return Array.isArray(payments) && typeof movement?.id === 'string' && movement.kind === 'refund';
}

function isClaim(claim: Claim): boolean {
  switch (claim.of) {
    case 'authorization':
    case 'capture':
    case 'refund':
      return typeof claim.id === 'string' && typeof claim.status === 'string';
    case 'payment':
    case 'session':
      return typeof claim.status === 'string';
    case 'change':
    case 'nothing':
      return true;
    default:
      return false;
  }
}

/** Whether an Update's payload is a command; anybody with access to the namespace can send one that is not. */
export function isCommand(value: unknown): value is Command {
  const command = value as Partial<Command> | null | undefined;
  switch (command?.type) {
    case 'register':
      return isTerms(command.terms);
    case 'recheck':
      return isText(command.by);
    case 'acknowledgeEscalation':
    case 'resolveEscalation':
      return isText(command.by) && isText(command.reason);
    case 'snoozeEscalation':
      return isText(command.by) && isText(command.reason) && isTime(command.until);
    default:
      return false;
  }
}

function isTerms(terms: Partial<Terms> | null | undefined): boolean {
  const { amount, currency } = terms?.expected ?? {};
  return (
    typeof amount === 'number' &&
    isMinorUnits(amount) &&
    amount > 0 &&
    typeof currency === 'string' &&
    exponentOf(currency) !== undefined &&
    (terms?.reference === undefined || isText(terms.reference)) &&
    (terms?.method === undefined || isText(terms.method))
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A time that a date can be made of. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}
