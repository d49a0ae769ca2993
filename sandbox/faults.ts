import { z } from 'zod';
import { pageNames } from './roads.ts';

export const times = z.union([z.int().min(1), z.literal('forever')]);
/** In place of `times`: every call for so long, from the moment at which the list is set. */
export const forMs = z.int().min(1).max(2_147_483_647).optional();

/** How often a fault applies; once by default. */
export const once = { times: times.default(1), forMs };
/** For faults that only make sense over several reads. */
const forever = { times: times.default('forever'), forMs };

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
    /** A page of something on the road to the provider, with its own status or another. */
    z.strictObject({
      kind: z.literal('road'),
      page: z.enum(pageNames),
      status: z.int().min(200).max(599).optional(),
      ...where,
    }),
    /** Any answer at all: a text as it is. */
    z.strictObject({
      kind: z.literal('answer'),
      status: z.int().min(200).max(599).default(200),
      type: z.string().max(200).default('application/json'),
      text: z.string().max(1e6),
      ...where,
    }),
  ] as const;
}

export type TransportFault = z.infer<ReturnType<typeof transportFaultSchemas>[number]>;

/** Faults that make a read show an earlier state. */
export const pastFaultSchemas = [
  /** The state of `ms` ago. */
  z.strictObject({ kind: z.literal('lag'), ms: z.int().min(0), ...forever }),
  /** The state before the last change; `reads` is an alias of `times`. */
  z
    .strictObject({ kind: z.literal('stale'), reads: times.optional(), ...once })
    .transform(({ reads, ...fault }) => ({ ...fault, times: reads ?? fault.times })),
] as const;

interface Scripted {
  readonly times: number | 'forever';
  readonly forMs?: number | undefined;
  readonly on?: string;
}

/** A list of faults. For each call the first fitting one applies, until it is used up or its time is over. */
export interface FaultList<F extends Scripted> {
  set(faults: readonly F[]): void;
  /** Takes the fault that applies to a call of this operation, if any; further names are narrower ones of the same call. */
  take(...operations: readonly string[]): F | undefined;
  /** The faults that are left; `times` counts down. */
  left(): F[];
}

/** @param now epoch milliseconds, for faults that last a while */
export function createFaultList<F extends Scripted>(now: () => number): FaultList<F> {
  let entries: { readonly fault: F; readonly until: number }[] = [];

  function present() {
    entries = entries.filter(({ until }) => now() < until);
    return entries;
  }

  return {
    set(next) {
      entries = next.map((fault) => {
        const { forMs: lasting } = fault;
        if (lasting === undefined) return { fault, until: Infinity };
        return { fault: { ...fault, times: 'forever' }, until: now() + lasting };
      });
    },
    take(...operations) {
      const index = present().findIndex(({ fault }) => operations.includes(fault.on ?? 'read'));
      const entry = entries[index];
      if (entry === undefined || entry.fault.times === 'forever') return entry?.fault;
      const { fault, until } = entry;
      const rest =
        entry.fault.times > 1 ? [{ fault: { ...fault, times: entry.fault.times - 1 }, until }] : [];
      entries.splice(index, 1, ...rest);
      return fault;
    },
    left: () => present().map(({ fault }) => fault),
  };
}
