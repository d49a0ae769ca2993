import type { Payload } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { OrderStart } from '../../../src/domain/order/state.ts';
import type { Order, TimelineView } from '../../../src/domain/order/view.ts';
import type { Clock } from './clock.ts';
import { CachedRun, type Job } from './cached-run.ts';
import { decode, decodeFields } from './payloads.ts';
import type { WorkflowFactory } from './workflow-factory.ts';
import type { Random } from '../random.ts';
import type { SignalOutcome, Observe, WithoutTime } from './observation.ts';
import type { Activities } from './activities.ts';
import { History } from './history.ts';
import { hintIn, orderIn } from './protos.ts';
import type { RunStart, Run } from './run.ts';
import { OrderWorker, type WorkerFaults } from './worker.ts';

export interface TemporalDependencies {
  readonly clock: Clock;
  readonly factory: WorkflowFactory;
  readonly random: Random;
  readonly faults: WorkerFaults;
  readonly activities: Activities;
  readonly observe: Observe;
  /** Awaited before a run ends; a job that comes in meanwhile makes the server repeat the task. */
  readonly beforeRunEnds: () => Promise<void>;
}

/** Temporal's server and core in memory and virtual time, for one workflow id: real workflow code runs in it. */
export class TemporalServer {
  readonly runs: Run[] = [];
  readonly #deps: TemporalDependencies;
  readonly #worker: OrderWorker;

  constructor(dependencies: TemporalDependencies) {
    this.#deps = dependencies;
    const history = new History({
      ...dependencies,
      wake: (run) => this.#worker.wake(run),
      end: (run) => this.#end(run),
      continueAs: (start, before) => void this.#start(start, 'continue', before),
    });
    this.#worker = new OrderWorker({ ...dependencies, accept: (task) => history.accept(task) });
  }

  get current(): Run | undefined {
    return this.runs.at(-1);
  }

  /** Starts a run. Throws where one is running, or there ever was one and `isFirst` is asked for. */
  start(start: RunStart, { isFirst }: { readonly isFirst: boolean }): Run {
    const { current } = this;
    if (current && (isFirst || current.status === 'RUNNING'))
      throw new WorkflowExecutionAlreadyStartedError('already started', start.workflowId, start.workflowType);
    return this.#start(start, 'start', undefined);
  }

  signal(name: string, payload: Payload, requestId: string): SignalOutcome {
    const { current: run } = this;
    const outcome = this.#recordSignal(run, name, payload, requestId);
    this.#observe({
      is: 'signalled',
      run: run?.number ?? 0,
      hint: hintIn(name, payload),
      requestId,
      outcome,
    });
    return outcome;
  }

  signalWithStart(
    start: RunStart,
    name: string,
    payload: Payload,
    requestId: string,
  ): { readonly isNew: boolean } {
    const isNew = this.current?.status !== 'RUNNING';
    if (isNew) this.#start(start, 'start', undefined);
    this.signal(name, payload, requestId);
    return { isNew };
  }

  /** Sends an update to the open run; undefined where none is open. */
  update(name: string, input: Payload[], updateId: string): Promise<unknown> | undefined {
    const { current: run } = this;
    if (run?.status !== 'RUNNING') return undefined;
    const known = run.updateOutcomes.get(updateId);
    if (known) return known;
    const outcome = new Promise<unknown>((resolve, reject) => {
      const job: Job = {
        doUpdate: {
          id: updateId,
          protocolInstanceId: updateId,
          name,
          input,
          headers: {},
          meta: { identity: 'in-memory', updateId },
          runValidator: true,
        },
      };
      run.pendingUpdates.set(updateId, { updateId, job, resolve, reject });
      run.inbox.push(job);
    });
    run.updateOutcomes.set(updateId, outcome);
    this.#worker.wake(run);
    return outcome;
  }

  /** Kills the order worker, which starts anew. */
  async restartWorker(): Promise<void> {
    const { current: run } = this;
    this.#deps.activities.restart();
    if (!run) return;
    await this.#worker.restart(run);
  }

  /** Terminates the open run, as an operator does. */
  async terminate(): Promise<void> {
    const { current: run } = this;
    if (run?.status !== 'RUNNING') return;
    this.#observe({ is: 'terminated', run: run.number });
    await this.dispose();
  }

  /** Ends everything. */
  async dispose(): Promise<void> {
    const { current: run } = this;
    if (run?.status !== 'RUNNING') return;
    this.#worker.abandon();
    run.status = 'TERMINATED';
    await this.#end(run);
  }

  /** Queries order and timeline of the open run and observes them; nothing while no worker could answer. */
  async query(): Promise<void> {
    const { current: run } = this;
    if (run?.status !== 'RUNNING' || !run.hasStarted || run.task === 'held') return;
    const order = (await run.cached.query('order')) as Order;
    const timeline = (await run.cached.query('timeline')) as TimelineView;
    // The Temporal UI asks for it: it has the details that people read.
    await run.cached.query('__temporal_workflow_metadata');
    const isIdle = run.task === 'none' && run.inbox.length === 0 && run.pendingReads.size === 0;
    this.#observe({ is: 'queried', run: run.number, order, timeline, isIdle });
  }

  #recordSignal(run: Run | undefined, name: string, payload: Payload, requestId: string): SignalOutcome {
    if (!run) return 'not_found';
    if (run.status !== 'RUNNING') return run.requestIds.has(requestId) ? 'swallowed' : 'not_found';
    if (run.requestIds.has(requestId)) return 'copy';
    run.requestIds.add(requestId);
    run.events += 1;
    run.inbox.push({
      signalWorkflow: { signalName: name, input: [payload], identity: 'in-memory', headers: {} },
    });
    this.#worker.wake(run);
    this.#worker.checkBuffer(run);
    return 'recorded';
  }

  #start(start: RunStart, by: 'start' | 'continue', before: Run | undefined): Run {
    const { clock, random, factory } = this.#deps;
    const runId = random.uuid();
    const firstRunId = before?.firstRunId ?? runId;
    const run: Run = {
      number: this.runs.length + 1,
      runId,
      firstRunId,
      start,
      cached: new CachedRun(factory, {
        workflowId: start.workflowId,
        workflowType: start.workflowType,
        runId,
        firstRunId,
        continuedFrom: before?.runId,
        startedAt: clock.now,
        randomness: random.bytes(8),
      }),
      requestIds: new Set(),
      updateOutcomes: new Map(),
      pendingUpdates: new Map(),
      status: 'RUNNING',
      memo: start.memo,
      attributes: start.attributes,
      inbox: [],
      hasStarted: false,
      task: 'none',
      events: 1,
      extraEvents: 0,
      timers: new Set(),
      pendingReads: new Map(),
      endedReads: new Map(),
    };
    this.runs.push(run);
    this.#observe({
      is: 'started',
      run: run.number,
      by,
      start: decode(start.args[0]) as OrderStart,
      memo: orderIn(run.memo)!,
      attributes: decodeFields(run.attributes),
    });
    this.#worker.wake(run);
    return run;
  }

  async #end(run: Run): Promise<void> {
    run.task = 'none';
    run.timers.clear();
    run.pendingReads.clear();
    await run.cached.evict();
    // An update that no task has taken fails as one to a run that is not there.
    for (const { reject } of run.pendingUpdates.values())
      reject(new WorkflowNotFoundError('the run is closed', run.start.workflowId, run.runId));
    run.pendingUpdates.clear();
  }

  #observe(observation: WithoutTime): void {
    this.#deps.observe({ ...observation, at: this.#deps.clock.now });
  }
}
