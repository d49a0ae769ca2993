import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { msToTs } from '../../src/temporal/sdk-internals.ts';
import proto from '@temporalio/proto';
import { installRuntime } from '../../src/temporal/connect.ts';
import {
  startPreparedServer,
  type PreparedServer,
  type PreparedServerOptions,
} from '../../tools/temporal/prepared-server.ts';

export type TestServer = PreparedServer;

/** A dev server of this test file's own, in memory and without UI, with its namespace ready for orders. */
export async function startTestServer(
  options: Pick<PreparedServerOptions, 'virtualTime' | 'settings' | 'dataConverter'> = {},
): Promise<TestServer> {
  // Tests end servers and workers at moments that Core finds worth a warning.
  installRuntime({ logLevel: 'ERROR' });
  return startPreparedServer({ cli: cliPath(), ...options });
}

/**
 * Moves the virtual clock of a running workflow forward; only on a server with `virtualTime`.
 * Ask for minutes more than the timer that is meant: the workflow's own time goes on from there.
 * @throws Error with the server's reason, also when the run ended before it got there
 */
export async function fastForward(client: Client, workflowId: string, ms: number): Promise<void> {
  const { workflowService } = client;
  const fastForwardId = randomUUID();
  const target = { namespace: client.options.namespace, workflowExecution: { workflowId } };
  await workflowService.updateWorkflowExecutionOptions({
    ...target,
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id: fastForwardId, duration: msToTs(ms) } },
    },
  });
  for (;;) {
    const poll = await workflowService.pollWorkflowExecutionTimeSkipping({ ...target, fastForwardId });
    if (poll.fastForwardPollingResult === PollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT) continue;
    if (poll.fastForwardPollingResult === PollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED)
      return;
    throw new Error(
      `${workflowId} was not moved forward by ${ms} ms: ${poll.failedReason || 'no reason given'}`,
    );
  }
}

/** The workflow code, bundled once for the whole run: for `Worker.create({ workflowBundle: { codePath } })`. */
export function bundlePath(): string {
  return given('TEST_WORKFLOW_BUNDLE', 'src/workflows/index.ts was not there to bundle');
}

/** The same for workers that encrypt payloads. */
export function encryptedBundlePath(): string {
  return `${given('TEST_PRODUCT', 'test/support/global-setup.ts has not run')}/workflow-bundle.encrypted.js`;
}

/** The Temporal CLI that the run uses. */
export function cliPath(): string {
  return given('TEST_TEMPORAL_CLI', 'test/support/global-setup.ts has not run');
}

const PollingResult = proto.temporal.api.enums.v1.FastForwardPollingResult;

function given(name: string, otherwise: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: ${otherwise}.`);
  return value;
}
