import { z } from 'zod';
import { scriptSchema } from './actions.ts';

/** How BridgerPay behaves where its documentation leaves it open: for orders made from now on, or for one. */
export const behaviourSchema = z.strictObject({
  /** False: the payment provider's credentials lack "Allow Refunds", and every refund is a 400. */
  allowRefunds: z.boolean().default(true),
  /** What the payment provider says to a refund; a declined one is a 200 all the same. */
  refundOutcome: z.enum(['approved', 'declined']).default('approved'),
  /** Deposit reads say `partly_refunded` and `refunded`; false: `approved` for ever. */
  readsShowRefunds: z.boolean().default(true),
  /** What the last refund's notification says where there were others before it. */
  refundedAmount: z.enum(['remainder', 'total']).default('remainder'),
  /** Whose `charge.id` a refund's notification has; the group's id is the deposit's in any case. */
  refundCharge: z.enum(['deposit', 'own']).default('deposit'),
  /** Fields that do not apply to a payout, or to what is no card. */
  notApplicable: z.enum(['absent', 'null']).default('absent'),
  /** Notifications write `decline_code` as the action gave it (by default a number), or as a string. */
  declineCodes: z.enum(['as_given', 'string']).default('as_given'),
  depositSource: z.enum(['cashier', 'Mpi']).default('cashier'),
  /** Adds the fields that the documentation of 2020 does not have, such as `charge.uuid`. */
  newerFields: z.boolean().default(false),
  /** The list of payouts comes bare, or as `{next_page_cursor, records}`, which the documentation shows. */
  payoutList: z.enum(['bare', 'records']).default('bare'),
  /** Runs by itself in each new session and payout, so that a shop can be tried without anybody playing the shopper. */
  script: scriptSchema.default([]),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

export const plainBehaviour: Behaviour = behaviourSchema.parse({});
