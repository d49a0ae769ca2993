import { z } from 'zod';
import { scriptSchema } from './actions.ts';

/** The behaviour of BridgerPay where its documentation leaves it open, for all new orders or for one. */
export const behaviourSchema = z.strictObject({
  /** False: the payment provider's credentials lack "Allow Refunds", and every refund is a 400. */
  allowRefunds: z.boolean().default(true),
  /** The payment provider's answer to a refund. A declined refund is an HTTP 200 too. */
  refundOutcome: z.enum(['approved', 'declined']).default('approved'),
  /** Reads of a refunded deposit show `partly_refunded` or `refunded`; false: they show `approved`. */
  readsShowRefunds: z.boolean().default(true),
  /** The amount in the notification of the last of several refunds. */
  refundedAmount: z.enum(['remainder', 'total']).default('remainder'),
  /** The `charge.id` in the notification of a refund: the deposit's or its own. The group id is always the deposit's. */
  refundCharge: z.enum(['deposit', 'own']).default('deposit'),
  /** The `refund_id` in the notification of a refund: its own, or the deposit's. */
  refundIds: z.enum(['own', 'deposit']).default('own'),
  /** The amount in the notification of a refund: `-5`, `"-5.00"`, `5` or `"5.00"`. */
  refundAmounts: z.enum(['number', 'text', 'positive', 'positive_text']).default('number'),
  /** How fields are sent that do not apply, such as card fields of a wire transfer. */
  notApplicable: z.enum(['absent', 'null']).default('absent'),
  /** The type of `decline_code` in notifications: as the action gave it (by default a number), or a string. */
  declineCodes: z.enum(['as_given', 'string']).default('as_given'),
  depositSource: z.enum(['cashier', 'Mpi']).default('cashier'),
  /** Adds fields that are newer than the documentation of 2020, such as `charge.uuid`. */
  newerFields: z.boolean().default(false),
  /** The shape of the list of payouts: a bare array, or `{next_page_cursor, records}` as documented. */
  payoutList: z.enum(['bare', 'records']).default('bare'),
  /** Runs in each new session and payout, so that a shop can be tried without anybody acting as the shopper. */
  script: scriptSchema.default([]),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

export const plainBehaviour: Behaviour = behaviourSchema.parse({});
