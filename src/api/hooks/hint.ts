import { hash, randomUUID } from 'node:crypto';
import type { Hint } from '../../domain/order/hints.ts';
import type { AcceptedHook } from './parse.ts';

const bucketMs = 5 * 60_000;

/** The hint that a hook becomes. Copies of a hook have the same id, but each is traced on its own. */
export function hintOf(
  account: string,
  { kind, key, hint }: AcceptedHook,
  traceparent: string | undefined,
): Hint {
  return {
    id: digest(account, kind, key, hint),
    ...hint,
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** Whether an equal hook is a copy. A hook that says only that something changed may be about a new change. */
export function canBeCopy({ claim }: Hint): boolean {
  return claim.of !== 'change';
}

/** The request id of the signal: Temporal drops a signal whose request id it has seen. Copies share one for five minutes. */
export function requestIdOf(hint: Hint, now: number): string {
  return canBeCopy(hint) ? digest(hint.id, Math.floor(now / bucketMs)) : randomUUID();
}

function digest(...parts: unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}
