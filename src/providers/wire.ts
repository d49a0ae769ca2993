import { z } from 'zod';
import { parseDate } from './dates.ts';
import type { Movement } from '../domain/money/payment.ts';

// What a provider sends, read field by field: a field of the wrong type is a field that is not there, and never spoils
// the rest. What money hangs on says so where it cannot be read.

export type Fields = Readonly<Record<string, unknown>>;

/** Something is there about money, and it cannot be read. */
export const unreadable = Symbol('unreadable');

export type Unreadable = typeof unreadable;

// The order keeps ids; no provider has longer ones.
const longestId = 300;
const longestWord = 64;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is the object's own. */
export function fieldOf(fields: unknown, name: string): unknown {
  return isFields(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A text or a number as text, without the spaces around it; undefined for nothing and for any other type. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  return typeof text === 'string' ? text.trim() || undefined : undefined;
}

/** An id of the provider; undefined for what is none, and for one longer than 300 characters. */
export function idOf(value: unknown): string | undefined {
  const id = textOf(value);
  return id !== undefined && id.length <= longestId ? id : undefined;
}

/** A word as it is shown to people, cut to 64 characters; `unreadable` where something else stands in its place. */
export function wordOf(value: unknown): string | Unreadable | undefined {
  if (isNothing(value)) return undefined;
  return textOf(value)?.slice(0, longestWord) ?? unreadable;
}

/** True in any of its spellings. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || /^(true|1|yes)$/i.test(textOf(value) ?? '');
}

/** A currency in capitals; `unreadable` where something else stands in its place. */
export function currencyOf(value: unknown): string | Unreadable | undefined {
  const word = wordOf(value);
  return typeof word === 'string' ? word.toUpperCase() : word;
}

/** Minor units as a whole number or the text of one; `unreadable` for fractions, for less than 0 and beyond 2^53. */
export function minorUnitsOf(value: unknown): number | Unreadable | undefined {
  if (value === undefined || value === null) return undefined;
  const amount =
    typeof value === 'string' && /^\s*\d{1,16}\s*$/.test(value) ? Number(value) : (value as number);
  // Plus 0, since JSON knows a negative zero.
  return Number.isSafeInteger(amount) && amount >= 0 ? amount + 0 : unreadable;
}

/** Absent, in one of the ways that providers have of saying so: null, an empty text, and PHP's empty list for an object. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * The entries of a list. PHP makes `{}` of an empty list, and an object with numbered keys of one with gaps.
 * `unreadable` for anything else that is not nothing.
 */
export function entriesOf(value: unknown): readonly unknown[] | Unreadable {
  if (Array.isArray(value)) return value;
  if (isNothing(value)) return [];
  const isNumbered = isFields(value) && Object.keys(value).every((key) => /^\d+$/.test(key));
  return isNumbered ? Object.values(value) : unreadable;
}

/** A schema that fits anything, also what is not there, and takes from it what `read` finds. */
export function anything<T>(read: (value: unknown) => T) {
  return z.unknown().optional().transform(read);
}

/** An entry's date, and what to tell where it is none: a date is shown only if it looks like one. */
export function dateOf(value: unknown, now: number): { readonly time?: number; readonly bad?: string } {
  if (isNothing(value)) return {};
  const time = parseDate(value, now);
  if (time !== undefined) return { time };
  const text = textOf(value) ?? '';
  return { bad: /^[\d:.,TZ+ -]{1,40}$/i.test(text) ? text : 'no date' };
}

/**
 * One movement of each id and kind. An id that stands twice with different content is one movement of which only that is
 * known on which all agree; `tell` hears of it, by the place of the movement.
 */
export function withoutDoubles(
  movements: readonly Movement[],
  tell: (movement: Movement) => void,
): readonly Movement[] {
  const kept = new Map<string, Movement>();
  const told = new Set<string>();
  for (const movement of movements) {
    const key = JSON.stringify([movement.kind, movement.id]);
    const other = kept.get(key);
    if (other && !isSame(other, movement) && !told.has(key)) {
      told.add(key);
      tell(movement);
    }
    kept.set(key, other ? agreement(other, movement) : movement);
  }
  return [...kept.values()];
}

function isSame(one: Movement, other: Movement): boolean {
  return one.status === other.status && one.amount === other.amount && one.currency === other.currency;
}

function agreement(one: Movement, other: Movement): Movement {
  if (isSame(one, other)) return one;
  const { amount, currency, ...rest } = one;
  return {
    ...rest,
    status: one.status === other.status ? one.status : 'pending',
    ...(amount !== undefined && amount === other.amount && { amount }),
    ...(currency !== undefined && currency === other.currency && { currency }),
  };
}
