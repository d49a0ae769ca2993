import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { OrderStart } from '../../../src/domain/order/state.ts';
import type { OrderResult } from '../../../src/workflows/contract/order-run.ts';
import { Broken } from '../broken.ts';
import type { Clock } from '../clock.ts';
import type { Command } from '../core/cached-run.ts';
import { decode, decodeFields, textOf } from '../core/payloads.ts';
import type { ReadEnd, See, Timeless } from '../seen.ts';
import type { Activities } from './activities.ts';
import { hintIn, isAttributes, isEmpty, isShowing, isTerminal, orderIn, withFields } from './protos.ts';
import type { Begin, Fields, Run, Waiting } from './run.ts';
import type { Luck, Task } from './worker.ts';

export interface HistoryDependencies {
  readonly clock: Clock;
  readonly luck: Luck;
  readonly activities: Activities;
  readonly see: See;
  readonly wake: (run: Run) => void;
  /** Nothing goes on in a run any more. */
  readonly end: (run: Run) => Promise<void>;
  readonly continueAs: (begin: Begin, before: Run) => void;
}

/** What the server makes of a task that is done: its commands become events, and events come of them. */
export class History {
  readonly #with: HistoryDependencies;

  constructor(dependencies: HistoryDependencies) {
    this.#with = dependencies;
  }

  async accept(task: Task): Promise<void> {
    const { run } = task;
    this.#tellTask(task);
    task.log.forEach((entry, index) => {
      if ('is' in entry) return this.#with.see(entry);
      this.#carryOut(run, entry);
      // The memo and the attributes of one publication come one after the other.
      if (isShowing(entry) && !isAttributes(task.log[index + 1])) this.#show(run);
    });
    const names = task.jobs.map((job) => Object.keys(job)[0] ?? '');
    this.#see({ is: 'task', run: run.number, jobs: names, events: run.events });
    // Now that what it has shown is known: its end.
    for (const command of task.commands) await this.#conclude(run, command);
  }

