import { iso } from '../domain/values.ts';
import { deskType } from '../workflows/contract/desk.ts';
import { scheduleId } from '../workflows/contract/ids.ts';
import { searchable, type searchAttributes } from '../workflows/contract/search-attributes.ts';
import { sweepTypes } from '../workflows/contract/sweeps.ts';
import { workflowType } from '../workflows/contract/order-run.ts';

// Every visibility query about orders, desks and sweeps is made here: conditions first, then the queries that are built from
// them. The one other query, of src/temporal/prepare.ts, asks only whether the server knows the attributes.

/** One condition of a visibility query. */
export type Condition = string;

type Attribute = keyof typeof searchAttributes;
type TimeAttribute = 'EscalatedAt' | 'PendingSince' | 'ChangedAt';

/** The attribute has this value. */
export function equals(attribute: Attribute, value: string | number): Condition {
  return `${attribute} = ${literal(value)}`;
}

/** The attribute has one of these values, of which there must be one. */
function isOneOf(attribute: Attribute, values: readonly string[]): Condition {
  return `${attribute} IN (${values.map(quote).join(', ')})`;
}

/** The attribute has this value or a higher one. */
export function isAtLeast(attribute: Attribute, value: number): Condition {
  return `${attribute} >= ${value}`;
}

/** The time is before `time`, which is ISO 8601. */
export function isBefore(attribute: TimeAttribute, time: string): Condition {
  return `${attribute} < ${quote(time)}`;
}

/** The time is `from` or later and, where `to` is given, before it. Epoch milliseconds. */
export function isWithin(
  attribute: TimeAttribute,
  { from, to }: { readonly from: number; readonly to?: number | undefined },
): Condition {
  const start = `${attribute} >= ${quote(iso(from))}`;
  return to === undefined ? start : `${start} AND ${isBefore(attribute, iso(to))}`;
}

/** The order has this time. A comparison uses the index; for `IS NOT NULL` SQLite reads every row. */
export function isSet(attribute: TimeAttribute): Condition {
  return isWithin(attribute, { from: 0 });
}

/** The order does not have this time. */
export function isNotSet(attribute: TimeAttribute): Condition {
  return `${attribute} IS NULL`;
}

/** The order belongs to one of these accounts; every account where undefined. */
export function isOfAccounts(accounts: readonly string[] | undefined): readonly Condition[] {
  return accounts ? [isOneOf('Account', accounts)] : [];
}

/** The attribute has this free text, which is stored in a form that a query can hold. */
export function hasText(attribute: Attribute, text: string): Condition {
  return equals(attribute, searchable(text));
}

/** The attribute has one of these free texts, of which there must be one. */
export function hasOneOfTexts(attribute: Attribute, texts: readonly string[]): Condition {
  return isOneOf(attribute, texts.map(searchable));
}

/** The order has one of these ids, or this reference. */
export function isCalled(ids: readonly string[], reference: string): Condition {
  return `(WorkflowId IN (${ids.map(quote).join(', ')}) OR ${hasText('Reference', reference)})`;
}

/** The workflow tasks of the order keep failing. */
export const hasFailingTasks: Condition = 'TemporalReportedProblems IS NOT NULL';

const isRunning: Condition = `ExecutionStatus = 'Running'`;

/** Orders, each listed once: a run that continued as new is an earlier part of the same order. */
export function ordersWhere(...conditions: readonly Condition[]): string {
  return allOf(isOfType(workflowType), `ExecutionStatus != 'ContinuedAsNew'`, ...conditions);
}

/** Orders whose run is open. */
export function openOrdersWhere(...conditions: readonly Condition[]): string {
  return allOf(isOfType(workflowType), isRunning, ...conditions);
}

/** Orders of an account whose run was ended from outside, or failed, after `since` (epoch milliseconds). */
export function endedOrders(account: string, since: number): string {
  return allOf(
    isOfType(workflowType),
    equals('Account', account),
    `ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`,
    `CloseTime > ${quote(iso(since))}`,
  );
}

/** The alert desks of all accounts. */
export function openDesks(): string {
  return allOf(isOfType(deskType), isRunning);
}

/** The comparisons of an account with its provider, done or under way. */
export function comparisonsOf(account: string): string {
  const prefix = `${scheduleId('drift', account)}-`;
  return allOf(isOfType(sweepTypes.drift), `WorkflowId STARTS_WITH ${quote(prefix)}`);
}

function isOfType(type: string): Condition {
  return `WorkflowType = ${quote(type)}`;
}

function allOf(...conditions: readonly Condition[]): string {
  return conditions.join(' AND ');
}

function literal(value: string | number): string {
  return typeof value === 'number' ? `${value}` : quote(value);
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
