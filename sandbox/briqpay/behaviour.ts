import { z } from 'zod';
import { scriptSchema } from './actions.ts';

const delay = z.int().min(0).max(3_600_000);

/** How the sandbox's payment method behaves, for sessions made from now on or for one session. */
export const behaviourSchema = z.strictObject({
  /** The method takes the whole amount by itself as soon as it is approved. */
  autoCapture: z.boolean().default(false),
  /** Captures and refunds answer `pending`; they settle by an action, or after `settleAfterMs`. */
  asynchronous: z.boolean().default(false),
  settleAfterMs: delay.optional(),
  /** Some methods answer every cancel with CANCEL_NOT_SUPPORTED. */
  cancelSupported: z.boolean().default(true),
  /** Reads show `captures` and `refunds` at the top level too, as older sessions do. */
  legacyLists: z.boolean().default(false),
  /** Runs by itself in each new session, so that a shop can be tried without anybody playing the shopper. */
  script: scriptSchema.default([]),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

export const plainBehaviour: Behaviour = behaviourSchema.parse({});
