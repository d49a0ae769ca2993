import { z } from 'zod';
import { Refusal } from '../answers.ts';
import type { Change, Session } from './session.ts';

const softErrors = z.array(z.looseObject({ message: z.string() })).optional();

/** The fields must be at the top level: a nested or missing `rejectionType` is a 400, and the purchase goes on. */
export const decisionSchema = z.discriminatedUnion('decision', [
  z.looseObject({ decision: z.literal('allow') }),
  z.looseObject({
    decision: z.literal('reject'),
    rejectionType: z.enum(['notify_user', 'reject_session_with_error']),
    softErrors,
    hardError: z.looseObject({ message: z.string() }).optional(),
  }),
]);

/** The shop's decision just before the payment. Only `reject_session_with_error` ends the session. */
export function decideOn(session: Session, decision: z.infer<typeof decisionSchema>): Change {
  if (session.status !== 'started')
    throw new Refusal(400, 'SESSION_ALREADY_COMPLETED', `the session is ${session.status}`);
  const isRejected = decision.decision === 'reject' && decision.rejectionType === 'reject_session_with_error';
  return { session: isRejected ? { ...session, status: 'rejected' } : session, hooks: [], ids: {} };
}
