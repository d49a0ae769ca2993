// The private paths of the SDK that evidence needs beside those of src/temporal/sdk-internals.ts. Only this file names them.
export { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
export { msToNumber, optionalTsToMs } from '@temporalio/common/lib/time.js';
export { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
export type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface.js';
export { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
export { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
