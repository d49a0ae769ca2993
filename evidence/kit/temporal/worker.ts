import type { Payload } from '@temporalio/common';
import type { Clock } from './clock.ts';
import type { Command, Job } from './cached-run.ts';
import { decode } from './payloads.ts';
import type { Observe, ServerObservation, WithoutTime } from './observation.ts';
import type { Activities } from './activities.ts';
import { initialize, inOrder, isTerminal } from './protos.ts';
import type { PendingRead, Run } from './run.ts';

/** What goes wrong with workers and their tasks; drawn anew at each call. */
export interface WorkerFaults {
  /** The earliest time from `now` on at which the order queue has a worker. */
  orderWorkerUpAt(now: number): number;
  /** How long a worker takes to pick a task up. */
  taskDelayMs(): number;
  /** Whether the worker has dropped a run of so many activations from its cache. */
  evicts(activations: number): boolean;
  /** Whether the worker dies with the task. */
  losesTask(): boolean;
  /** By how many events the workflow is told that its history is longer than it is. */
  extraEvents(): number;
  /** How late a timer is. */
  timerDelayMs(): number;
}

/** One workflow task that a worker has taken. */
export interface Task {
  readonly run: Run;
  /** Without the start of the workflow. */
  readonly jobs: readonly Job[];
  readonly historyLength: number;
  readonly isContinueSuggested: boolean;
  readonly begunAt: number;
  readonly commands: Command[];
  /** Its commands, and what is observed once the task is accepted, in order. */
  readonly log: (Command | ServerObservation)[];
  localReads: number;
  /** The read whose attempt in this task failed: it goes on in the queue. */
  fallback?: PendingRead | undefined;
  isOver: boolean;
}

export interface WorkerDependencies {
  readonly clock: Clock;
  readonly faults: WorkerFaults;
  readonly activities: Activities;
  readonly observe: Observe;
  /** Hands a completed task to the server. */
  readonly accept: (task: Task) => Promise<void>;
  /** Awaited before a run ends; a job that comes in meanwhile makes the server repeat the task. */
  readonly beforeRunEnds: () => Promise<void>;
}

type LossReason = Extract<ServerObservation, { is: 'task-lost' }>['why'];

const taskTimeoutMs = 10_000;
// The server repeats a task that is held while more signals than these come in.
const bufferedSignals = 100;

/** The worker of the order queue: it takes tasks and activates the workflow, and may be away, evict runs or die. */
export class OrderWorker {
  readonly #deps: WorkerDependencies;
  #held: Task | undefined;
  #reads = 0;

  constructor(dependencies: WorkerDependencies) {
    this.#deps = dependencies;
  }

