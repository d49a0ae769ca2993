import type { Payload } from '@temporalio/common';
import type { Clock } from '../clock.ts';
import type { Command, Job } from '../core/cached-run.ts';
import { decode } from '../core/payloads.ts';
import type { See, Sight, SightOf, Timeless } from '../seen.ts';
import type { Activities } from './activities.ts';
import { initialize, inOrder, isTerminal } from './protos.ts';
import type { Ask, Run } from './run.ts';

/** What may happen to workers and their tasks. */
export interface Luck {
  /** When a worker for orders is there, now or later. */
  ordersUpAt(now: number): number;
  /** How long a task waits for a worker that is there. */
  taskDelayMs(): number;
  /** The worker has dropped a run of so many activations from its cache. */
  evicts(activations: number): boolean;
  /** The worker dies with the task in its hands. */
  losesTask(): boolean;
  /** How many events more than it has a history pretends to have, from now on. */
  pretends(): number;
  /** How late a timer is. */
  timerLateMs(): number;
}

/** One workflow task, from the moment that a worker takes it. */
export interface Task {
  readonly run: Run;
  /** All but the start of the workflow. */
  readonly jobs: readonly Job[];
  readonly historyLength: number;
  readonly isContinueSuggested: boolean;
  readonly begunAt: number;
  readonly commands: Command[];
  /** In order: its commands, and what is to be seen of it once it counts. */
  readonly log: (Command | Sight)[];
  localReads: number;
  /** The read whose attempt in this task came to nothing, and that goes on in the queue. */
  fallback?: Ask | undefined;
  isOver: boolean;
}

export interface WorkerDependencies {
  readonly clock: Clock;
  readonly luck: Luck;
  readonly activities: Activities;
  readonly see: See;
  /** The server takes a task that is done. */
  readonly accept: (task: Task) => Promise<void>;
  /** A run is about to end; what comes in now makes the server give the task again. */
  readonly beforeTheEnd: () => Promise<void>;
}

const taskTimeoutMs = 10_000;
// The server gives a task again that is held while more than these come in.
const bufferedSignals = 100;

/** The worker that serves orders: it takes tasks, wakes the workflow, and may be away, forget or die. */
export class OrderWorker {
  readonly #with: WorkerDependencies;
  #held: Task | undefined;
  #asks = 0;

  constructor(dependencies: WorkerDependencies) {
    this.#with = dependencies;
  }