  /** What the workflow was given, in the order in which it took it. */
  #tellTask({ run, jobs, begunAt, commands }: Task): void {
    const accepted = commands.flatMap(({ updateResponse }) =>
      updateResponse?.accepted ? [updateResponse.protocolInstanceId ?? ''] : [],
    );
    for (const { signalWorkflow, doUpdate, fireTimer, resolveActivity } of jobs) {
      const hint = signalWorkflow ? hintIn(signalWorkflow.signalName, signalWorkflow.input?.[0]) : undefined;
      if (hint) this.#with.see({ at: begunAt, is: 'heard', run: run.number, hint });
      const waiting = accepted.includes(doUpdate?.id ?? '') ? run.waiting.get(doUpdate?.id ?? '') : undefined;
      if (waiting) this.#tell(begunAt, run, waiting, true);
      if (fireTimer) this.#with.see({ at: begunAt, is: 'rang', run: run.number });
      const answer = run.answers.get(resolveActivity?.seq ?? -1);
      if (answer) {
        this.#with.see({ at: begunAt, is: 'answered', run: run.number, ...answer });
        run.answers.delete(resolveActivity!.seq!);
      }
    }
  }

  #show(run: Run): void {
    const order = orderIn(run.memo)!;
    this.#see({ is: 'shown', run: run.number, order, attributes: decodeFields(run.attributes) });
  }

  #carryOut(run: Run, command: Command): void {
    const { clock, luck, activities } = this.#with;
    const { startTimer, cancelTimer, scheduleActivity, scheduleLocalActivity } = command;
    const { upsertWorkflowSearchAttributes, modifyWorkflowProperties, updateResponse } = command;
    if (isTerminal(command)) return;
    if (!updateResponse?.rejected) run.events += 1;
    if (startTimer) {
      const seq = startTimer.seq ?? 0;
      const ms = optionalTsToMs(startTimer.startToFireTimeout) ?? 0;
      if (ms < 1) throw new Broken('no timer rings in the past', `a timer of ${ms} ms`);
      run.timers.add(seq);
      const why = (decode(command.userMetadata?.summary) as string | undefined) ?? '';
      this.#see({ is: 'timer', run: run.number, until: clock.now + ms, why });
      clock.at(clock.now + ms + luck.timerLateMs(), () => {
        if (!run.timers.delete(seq) || run.status !== 'RUNNING') return;
        run.events += 1;
        run.inbox.push({ fireTimer: { seq } });
        this.#with.wake(run);
      });
    } else if (cancelTimer) {
      run.timers.delete(cancelTimer.seq ?? 0);
      run.inbox = run.inbox.filter(({ fireTimer }) => !fireTimer || fireTimer.seq !== cancelTimer.seq);
    } else if (scheduleActivity) {
      const seq = scheduleActivity.seq ?? 0;
      activities.runQueued(scheduleActivity, (resolution, end) => this.#answer(run, seq, resolution, end));
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
      throw new Broken('every command is known here', textOf(command));
    }
  }

  #answer(run: Run, seq: number, result: object, end: ReadEnd): void {
    const ask = run.asks.get(seq);
    if (!ask || run.status !== 'RUNNING') return;
    run.asks.delete(seq);
    run.answers.set(seq, { ask: ask.number, why: ask.why, end });
    run.events += 2;
    run.inbox.push({ resolveActivity: { seq, result } });
    this.#with.wake(run);
  }

  #respond(run: Run, { updateResponse }: Command): void {
    const { protocolInstanceId, rejected, completed } = updateResponse!;
    const waiting = run.waiting.get(protocolInstanceId ?? '');
    if (!waiting) throw new Broken('an update is answered once', textOf(updateResponse));
    if (!rejected && !completed) return;
    run.waiting.delete(waiting.updateId);
    if (completed) return waiting.resolve(decode(completed));
    run.outcomes.delete(waiting.updateId);
    this.#tell(this.#with.clock.now, run, waiting, false);
    const cause = defaultFailureConverter.failureToError(rejected!, defaultPayloadConverter);
    waiting.reject(new WorkflowUpdateFailedError('update refused', cause));
  }

  #tell(at: number, run: Run, { updateId: key, job }: Waiting, isAccepted: boolean): void {
    const update = job.doUpdate?.name ?? '';
    const envelope = decode(job.doUpdate?.input?.[0]) as { readonly body: unknown };
    this.#with.see({ at, is: 'told', run: run.number, update, key, body: envelope.body, isAccepted });
  }

  async #conclude(run: Run, command: Command): Promise<void> {
    const { completeWorkflowExecution, continueAsNewWorkflowExecution, failWorkflowExecution } = command;
    if (failWorkflowExecution)
      throw new Broken('no workflow fails', failWorkflowExecution.failure?.message ?? 'without a word');
    if (completeWorkflowExecution) {
      run.status = 'COMPLETED';
      run.result = completeWorkflowExecution.result!;
      run.events += 1;
      const result = decode(run.result) as OrderResult;
      await this.#with.end(run);
      this.#see({ is: 'closed', run: run.number, result, events: run.events });
    }
    if (continueAsNewWorkflowExecution) {
      const { arguments: args, memo, searchAttributes } = continueAsNewWorkflowExecution;
      run.status = 'CONTINUED_AS_NEW';
      run.events += 1;
      const start = decode(args?.[0]) as OrderStart;
      await this.#with.end(run);
      this.#see({
        is: 'continued',
        run: run.number,
        start,
        memo: orderIn(memo ?? {}),
        events: run.events,
      });
      this.#with.continueAs(
        {
          ...run.begin,
          args: args ?? [],
          // The server fills in what the command leaves out.
          memo: isEmpty(memo) ? run.begin.memo : (memo as Fields),
          attributes: isEmpty(searchAttributes?.indexedFields)
            ? run.attributes
            : (searchAttributes!.indexedFields as Fields),
        },
        run,
      );
    }
  }

  #see(sight: Timeless): void {
    this.#with.see({ ...sight, at: this.#with.clock.now });
  }
}
