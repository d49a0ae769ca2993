import { escalationStates, type Escalation } from '../domain/escalation/ladder.ts';
import { reasons } from '../domain/escalation/reasons.ts';
import { statuses } from '../domain/money/status.ts';
import { equals, hasText, isBefore, isNotSet, isSet, isWithin, type Condition } from './visibility.ts';

// Filters are declared here once: the API's query parameters, the visibility queries and the board's form come from it.

const hour = 3_600_000;

/** How long escalations have been open: each bucket from `from` on, up to the next. Milliseconds. */
export const ageBuckets = {
  under_1h: { from: 0, to: hour },
  under_1d: { from: hour, to: 24 * hour },
  under_7d: { from: 24 * hour, to: 168 * hour },
  over_7d: { from: 168 * hour, to: undefined },
} as const;

export type AgeBucket = keyof typeof ageBuckets;

export const ages = Object.keys(ageBuckets) as [AgeBucket, ...AgeBucket[]];

/** The kinds of values that a filter can take. */
type Values =
  | { readonly kind: 'choice'; readonly values: readonly [string, ...string[]] }
  /** `offered` are the numbers that a form offers. */
  | { readonly kind: 'whole'; readonly min: number; readonly offered: readonly number[] }
  | { readonly kind: 'flag' }
  /** ISO 8601, with an offset. */
  | { readonly kind: 'time' }
  | { readonly kind: 'text' };

/** One filter of a list: what values it takes, and which orders it lets through. */
export type Filter<Value = never> = Values & {
  /** For people: the label of a form, the description of a parameter. */
  readonly label: string;
  /** `now` is epoch milliseconds. */
  readonly condition: (value: Value, now: number) => Condition;
};

export type FilterTable = Readonly<Record<string, Filter>>;

/** The values for a table of filters; a filter without a value lets everything through. */
export type FilterValues<Table extends FilterTable> = {
  readonly [Name in keyof Table]?: ValueOf<Table[Name]> | undefined;
};

export type ValueOf<F extends Filter> = Parameters<F['condition']>[0];

/** The filters of the list of orders. */
export const orderFilters = {
  status: choice('Status', statuses, (status) => equals('OrderStatus', status)),
  reference: text("The merchant's own order number", (reference) => hasText('Reference', reference)),
  escalated: flag('Whether a person is needed', (isEscalated) =>
    isEscalated ? isSet('EscalatedAt') : isNotSet('EscalatedAt'),
  ),
  pendingBefore: time('Pending since before this time', (at) => isBefore('PendingSince', at)),
} as const satisfies FilterTable;

/** The filters of the list of open escalations, in the order in which a form shows them. */
export const escalationFilters = {
  // Orders are listed by their oldest reason.
  reason: choice('Reason', reasons, (reason) => equals('EscalationReason', reason)),
  age: choice('Open for', ages, (age, now) => openFor(age, now)),
  level: whole('Level', { min: 1, offered: [1, 2, 3, 4, 5] }, (level) => equals('EscalationLevel', level)),
  state: choice('State', escalationStates, (state) => equals('EscalationState', state)),
} as const satisfies FilterTable;

/** The states of an escalation that waits for a person. */
export const openStates: readonly Escalation['state'][] = escalationStates.filter(
  (state) => state !== 'resolved',
);

/** The conditions of a visibility query for these values. `now` is epoch milliseconds. */
export function conditionsOf<Table extends FilterTable>(
  table: Table,
  values: FilterValues<Table>,
  now: number,
): readonly Condition[] {
  return Object.entries(table).flatMap(([name, filter]) => {
    const value = values[name];
    return value === undefined ? [] : [(filter as Filter<unknown>).condition(value, now)];
  });
}

/** The escalation has been open for this long; with `ChangedAt`: the order has not changed for this long. */
export function openFor(
  age: AgeBucket,
  now: number,
  attribute: 'EscalatedAt' | 'ChangedAt' = 'EscalatedAt',
): Condition {
  const { from, to } = ageBuckets[age];
  return isWithin(attribute, { from: to === undefined ? 0 : now - to + 1, to: now - from + 1 });
}

function choice<const V extends string>(
  label: string,
  values: readonly [V, ...V[]],
  condition: Filter<V>['condition'],
) {
  return { kind: 'choice', label, values, condition } as const;
}

function whole(
  label: string,
  { min, offered }: { readonly min: number; readonly offered: readonly number[] },
  condition: Filter<number>['condition'],
) {
  return { kind: 'whole', label, min, offered, condition } as const;
}

function flag(label: string, condition: Filter<boolean>['condition']) {
  return { kind: 'flag', label, condition } as const;
}

function time(label: string, condition: Filter<string>['condition']) {
  return { kind: 'time', label, condition } as const;
}

function text(label: string, condition: Filter<string>['condition']) {
  return { kind: 'text', label, condition } as const;
}