  /** There is something for a run: it gets a task, unless it has one. */
  wake(run: Run): void {
    if (run.status !== 'RUNNING' || run.task !== 'none') return;
    const { clock, luck } = this.#with;
    run.task = 'scheduled';
    run.events += 1;
    clock.at(clock.now + luck.taskDelayMs(), () => this.#take(run));
  }

  /** So many signals have come in while a task is held that the server gives it again. */
  checkBuffer(run: Run): void {
    const task = this.#held;
    const { clock } = this.#with;
    if (task?.run === run && run.inbox.length > bufferedSignals)
      clock.at(clock.now, () => (task.isOver ? undefined : this.#lose(task, 'too many signals', 0)));
  }

  /** The process is killed, and comes back. */
  async restart(run: Run): Promise<void> {
    this.#see({ is: 'evicted', run: run.number, why: 'restart' });
    if (this.#held) await this.#lose(this.#held, 'worker died', taskTimeoutMs);
    else await run.core.forget();
  }

  /** The run has ended: a task that is held is for nothing. */
  abandon(): void {
    if (this.#held) this.#held.isOver = true;
    this.#held = undefined;
  }

  async #take(run: Run): Promise<void> {
    if (run.status !== 'RUNNING' || run.task !== 'scheduled') return;
    const { clock, luck } = this.#with;
    const upAt = luck.ordersUpAt(clock.now);
    if (upAt > clock.now) {
      clock.at(upAt, () => this.#take(run));
      return;
    }
    if (run.core.isCached && luck.evicts(run.core.length)) {
      await run.core.forget();
      this.#see({ is: 'evicted', run: run.number, why: 'cache' });
    }
    run.task = 'held';
    run.events += 1;
    run.pretended ||= luck.pretends();
    const task: Task = {
      run,
      jobs: inOrder(run.inbox),
      historyLength: run.events + run.pretended,
      isContinueSuggested: run.events + run.pretended > 4_000,
      begunAt: clock.now,
      commands: [],
      log: [],
      localReads: 0,
      isOver: false,
    };
    run.inbox = [];
    this.#held = task;
    const jobs = run.hasBegun ? task.jobs : [initialize(run, clock.now), ...task.jobs];
    if (luck.losesTask()) {
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

  /** Lets the workflow do what it will, and begins the reads that run within the task. */
  async #attempt(task: Task, jobs: readonly Job[]): Promise<void> {
    const { run, historyLength, isContinueSuggested } = task;
    const { clock } = this.#with;
    const before = run.core.replayed;
    const commands = await run.core.activate({ at: clock.now, historyLength, isContinueSuggested, jobs });
    if (run.core.replayed > before)
      this.#see({ is: 'replayed', run: run.number, activations: run.core.replayed - before });
    for (const text of run.core.warnings.splice(0)) this.#see({ is: 'warned', run: run.number, text });
    task.commands.push(...commands);
    for (const command of commands) {
      task.log.push(command);
      if (command.scheduleLocalActivity) this.#readLocally(task, command);
      if (command.scheduleActivity) this.#noteQueued(task, command);
    }
  }

  #readLocally(task: Task, { scheduleLocalActivity, userMetadata }: Command): void {
    const { clock, activities } = this.#with;
    const ask = this.#ask(userMetadata?.summary);
    const run = task.run.number;
    task.localReads += 1;
    task.log.push({ at: clock.now, is: 'asked', run, ask: ask.number, why: ask.why, isLocal: true });
    activities.runLocally(scheduleLocalActivity!, async (resolution, end) => {
      if (task.isOver) return;
      task.localReads -= 1;
      task.fallback = resolution.failed ? ask : undefined;
      if (!resolution.failed)
        task.log.push({ at: clock.now, is: 'answered', run, ask: ask.number, why: ask.why, end });
      await this.#activate(task, [
        { resolveActivity: { seq: scheduleLocalActivity!.seq ?? 0, isLocal: true, result: resolution } },
      ]);
    });
  }

  /** The read itself begins when the server has the command. */
  #noteQueued(task: Task, { scheduleActivity, userMetadata }: Command): void {
    const { clock } = this.#with;
    const run = task.run.number;
    const ask = task.fallback ?? this.#ask(userMetadata?.summary);
    task.log.push(
      task.fallback
        ? { at: clock.now, is: 'queued', run, ask: ask.number }
        : { at: clock.now, is: 'asked', run, ask: ask.number, why: ask.why, isLocal: false },
    );
    task.fallback = undefined;
    task.run.asks.set(scheduleActivity!.seq ?? 0, ask);
  }

  #ask(summary: Payload | null | undefined): Ask {
    this.#asks += 1;
    return { number: this.#asks, why: summary ? (decode(summary) as string) : 'no summary' };
  }

  async #finish(task: Task): Promise<void> {
    const { run } = task;
    const isLast = task.commands.some(isTerminal);
    if (isLast) {
      // As in the real world, where signals come in while the worker still thinks.
      if (run.inbox.length === 0) await this.#with.beforeTheEnd();
      if (task.isOver) return;
      if (run.inbox.length > 0) return this.#lose(task, 'something came in', 0);
    }
    task.isOver = true;
    this.#held = undefined;
    run.core.keep();
    run.hasBegun = true;
    run.task = 'none';
    run.events += 1;
    await this.#with.accept(task);
    if (run.inbox.length > 0) this.wake(run);
  }

  /** The task does not count: whatever it was given is given again, with what came in since. */
  async #lose(task: Task, why: SightOf<'task-lost'>['why'], afterMs: number): Promise<void> {
    const { run } = task;
    task.isOver = true;
    this.#held = undefined;
    for (const [seq] of run.asks)
      if (task.commands.some(({ scheduleActivity }) => scheduleActivity?.seq === seq)) run.asks.delete(seq);
    await run.core.forget();
    run.inbox = [...task.jobs, ...run.inbox];
    run.events += 1;
    // Nobody else gets it before the server knows that it is lost.
    run.task = 'scheduled';
    this.#see({ is: 'task-lost', run: run.number, why });
    const { clock, luck } = this.#with;
    clock.at(clock.now + afterMs + luck.taskDelayMs(), () => this.#take(run));
  }

  #see(sight: Timeless): void {
    this.#with.see({ ...sight, at: this.#with.clock.now });
  }
}
