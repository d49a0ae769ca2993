import { z } from 'zod';
import { parseDuration } from '../domain/escalation/durations.ts';

/** A duration such as `15m`, parsed to milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue('expected a duration such as 500ms, 15m, 2h or 7d');
  return z.NEVER;
});

/** A list of at least one duration. `isRising`: each must be longer than the one before, for durations with a common start. */
export function durations({ isRising }: { isRising: boolean }) {
  return z.array(duration).transform((list, context): readonly [number, ...number[]] => {
    const [first, ...others] = list;
    if (first === undefined) {
      context.addIssue('expected at least one duration');
      return z.NEVER;
    }
    if (isRising && others.some((ms, index) => ms <= list[index]!))
      context.addIssue('expected each duration to be longer than the one before');
    return [first, ...others];
  });
}
