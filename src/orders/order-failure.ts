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
 * Whether a call failed because of its order: the order is closed or refuses, its tasks fail, or no worker answers for it in
 * time. Any other error comes from Temporal itself, so another try makes sense.
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
