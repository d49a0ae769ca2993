import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { optionalTsToMs } from './sdk-internals.ts';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { OrderStart } from '../../../src/domain/order/state.ts';
import type { OrderResult } from '../../../src/workflows/contract/order-run.ts';
import { FatalViolation } from './violation.ts';
import type { Clock } from './clock.ts';
import type { Command } from './cached-run.ts';
import { decode, decodeFields, textOf } from './payloads.ts';
import type { ReadEnd, Observe, WithoutTime } from './observation.ts';
import type { Activities } from './activities.ts';
import { hintIn, isAttributes, isEmpty, isPublishing, isTerminal, orderIn, withFields } from './protos.ts';
import type { Fields } from './fake-client.ts';
import type { PendingUpdate, Run, RunStart } from './run.ts';
import type { WorkerFaults, Task } from './worker.ts';

export interface HistoryDependencies {
  readonly clock: Clock;
  readonly faults: WorkerFaults;
  readonly activities: Activities;
  readonly observe: Observe;
  readonly wake: (run: Run) => void;
  /** Ends all that is under way in a run. */
  readonly end: (run: Run) => Promise<void>;
  readonly continueAs: (start: RunStart, before: Run) => void;
}

/** Accepts completed tasks: their commands become events and take effect. */
export class History {
  readonly #deps: HistoryDependencies;

  constructor(dependencies: HistoryDependencies) {
    this.#deps = dependencies;
  }

  /** Carries out the commands of a task in order, and its end after everything that it published was observed. */
  async accept(task: Task): Promise<void> {
    const { run } = task;
    this.#observeJobs(task);
    task.log.forEach((entry, index) => {
      if ('is' in entry) return this.#deps.observe(entry);
      this.#carryOut(run, entry);
      // Memo and search attributes of one publication are two commands in a row.
      if (isPublishing(entry) && !isAttributes(task.log[index + 1])) this.#observePublished(run);
    });
    const names = task.jobs.map((job) => Object.keys(job)[0] ?? '');
    this.#observe({ is: 'task', run: run.number, jobs: names, events: run.events });
    for (const command of task.commands) await this.#finish(run, command);
  }

