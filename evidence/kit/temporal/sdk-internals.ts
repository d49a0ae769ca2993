// The private paths of the SDK that evidence depends on, and nowhere else: an upgrade of the SDK is checked here.
export { encodeUnifiedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
export { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
export { msToNumber, msToTs, optionalTsToMs } from '@temporalio/common/lib/time.js';
export { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
export type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface.js';
export { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
export { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
