import type { Payload } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { OrderStart } from '../../../src/domain/order/state.ts';
import type { Order, TimelineView } from '../../../src/domain/order/view.ts';
import type { Clock } from '../clock.ts';
import { CachedRun, type Job } from '../core/cached-run.ts';
import { decode, decodeFields } from '../core/payloads.ts';
import type { Sandbox } from '../core/sandbox.ts';
import type { Dice } from '../dice.ts';
import type { Fate, See, Timeless } from '../seen.ts';
import type { Activities } from './activities.ts';
import { History } from './history.ts';
import { hintIn, orderIn } from './protos.ts';
import type { Begin, Run } from './run.ts';
import { OrderWorker, type Luck } from './worker.ts';

export interface TemporalDependencies {
  readonly clock: Clock;
  readonly sandbox: Sandbox;
  readonly dice: Dice;
  readonly luck: Luck;
  readonly activities: Activities;
  readonly see: See;
  /** A run is about to end; what comes in now makes the server give the task again. */
  readonly beforeTheEnd: () => Promise<void>;
}

/** Temporal's server and core, as far as one workflow id can tell them from the real ones, in virtual time. */
export class Temporal {
  readonly runs: Run[] = [];
  readonly #with: TemporalDependencies;
  readonly #worker: OrderWorker;

  constructor(dependencies: TemporalDependencies) {
    this.#with = dependencies;
    const history = new History({
      ...dependencies,
      wake: (run) => this.#worker.wake(run),
      end: (run) => this.#end(run),
      continueAs: (begin, before) => void this.#begin(begin, 'continue', before),
    });
    this.#worker = new OrderWorker({ ...dependencies, accept: (task) => history.accept(task) });
  }

  get current(): Run | undefined {
    return this.runs.at(-1);
  }

  /** Starts a run. Throws where one is running, or there ever was one and `isFirst` is asked for. */
  start(begin: Begin, { isFirst }: { readonly isFirst: boolean }): Run {
    const { current } = this;
    if (current && (isFirst || current.status === 'RUNNING'))
      throw new WorkflowExecutionAlreadyStartedError('already started', begin.workflowId, begin.workflowType);
    return this.#begin(begin, 'start', undefined);
  }

  signal(name: string, payload: Payload, requestId: string): Fate {
    const { current: run } = this;
    const fate = this.#record(run, name, payload, requestId);
    this.#see({
      is: 'signalled',
      run: run?.number ?? 0,
      hint: hintIn(name, payload),
      requestId,
      fate,
    });
    return fate;
  }

  signalWithStart(
    begin: Begin,
    name: string,
    payload: Payload,
    requestId: string,
  ): { readonly isNew: boolean } {
    const isNew = this.current?.status !== 'RUNNING';
    if (isNew) this.#begin(begin, 'start', undefined);
    this.signal(name, payload, requestId);
    return { isNew };
  }

  /** Asks the running workflow for something; undefined where none runs. */
  update(name: string, input: Payload[], updateId: string): Promise<unknown> | undefined {
    const { current: run } = this;
    if (run?.status !== 'RUNNING') return undefined;
    const known = run.outcomes.get(updateId);
    if (known) return known;
    const outcome = new Promise<unknown>((resolve, reject) => {
      const job: Job = {
        doUpdate: {
          id: updateId,
          protocolInstanceId: updateId,
          name,
          input,
          headers: {},
          meta: { identity: 'sim', updateId },
          runValidator: true,
        },
      };
      run.waiting.set(updateId, { updateId, job, resolve, reject });
      run.inbox.push(job);
    });
    run.outcomes.set(updateId, outcome);
    this.#worker.wake(run);
    return outcome;
  }

  /** The worker that serves orders is killed, and comes back. */
  async restartWorker(): Promise<void> {
    const { current: run } = this;
    this.#with.activities.restart();
    if (!run) return;
    await this.#worker.restart(run);
  }

  /** An operator ends the run. */
  async terminate(): Promise<void> {
    const { current: run } = this;
    if (run?.status !== 'RUNNING') return;
    this.#see({ is: 'terminated', run: run.number });
    await this.dispose();
  }

  /** Nothing goes on after this. */
  async dispose(): Promise<void> {
    const { current: run } = this;
    if (run?.status !== 'RUNNING') return;
    this.#worker.abandon();
    run.status = 'TERMINATED';
    await this.#end(run);
  }

  /** Asks the current run for its order and timeline; undefined while no worker could answer. */
  async query(): Promise<void> {
    const { current: run } = this;
    if (run?.status !== 'RUNNING' || !run.hasBegun || run.task === 'held') return;
    const order = (await run.core.query('order')) as Order;
    const timeline = (await run.core.query('timeline')) as TimelineView;
    // What the Temporal UI asks for, with the details that people read.
    await run.core.query('__temporal_workflow_metadata');
    const isIdle = run.task === 'none' && run.inbox.length === 0 && run.asks.size === 0;
    this.#see({ is: 'queried', run: run.number, order, timeline, isIdle });
  }

  #record(run: Run | undefined, name: string, payload: Payload, requestId: string): Fate {
    if (!run) return 'not_found';
    if (run.status !== 'RUNNING') return run.requestIds.has(requestId) ? 'swallowed' : 'not_found';
    if (run.requestIds.has(requestId)) return 'copy';
    run.requestIds.add(requestId);
    run.events += 1;
    run.inbox.push({ signalWorkflow: { signalName: name, input: [payload], identity: 'sim', headers: {} } });
    this.#worker.wake(run);
    this.#worker.checkBuffer(run);
    return 'recorded';
  }

  #begin(begin: Begin, by: 'start' | 'continue', before: Run | undefined): Run {
    const { clock, dice, sandbox } = this.#with;
    const runId = dice.uuid();
    const firstRunId = before?.firstRunId ?? runId;
    const run: Run = {
      number: this.runs.length + 1,
      runId,
      firstRunId,
      begin,
      core: new CachedRun(sandbox, {
        workflowId: begin.workflowId,
        workflowType: begin.workflowType,
        runId,
        firstRunId,
        continuedFrom: before?.runId,
        startedAt: clock.now,
        randomness: dice.bytes(8),
      }),
      requestIds: new Set(),
      outcomes: new Map(),
      waiting: new Map(),
      status: 'RUNNING',
      memo: begin.memo,
      attributes: begin.attributes,
      inbox: [],
      hasBegun: false,
      task: 'none',
      events: 1,
      pretended: 0,
      timers: new Set(),
      asks: new Map(),
      answers: new Map(),
    };
    this.runs.push(run);
    this.#see({
      is: 'started',
      run: run.number,
      by,
      start: decode(begin.args[0]) as OrderStart,
      memo: orderIn(run.memo)!,
      attributes: decodeFields(run.attributes),
    });
    this.#worker.wake(run);
    return run;
  }

  async #end(run: Run): Promise<void> {
    run.task = 'none';
    run.timers.clear();
    run.asks.clear();
    await run.core.forget();
    // An update that no task has taken ends as one for a run that is not there.
    for (const { reject } of run.waiting.values())
      reject(new WorkflowNotFoundError('the run is closed', run.begin.workflowId, run.runId));
    run.waiting.clear();
  }

  #see(sight: Timeless): void {
    this.#with.see({ ...sight, at: this.#with.clock.now });
  }
}