  /** Observes the jobs of a task in the order in which the workflow took them. */
  #observeJobs({ run, jobs, begunAt, commands }: Task): void {
    const accepted = commands.flatMap(({ updateResponse }) =>
      updateResponse?.accepted ? [updateResponse.protocolInstanceId ?? ''] : [],
    );
    for (const { signalWorkflow, doUpdate, fireTimer, resolveActivity } of jobs) {
      const hint = signalWorkflow ? hintIn(signalWorkflow.signalName, signalWorkflow.input?.[0]) : undefined;
      if (hint) this.#deps.observe({ at: begunAt, is: 'hint-taken', run: run.number, hint });
      const updateId = doUpdate?.id ?? '';
      const update = accepted.includes(updateId) ? run.pendingUpdates.get(updateId) : undefined;
      if (update) this.#observeUpdate(begunAt, run, update, true);
      if (fireTimer) this.#deps.observe({ at: begunAt, is: 'timer-fired', run: run.number });
      const read = run.endedReads.get(resolveActivity?.seq ?? -1);
      if (read) {
        this.#deps.observe({ at: begunAt, is: 'read-ended', run: run.number, ...read });
        run.endedReads.delete(resolveActivity!.seq!);
      }
    }
  }

  #observePublished(run: Run): void {
    const order = orderIn(run.memo)!;
    this.#observe({ is: 'published', run: run.number, order, attributes: decodeFields(run.attributes) });
  }

  #carryOut(run: Run, command: Command): void {
    const { clock, faults, activities } = this.#deps;
    const { startTimer, cancelTimer, scheduleActivity, scheduleLocalActivity } = command;
    const { upsertWorkflowSearchAttributes, modifyWorkflowProperties, updateResponse } = command;
    if (isTerminal(command)) return;
    if (!updateResponse?.rejected) run.events += 1;
    if (startTimer) {
      const seq = startTimer.seq ?? 0;
      const ms = optionalTsToMs(startTimer.startToFireTimeout) ?? 0;
      if (ms < 1) throw new FatalViolation('no timer rings in the past', `a timer of ${ms} ms`);
      run.timers.add(seq);
      const why = (decode(command.userMetadata?.summary) as string | undefined) ?? '';
      this.#observe({ is: 'timer-started', run: run.number, until: clock.now + ms, why });
      clock.at(clock.now + ms + faults.timerDelayMs(), () => {
        if (!run.timers.delete(seq) || run.status !== 'RUNNING') return;
        run.events += 1;
        run.inbox.push({ fireTimer: { seq } });
        this.#deps.wake(run);
      });
    } else if (cancelTimer) {
      run.timers.delete(cancelTimer.seq ?? 0);
      run.inbox = run.inbox.filter(({ fireTimer }) => !fireTimer || fireTimer.seq !== cancelTimer.seq);
    } else if (scheduleActivity) {
      const seq = scheduleActivity.seq ?? 0;
      activities.runQueued(scheduleActivity, (resolution, end) => this.#endRead(run, seq, resolution, end));
    } else if (upsertWorkflowSearchAttributes) {
      run.attributes = withFields(
        run.attributes,
        upsertWorkflowSearchAttributes.searchAttributes?.indexedFields,
      );
    } else if (modifyWorkflowProperties) {
      run.memo = withFields(run.memo, modifyWorkflowProperties.upsertedMemo?.fields);
    } else if (updateResponse) {
      this.#respond(run, command);
    } else if (!scheduleLocalActivity && !command.setPatchMarker) {
      throw new FatalViolation('every command is known here', textOf(command));
    }
  }

  #endRead(run: Run, seq: number, result: object, end: ReadEnd): void {
    const read = run.pendingReads.get(seq);
    if (!read || run.status !== 'RUNNING') return;
    run.pendingReads.delete(seq);
    run.endedReads.set(seq, { read: read.number, why: read.why, end });
    run.events += 2;
    run.inbox.push({ resolveActivity: { seq, result } });
    this.#deps.wake(run);
  }

  #respond(run: Run, { updateResponse }: Command): void {
    const { protocolInstanceId, rejected, completed } = updateResponse!;
    const update = run.pendingUpdates.get(protocolInstanceId ?? '');
    if (!update) throw new FatalViolation('an update is answered once', textOf(updateResponse));
    if (!rejected && !completed) return;
    run.pendingUpdates.delete(update.updateId);
    if (completed) return update.resolve(decode(completed));
    run.updateOutcomes.delete(update.updateId);
    this.#observeUpdate(this.#deps.clock.now, run, update, false);
    const cause = defaultFailureConverter.failureToError(rejected!, defaultPayloadConverter);
    update.reject(new WorkflowUpdateFailedError('update refused', cause));
  }

  #observeUpdate(at: number, run: Run, { updateId: key, job }: PendingUpdate, isAccepted: boolean): void {
    const update = job.doUpdate?.name ?? '';
    const envelope = decode(job.doUpdate?.input?.[0]) as { readonly body: unknown };
    this.#deps.observe({ at, is: 'updated', run: run.number, update, key, body: envelope.body, isAccepted });
  }

  async #finish(run: Run, command: Command): Promise<void> {
    const { completeWorkflowExecution, continueAsNewWorkflowExecution, failWorkflowExecution } = command;
    if (failWorkflowExecution)
      throw new FatalViolation(
        'no workflow fails',
        failWorkflowExecution.failure?.message ?? 'without a word',
      );
    if (completeWorkflowExecution) {
      run.status = 'COMPLETED';
      run.result = completeWorkflowExecution.result!;
      run.events += 1;
      const result = decode(run.result) as OrderResult;
      await this.#deps.end(run);
      this.#observe({ is: 'closed', run: run.number, result, events: run.events });
    }
    if (continueAsNewWorkflowExecution) {
      const { arguments: args, memo, searchAttributes } = continueAsNewWorkflowExecution;
      run.status = 'CONTINUED_AS_NEW';
      run.events += 1;
      const start = decode(args?.[0]) as OrderStart;
      await this.#deps.end(run);
      this.#observe({
        is: 'continued',
        run: run.number,
        start,
        memo: orderIn(memo ?? {}),
        events: run.events,
      });
      this.#deps.continueAs(
        {
          ...run.start,
          args: args ?? [],
          // The server fills in what the command leaves out.
          memo: isEmpty(memo) ? run.start.memo : (memo as Fields),
          attributes: isEmpty(searchAttributes?.indexedFields)
            ? run.attributes
            : (searchAttributes!.indexedFields as Fields),
        },
        run,
      );
    }
  }

  #observe(observation: WithoutTime): void {
    this.#deps.observe({ ...observation, at: this.#deps.clock.now });
  }
}
