import { DefaultFailureConverter } from '@temporalio/common';

/** Puts the text and the stack of failures where the codec encrypts them. The SDK finds it by this name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
