import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

// Invalid argument (a query that failed), deadline, not found, failed precondition (its tasks fail, or it is paused), cancelled.
const refusals: readonly number[] = [1, 3, 4, 5, 9];

/**
 * Whether a call failed because of the one order that it was for: it is gone or refuses, its tasks fail, or nobody answers
 * for it in time. Any other error is one of Temporal itself, and worth another try.
 */
export function isOfOneOrder(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return (
    [
      WorkflowNotFoundError,
      WorkflowUpdateFailedError,
      WorkflowUpdateRPCTimeoutOrCancelledError,
      QueryNotRegisteredError,
      QueryRejectedError,
    ].some((known) => error instanceof known) ||
    (isGrpcServiceError(cause) && refusals.includes(cause.code))
  );
}
