import { z } from 'zod';
import { scriptSchema } from './actions.ts';

const delay = z.int().min(0).max(3_600_000);

/** The behaviour of the fake payment method, for all new sessions or for one session. */
export const behaviourSchema = z.strictObject({
  /** The method takes the whole amount by itself as soon as it is approved. */
  autoCapture: z.boolean().default(false),
  /** New captures and refunds are `pending`; an action settles them, or `settleAfterMs` does. */
  asynchronous: z.boolean().default(false),
  settleAfterMs: delay.optional(),
  /** False: every cancel is answered with CANCEL_NOT_SUPPORTED, as some methods do. */
  cancelSupported: z.boolean().default(true),
  /** Reads show `captures` and `refunds` at the top level too, as older sessions do. */
  legacyLists: z.boolean().default(false),
  /** Runs in each new session, so that a shop can be tried without anybody acting as the shopper. */
  script: scriptSchema.default([]),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

export const plainBehaviour: Behaviour = behaviourSchema.parse({});
