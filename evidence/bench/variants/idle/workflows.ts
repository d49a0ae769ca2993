import { condition } from '@temporalio/workflow';

/** A workflow that does nothing and is not over: what any cached workflow costs. */
export async function idle(): Promise<void> {
  await condition(() => false);
}
