import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';

/** What stands in the place of a payload that cannot be read. */
export const unreadable = Object.freeze({ unreadable: true });

/**
 * The SDK's own converter for workflows, but for what nobody can read: a signal of broken JSON would fail the order's task
 * for ever (temporalio/sdk-typescript#1139), where a signal of nothing known is ignored. The SDK finds it by this name.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (...given) => defaultPayloadConverter.toPayload(...given),
  fromPayload: (...given) => {
    try {
      return defaultPayloadConverter.fromPayload(...given);
    } catch {
      return unreadable as never;
    }
  },
};
