import { DefaultFailureConverter } from '@temporalio/common';

/** Moves message and stack of failures into a payload, which the codec encrypts. The SDK requires this export name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
