import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { refusalCodes } from '../domain/order/commands.ts';

/** Every code of an `OrderError`. The API answers each with the problem of the same code. */
export const orderErrorCodes = [
  'invalid_request',
  'not_found',
  'key_reused',
  'unavailable',
  ...refusalCodes,
] as const;

export type OrderErrorCode = (typeof orderErrorCodes)[number];

/** A request about an order was refused, or could not be answered in time. */
export class OrderError extends Error {
  readonly code: OrderErrorCode;
  /** When to try again; undefined where another try would end the same. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: OrderErrorCode, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'OrderError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Whether an error is a failed call to Temporal. */
export function isTemporalError(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}
