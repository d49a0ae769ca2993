import { z } from 'zod';

const times = z.union([z.int().min(1), z.literal('forever')]);

/** How often a fault applies; once by default. */
export const once = { times: times.default(1) };
/** For faults that only make sense over several reads. */
const forever = { times: times.default('forever') };

/**
 * Faults of the connection, for the endpoints of any provider. `on` names the operation, by default the first one, the read.
 * `applied: false` means that the command has no effect, `true` (the default) that only its answer is lost.
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

/** Faults that make a read show an earlier state. */
export const pastFaultSchemas = [
  /** The state of `ms` ago. */
  z.strictObject({ kind: z.literal('lag'), ms: z.int().min(0), ...forever }),
  /** The state before the last change; `reads` is an alias of `times`. */
  z
    .strictObject({ kind: z.literal('stale'), reads: times.optional(), times: times.default(1) })
    .transform(({ kind, reads, times }) => ({ kind, times: reads ?? times })),
] as const;

interface Scripted {
  readonly times: number | 'forever';
  readonly on?: string;
}

/** A list of faults. For each call the first fitting one applies, until it is used up. */
export interface FaultList<F extends Scripted> {
  set(faults: readonly F[]): void;
  /** Takes the fault that applies to this call of `operation`, if any. */
  take(operation: string): F | undefined;
  /** The faults that are left; `times` counts down. */
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
