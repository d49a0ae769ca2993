import { z } from 'zod';
import { Refusal } from '../answers.ts';
import type { Change, Session } from './session.ts';

const softErrors = z.array(z.looseObject({ message: z.string() })).optional();

/** All at the top level: a nested or missing `rejectionType` is a 400, and the purchase is not stopped. */
export const decisionSchema = z.discriminatedUnion('decision', [
  z.looseObject({ decision: z.literal('allow') }),
  z.looseObject({
    decision: z.literal('reject'),
    rejectionType: z.enum(['notify_user', 'reject_session_with_error']),
    softErrors,
    hardError: z.looseObject({ message: z.string() }).optional(),
  }),
]);

/** What the shop says just before the shopper pays; only an error for good ends the session. */
export function decideOn(session: Session, decision: z.infer<typeof decisionSchema>): Change {
  if (session.status !== 'started')
    throw new Refusal(400, 'SESSION_ALREADY_COMPLETED', `the session is ${session.status}`);
  const isOver = decision.decision === 'reject' && decision.rejectionType === 'reject_session_with_error';
  return { session: isOver ? { ...session, status: 'rejected' } : session, hooks: [], ids: {} };
}
