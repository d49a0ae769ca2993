import { createHash, randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import { signals } from '../../../src/workflows/contract/messages.ts';
import { driveClosed, driveOpen, type Act, type Driven } from '../load/drive.ts';
import { distinctHook } from '../load/hooks.ts';
import type { Done } from '../load/jobs.ts';
import { answerCalls } from '../../kit/calls.ts';

type Request = temporal.api.workflowservice.v1.ISignalWorkflowExecutionRequest;

/** As the load client's job for hooks, with workflow ids. */
export interface BareJob {
  readonly workflowIds: readonly string[];
  readonly from: number;
  readonly count: number;
}

// The bare signal loop: what Temporal alone takes for the same hints, with nothing in front of it. The connection is of
// the product's kind, and all requests are made before the clock starts.
const { client, namespace } = await connectTemporal({ identity: 'bare' });
process.once('SIGTERM', () => process.exit(0));

answerCalls({
  closed: (job: BareJob & { readonly concurrency: number }) => signalAll(job, (act) => driveClosed(job, act)),
  open: (job: BareJob & { readonly perSecond: number }) => signalAll(job, (act) => driveOpen(job, act)),
});

async function signalAll(
  { workflowIds, from, count }: BareJob,
  drive: (act: Act) => Promise<Driven>,
): Promise<Done> {
  const requests = Array.from({ length: count }, (_, n) =>
    requestFor(workflowIds[n % workflowIds.length]!, from + n),
  );
  const before = process.cpuUsage();
  const driven = await drive(async (n) => {
    await client.workflowService.signalWorkflowExecution(requests[n]!);
    return 202;
  });
  const { user, system } = process.cpuUsage(before);
  return { ...driven, cpuSeconds: (user + system) / 1e6 };
}

/** The hint that the product makes of the same hook. */
function requestFor(workflowId: string, n: number): Request {
  const { event, status, captureId } = distinctHook(n);
  const id = createHash('sha256').update(`${workflowId} ${n}`).digest('base64url').slice(0, 22);
  const hint = { id, event, status, claim: { of: 'capture', id: captureId, status } };
  return {
    namespace,
    identity: 'bare',
    workflowExecution: { workflowId },
    signalName: signals.hint.name,
    input: { payloads: [defaultPayloadConverter.toPayload(hint)] },
    requestId: randomUUID(),
  };
}
