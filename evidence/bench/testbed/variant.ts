import { randomUUID } from 'node:crypto';
import type { Done, LifecycleDone, LifecycleJob, Target } from '../load/jobs.ts';
import { account, type VariantName } from '../variants/routes.ts';
import type { Callee } from '../../kit/calls.ts';
import type { Api, Testbed } from './testbed.ts';

/** A variant with its API and its worker running. */
export interface Variant {
  readonly name: VariantName;
  readonly api: Api;
  readonly worker: Callee;
  readonly target: Target;
  readonly pids: { readonly api: number; readonly worker: number };
  workflowId(session: string): string;
  /** Takes payments through their whole life. */
  live(job: Omit<LifecycleJob, 'target' | 'providerUrl'>): Promise<LifecycleDone>;
}

/** Starts a variant, and answers when the first payments have gone through it. */
export async function startVariant(testbed: Testbed, name: VariantName, warmUp = 16): Promise<Variant> {
  const worker = testbed.startWorker(name);
  const api = await testbed.startApi(name);
  const target: Target = { variant: name, url: api.url };
  const prefix = name === 'product' ? account : name;
  const variant: Variant = {
    name,
    api,
    worker,
    target,
    pids: { api: api.pid, worker: worker.pid },
    workflowId: (session) => `${prefix}:${session}`,
    live: (job) =>
      testbed.load.call<LifecycleDone>('lifecycles', { ...job, target, providerUrl: testbed.provider.url }),
  };
  expectAll(await variant.live({ sessions: newSessions(warmUp), concurrency: 8, pollMs: 10 }), 200, name);
  return variant;
}

export function newSessions(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

/** Refused calls would count as fast ones. @throws Error where any outcome is another than `status` */
export function expectAll({ outcomes, failures = [] }: Done, status: number, who: string): void {
  const others = Object.keys(outcomes).filter((outcome) => outcome !== `${status}`);
  if (others.length > 0)
    throw new Error(`${who} answered ${JSON.stringify(outcomes)} ${failures.join('; ')}`.trim());
}
