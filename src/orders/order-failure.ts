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
const codes: readonly number[] = [1, 3, 4, 5, 9];

/**
 * Whether a call failed because of its order: it is closed, refuses, its tasks fail, or no worker answers in time. Any
 * other error is Temporal's own, so another try makes sense.
 */
export function isOrderFailure(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return (
    [
      WorkflowNotFoundError,
      WorkflowUpdateFailedError,
      WorkflowUpdateRPCTimeoutOrCancelledError,
      QueryNotRegisteredError,
      QueryRejectedError,
    ].some((known) => error instanceof known) ||
    (isGrpcServiceError(cause) && codes.includes(cause.code))
  );
}
