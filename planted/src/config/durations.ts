import { z } from 'zod';
import { parseDuration } from '../domain/escalation/durations.ts';

/** A duration of the configuration, read as milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue('expected a duration such as 500ms, 15m, 2h or 7d');
  return z.NEVER;
});

/** A list of durations with one at least; `isRising` for those that count from one beginning. */
export function durations({ isRising }: { isRising: boolean }) {
  return z.array(duration).transform((list, context): readonly [number, ...number[]] => {
    const [first, ...others] = list;
    if (first === undefined) {
      context.addIssue('expected one duration at least');
      return z.NEVER;
    }
    if (isRising && others.some((ms, index) => ms <= list[index]!))
      context.addIssue('expected durations that rise');
    return [first, ...others];
  });
}