  /** Schedules a task for a run with new jobs, unless it has one. */
  wake(run: Run): void {
    if (run.status !== 'RUNNING' || run.task !== 'none') return;
    const { clock, faults } = this.#deps;
    run.task = 'scheduled';
    run.events += 1;
    clock.at(clock.now + faults.taskDelayMs(), () => this.#take(run));
  }

  /** Repeats a held task once too many signals have come in. */
  checkBuffer(run: Run): void {
    const task = this.#held;
    const { clock } = this.#deps;
    if (task?.run === run && run.inbox.length > bufferedSignals)
      clock.at(clock.now, () => (task.isOver ? undefined : this.#lose(task, 'too many signals', 0)));
  }

  /** Kills the process, which starts anew. */
  async restart(run: Run): Promise<void> {
    this.#observe({ is: 'evicted', run: run.number, why: 'restart' });
    if (this.#held) await this.#lose(this.#held, 'worker died', taskTimeoutMs);
    else await run.cached.evict();
  }

  /** Drops a held task: its run has ended. */
  abandon(): void {
    if (this.#held) this.#held.isOver = true;
    this.#held = undefined;
  }

  async #take(run: Run): Promise<void> {
    if (run.status !== 'RUNNING' || run.task !== 'scheduled') return;
    const { clock, faults } = this.#deps;
    const upAt = faults.orderWorkerUpAt(clock.now);
    if (upAt > clock.now) {
      clock.at(upAt, () => this.#take(run));
      return;
    }
    if (run.cached.isCached && faults.evicts(run.cached.length)) {
      await run.cached.evict();
      this.#observe({ is: 'evicted', run: run.number, why: 'cache' });
    }
    run.task = 'held';
    run.events += 1;
    run.extraEvents ||= faults.extraEvents();
    const task: Task = {
      run,
      jobs: inOrder(run.inbox),
      historyLength: run.events + run.extraEvents,
      isContinueSuggested: run.events + run.extraEvents > 4_000,
      begunAt: clock.now,
      commands: [],
      log: [],
      localReads: 0,
      isOver: false,
    };
    run.inbox = [];
    this.#held = task;
    const jobs = run.hasStarted ? task.jobs : [initialize(run, clock.now), ...task.jobs];
    if (faults.losesTask()) {
      await this.#attempt(task, jobs);
      task.isOver = true;
      clock.at(clock.now + taskTimeoutMs, () =>
        this.#held === task ? this.#lose(task, 'worker died', 0) : undefined,
      );
      return;
    }
    await this.#activate(task, jobs);
  }

  async #activate(task: Task, jobs: readonly Job[]): Promise<void> {
    await this.#attempt(task, jobs);
    if (task.localReads === 0) await this.#finish(task);
  }

  /** Activates the workflow, and starts the reads that run within the task. */
  async #attempt(task: Task, jobs: readonly Job[]): Promise<void> {
    const { run, historyLength, isContinueSuggested } = task;
    const { clock } = this.#deps;
    const before = run.cached.replayed;
    const commands = await run.cached.activate({ at: clock.now, historyLength, isContinueSuggested, jobs });
    if (run.cached.replayed > before)
      this.#observe({ is: 'replayed', run: run.number, activations: run.cached.replayed - before });
    for (const text of run.cached.warnings.splice(0)) this.#observe({ is: 'warned', run: run.number, text });
    task.commands.push(...commands);
    for (const command of commands) {
      task.log.push(command);
      if (command.scheduleLocalActivity) this.#readLocally(task, command);
      if (command.scheduleActivity) this.#noteQueued(task, command);
    }
  }

  #readLocally(task: Task, { scheduleLocalActivity, userMetadata }: Command): void {
    const { clock, activities } = this.#deps;
    const read = this.#newRead(userMetadata?.summary);
    const run = task.run.number;
    task.localReads += 1;
    task.log.push({
      at: clock.now,
      is: 'read-started',
      run,
      read: read.number,
      why: read.why,
      isLocal: true,
    });
    activities.runLocally(scheduleLocalActivity!, async (resolution, end) => {
      if (task.isOver) return;
      task.localReads -= 1;
      task.fallback = resolution.failed ? read : undefined;
      if (!resolution.failed)
        task.log.push({ at: clock.now, is: 'read-ended', run, read: read.number, why: read.why, end });
      await this.#activate(task, [
        { resolveActivity: { seq: scheduleLocalActivity!.seq ?? 0, isLocal: true, result: resolution } },
      ]);
    });
  }

  /** Notes a queued read; it starts when the server carries the command out. */
  #noteQueued(task: Task, { scheduleActivity, userMetadata }: Command): void {
    const { clock } = this.#deps;
    const run = task.run.number;
    const read = task.fallback ?? this.#newRead(userMetadata?.summary);
    task.log.push(
      task.fallback
        ? { at: clock.now, is: 'read-queued', run, read: read.number }
        : { at: clock.now, is: 'read-started', run, read: read.number, why: read.why, isLocal: false },
    );
    task.fallback = undefined;
    task.run.pendingReads.set(scheduleActivity!.seq ?? 0, read);
  }

  #newRead(summary: Payload | null | undefined): PendingRead {
    this.#reads += 1;
    return { number: this.#reads, why: summary ? (decode(summary) as string) : 'no summary' };
  }

  async #finish(task: Task): Promise<void> {
    const { run } = task;
    if (task.commands.some(isTerminal)) {
      // A real worker takes time too, in which signals come in.
      if (run.inbox.length === 0) await this.#deps.beforeRunEnds();
      if (task.isOver) return;
      if (run.inbox.length > 0) return this.#lose(task, 'something came in', 0);
    }
    task.isOver = true;
    this.#held = undefined;
    run.cached.commit();
    run.hasStarted = true;
    run.task = 'none';
    run.events += 1;
    await this.#deps.accept(task);
    if (run.inbox.length > 0) this.wake(run);
  }

  /** Drops a task: its jobs are given again, with those that came in since. */
  async #lose(task: Task, why: LossReason, afterMs: number): Promise<void> {
    const { run } = task;
    task.isOver = true;
    this.#held = undefined;
    for (const [seq] of run.pendingReads)
      if (task.commands.some(({ scheduleActivity }) => scheduleActivity?.seq === seq))
        run.pendingReads.delete(seq);
    await run.cached.evict();
    run.inbox = [...task.jobs, ...run.inbox];
    run.events += 1;
    // The server waits for the loss before it gives the task to a worker.
    run.task = 'scheduled';
    this.#observe({ is: 'task-lost', run: run.number, why });
    const { clock, faults } = this.#deps;
    clock.at(clock.now + afterMs + faults.taskDelayMs(), () => this.#take(run));
  }

  #observe(observation: WithoutTime): void {
    this.#deps.observe({ ...observation, at: this.#deps.clock.now });
  }
}
