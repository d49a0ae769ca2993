import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { Escalation } from '../../domain/escalation/ladder.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { needsAttention, referenceOf } from '../../domain/order/view.ts';

const { KEYWORD, INT, DATETIME, BOOL } = SearchAttributeType;

type Key<Type extends SearchAttributeType> = ReturnType<typeof defineSearchAttributeKey<Type>>;
type Value<Type extends SearchAttributeType> = Extract<
  SearchAttributePair,
  { readonly key: Key<Type> }
>['value'];

/** One search attribute: its value for an order (null: none), and the version of the projection that added it. */
interface Attribute<Type extends SearchAttributeType> {
  readonly type: Type;
  readonly since: number;
  readonly of: (state: OrderState) => Value<Type> | null;
}

// A new row gets the next version: open orders then show it from their next read on (docs/adr/0012-projection-version.md).
const table = {
  OrderStatus: attribute(KEYWORD, 1, ({ status }) => status),
  Provider: attribute(KEYWORD, 1, ({ identity }) => identity.provider),
  Account: attribute(KEYWORD, 1, ({ identity }) => identity.account),
  Reference: attribute(KEYWORD, 1, (state) => searchableOrNull(referenceOf(state))),
  EscalationReason: attribute(KEYWORD, 1, ({ escalation }) => escalation?.reasons[0] ?? null),
  EscalationLevel: attribute(INT, 1, (state) => openEscalation(state)?.level ?? null),
  PendingSince: attribute(DATETIME, 1, ({ status, statusSince }) =>
    dateOrNull(status === 'pending' ? statusSince : undefined),
  ),
  EscalatedAt: attribute(DATETIME, 1, (state) => dateOrNull(openEscalation(state)?.openedAt)),
  EscalationState: attribute(KEYWORD, 1, ({ escalation }) => escalation?.state ?? null),
  NeedsAttention: attribute(BOOL, 1, needsAttention),
  ChangedAt: attribute(DATETIME, 1, ({ updatedAt }) => new Date(updatedAt)),
} as const;

type AttributeName = keyof typeof table;

const names = Object.keys(table) as readonly AttributeName[];

/** The search attributes of orders by name: the namespace registers them, and queries use them. */
export const searchAttributes = Object.fromEntries(
  names.map((name) => [name, defineSearchAttributeKey(name, table[name].type)]),
) as unknown as { readonly [Name in AttributeName]: Key<(typeof table)[Name]['type']> };

/** The version of the projection that brought the newest search attribute. */
export const newestAttribute = Math.max(...names.map((name) => table[name].since));

/** The search attributes of an order by a version of the projection; null clears one. */
export function attributesOf(state: OrderState, projection: number): SearchAttributeUpdatePair[] {
  return names
    .filter((name) => table[name].since <= projection)
    .map(
      (name) => ({ key: searchAttributes[name], value: table[name].of(state) }) as SearchAttributeUpdatePair,
    );
}

/** A reference as the search attribute holds it: visibility queries spoil quotes and backslashes, so these are encoded. */
export function searchable(reference: string): string {
  return reference.replace(/[\\'"%]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** An escalation that waits for a person: of a resolved one only state and reason are shown. */
function openEscalation({ escalation }: OrderState): Escalation | undefined {
  return escalation?.state === 'resolved' ? undefined : escalation;
}

function dateOrNull(at: number | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}

function searchableOrNull(reference: string | undefined): string | null {
  return reference === undefined ? null : searchable(reference);
}

function attribute<Type extends SearchAttributeType>(
  type: Type,
  since: number,
  of: Attribute<Type>['of'],
): Attribute<Type> {
  return { type, since, of };
}
