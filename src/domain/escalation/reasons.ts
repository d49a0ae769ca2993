import type { FindingCode } from '../money/findings.ts';
import { codes, type Code } from './codes.ts';

/** Why an order needs a person. */
export type Reason = { [C in Code]: (typeof codes)[C]['escalates'] extends 'no' ? never : C }[Code];

/** All reasons, in the order of the table. */
export const reasons = (Object.keys(codes) as readonly Code[]).filter(
  (code) => codes[code].escalates !== 'no',
) as readonly Reason[] as readonly [Reason, ...Reason[]];

/** The codes whose row is wrong: whether it is a finding is mistaken, or it needs a person and would reach none. */
type Mismarked = {
  [C in Code]: (typeof codes)[C] extends
    { isFinding: C extends FindingCode ? false : true } | { needsPerson: true; escalates: 'no' }
    ? C
    : never;
}[Code];

// The compiler holds it to be empty.
null satisfies [Mismarked] extends [never] ? null : Mismarked;
