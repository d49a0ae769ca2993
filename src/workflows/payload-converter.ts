import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';

/** Stands in the place of a payload that cannot be decoded. */
export const unreadable = Object.freeze({ unreadable: true });

/**
 * The SDK's own converter, except for payloads that cannot be decoded: a signal of broken JSON would fail the order's task
 * for ever (temporalio/sdk-typescript#1139); this way the order's guards ignore it. The SDK finds it by this name.
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
