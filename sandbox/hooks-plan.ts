import { z } from 'zod';

const ms = z.int().min(0).max(3_600_000);

/** How hooks are delivered. A PUT replaces the whole plan; omitted fields get their defaults. */
export const hooksPlanSchema = z.strictObject({
  /** `shuffled` and `reversed` collect the hooks of `holdMs`, then send them in that order. */
  order: z.enum(['in_order', 'shuffled', 'reversed']).default('in_order'),
  copies: z.int().min(1).max(10_000).default(1),
  /** Fixed, or random in `[min, max]`. A delay never changes the order. */
  delayMs: z.union([ms, z.tuple([ms, ms]).refine(([min, max]) => min <= max, 'min is above max')]).default(0),
  /** A number is a probability. */
  drop: z.union([z.boolean(), z.number().min(0).max(1)]).default(false),
  /** How many hooks of one session are sent at once. */
  concurrency: z.int().min(1).max(10_000).default(1),
  holdMs: ms.default(50),
});

export type HooksPlan = z.infer<typeof hooksPlanSchema>;

/** One copy, at once, in order. */
export const plainPlan: HooksPlan = hooksPlanSchema.parse({});
