import { z } from 'zod';

export const times = z.union([z.int().min(1), z.literal('forever')]);

/** How often a fault strikes: once unless told. */
export const once = { times: times.default(1) };
/** For faults that only make sense over several reads. */
export const forever = { times: times.default('forever') };

/**
 * Faults of the wire, for any provider's endpoints. `on` names the operation that is struck, by default the first, the read;
 * `applied: false` means that a struck command has no effect, `true` (the default) that only its answer is lost.
 */
export function transportFaultSchemas<const Operations extends readonly [string, ...string[]]>(
  operations: Operations,
) {
  const where = {
    ...once,
    on: z.enum(operations).default(operations[0]),
    applied: z.boolean().default(true),
  };
  return [
    z.strictObject({
      kind: z.literal('status'),
      status: z.int().min(400).max(599),
      retryAfter: z.union([z.int(), z.string().regex(/^[\x20-\x7e]*$/)]).optional(),
      ...where,
    }),
    z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0).max(3_600_000), ...where }),
    z.strictObject({ kind: z.literal('redirect'), to: z.url(), ...where }),
    z.strictObject({ kind: z.literal('huge'), bytes: z.int().min(1).max(64e6).default(8e6), ...where }),
    z.strictObject({ kind: z.literal('hang'), ...where }),
    z.strictObject({ kind: z.literal('hang_body'), ...where }),
    z.strictObject({ kind: z.literal('reset'), ...where }),
    z.strictObject({ kind: z.literal('truncated'), ...where }),
    z.strictObject({ kind: z.literal('html'), ...where }),
    z.strictObject({ kind: z.literal('empty'), ...where }),
    z.strictObject({ kind: z.literal('null'), ...where }),
    z.strictObject({ kind: z.literal('array'), ...where }),
  ] as const;
}

export type TransportFault = z.infer<ReturnType<typeof transportFaultSchemas>[number]>;

/** Faults that show a read the past. */
export const pastFaultSchemas = [
  /** As it was `ms` ago. */
  z.strictObject({ kind: z.literal('lag'), ms: z.int().min(0), ...forever }),
  /** As it was before its last change; `reads` is another word for `times`. */
  z
    .strictObject({ kind: z.literal('stale'), reads: times.optional(), times: times.default(1) })
    .transform(({ kind, reads, times }) => ({ kind, times: reads ?? times })),
] as const;

export type PastFault = z.infer<(typeof pastFaultSchemas)[number]>;

interface Scripted {
  readonly times: number | 'forever';
  readonly on?: string;
}

/** Faults in the order of their list; each is used up, then the next one strikes. */
export interface FaultList<F extends Scripted> {
  set(faults: readonly F[]): void;
  /** The fault that strikes this call of `operation`, if any. */
  take(operation: string): F | undefined;
  /** What has yet to strike; `times` counts down. */
  left(): F[];
}

export function createFaultList<F extends Scripted>(initial: readonly F[] = []): FaultList<F> {
  let faults = [...initial];
  return {
    set(next) {
      faults = [...next];
    },
    take(operation) {
      const index = faults.findIndex((fault) => (fault.on ?? 'read') === operation);
      const fault = faults[index];
      if (fault === undefined || fault.times === 'forever') return fault;
      faults.splice(index, 1, ...(fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []));
      return fault;
    },
    left: () => [...faults],
  };
}
