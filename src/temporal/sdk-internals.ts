// Parts of the Temporal SDK that it does not export. Only this file names such paths; a test shows that they still work.

/** Search attributes as the raw service takes and lists them: our signal-with-start and our counts bypass the client. */
export {
  decodeTypedSearchAttributes,
  encodeUnifiedSearchAttributes,
} from '@temporalio/common/lib/converter/payload-search-attributes.js';
/** Payloads with their encryption context, as the client makes them, for calls on the raw service. */
export {
  decodeMapFromPayloads,
  encodeMapToPayloads,
  encodeToPayloadsWithContext,
  encodeUserMetadata,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
/** Milliseconds as a protobuf duration, for the retention of a namespace. */
export { msToTs } from '@temporalio/common/lib/time.js';
