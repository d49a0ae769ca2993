import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { coresdk } from '@temporalio/proto';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface.js';
import { Broken } from '../broken.ts';
import { decode, textOf } from './payloads.ts';
import type { Birth, Sandbox } from './sandbox.ts';
import { buildIdOf } from '../../../src/workflows/contract/projection.ts';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/** What the workflow is woken with. */
export interface Activation {
  /** What the workflow takes for now, epoch milliseconds. */
  readonly at: number;
  readonly historyLength: number;
  readonly isContinueSuggested: boolean;
  readonly jobs: readonly Job[];
}

interface Taped extends Activation {
  readonly commands: readonly Command[];
  readonly flags: readonly number[];
}

export interface Cached {
  readonly replayed: number;
  readonly warnings: readonly string[];
}

/**
 * One run as a worker holds it: an instance in the sandbox, and the tape of all activations that became history. Where the
 * instance was lost the tape is replayed into a new one, which must give the very same commands.
 */
export class CachedRun {
  readonly #sandbox: Sandbox;
  readonly #birth: Birth;
  readonly #tape: Taped[] = [];
  /** The activations of the task that is under way. */
  #task: Taped[] = [];
  #instance: Workflow | undefined;
  /** How many activations were played again. */
  replayed = 0;
  readonly warnings: string[] = [];

  constructor(sandbox: Sandbox, birth: Birth) {
    this.#sandbox = sandbox;
    this.#birth = birth;
  }

  get isCached(): boolean {
    return this.#instance !== undefined;
  }

  /** How many activations are history. */
  get length(): number {
    return this.#tape.length;
  }

  /** Activates the workflow as a part of a task. Throws where it cannot, which is a failed workflow task. */
  async activate(activation: Activation): Promise<readonly Command[]> {
    const instance = await this.#held();
    const { commands, flags } = await this.#send(instance, activation, this.#flags(), false);
    this.#task.push({ ...activation, commands, flags });
    return commands;
  }

  /** The task is over and accepted by the server: what it did is history. */
  keep(): void {
    this.#tape.push(...this.#task.map(withoutRejected).filter(({ jobs }) => jobs.length > 0));
    this.#task = [];
  }

  /** The worker has lost the workflow, and with it whatever the task under way has done. */
  async forget(): Promise<void> {
    this.#task = [];
    const instance = this.#instance;
    this.#instance = undefined;
    await instance?.dispose();
  }

  /** Asks a query, between tasks. */
  async query(name: string): Promise<unknown> {
    const instance = await this.#held();
    const completion = await instance.activate(
      activationOf(
        this.#birth.runId,
        {
          at: 0,
          historyLength: 0,
          isContinueSuggested: false,
          jobs: [{ queryWorkflow: { queryId: 'q', queryType: name, arguments: [], headers: {} } }],
        },
        [],
        true,
      ),
    );
    const answer = completion.successful?.commands?.[0]?.respondToQuery;
    if (!answer?.succeeded)
      throw new Broken('a query answers', textOf(answer?.failed ?? completion.failed ?? 'nothing'));
    return decode(answer.succeeded.response);
  }

  async #held(): Promise<Workflow> {
    if (this.#instance) return this.#instance;
    const [first] = this.#tape;
    const instance = await this.#sandbox.create(this.#birth, first?.at ?? this.#birth.startedAt);
    this.#instance = instance;
    for (const taped of this.#tape) await this.#replay(instance, taped);
    return instance;
  }

  async #replay(instance: Workflow, taped: Taped): Promise<void> {
    this.replayed += 1;
    // The core tells beforehand which patches a history has.
    const patches = taped.commands.flatMap(({ setPatchMarker }) =>
      setPatchMarker ? [{ notifyHasPatch: { patchId: setPatchMarker.patchId ?? null } }] : [],
    );
    const jobs = [...patches, ...taped.jobs];
    const { commands } = await this.#send(instance, { ...taped, jobs }, taped.flags, true);
    const [before, after] = [textOf(taped.commands), textOf(commands)];
    if (before !== after) throw new Broken('a replay gives the same commands', `${before} became ${after}`);
  }

  async #send(instance: Workflow, activation: Activation, flags: readonly number[], isReplaying: boolean) {
    const completion = await instance.activate(
      activationOf(this.#birth.runId, activation, flags, isReplaying),
    );
    const calls = await instance.getAndResetSinkCalls();
    if (!isReplaying)
      this.warnings.push(
        ...calls
          .filter(({ fnName }) => fnName === 'warn' || fnName === 'error')
          .map(({ args }) => String(args[0])),
      );
    if (!completion.successful)
      throw new Broken('no workflow task fails', completion.failed?.failure?.message ?? textOf(completion));
    return {
      commands: completion.successful.commands ?? [],
      flags: completion.successful.usedInternalFlags ?? [],
    };
  }

  #flags(): readonly number[] {
    return [...this.#tape, ...this.#task].at(-1)?.flags ?? [];
  }
}

function activationOf(
  runId: string,
  { at, historyLength, isContinueSuggested, jobs }: Activation,
  flags: readonly number[],
  isReplaying: boolean,
): coresdk.workflow_activation.WorkflowActivation {
  return proto.coresdk.workflow_activation.WorkflowActivation.fromObject({
    runId,
    timestamp: { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1_000_000 },
    isReplaying,
    historyLength,
    historySizeBytes: historyLength * 400,
    continueAsNewSuggested: isContinueSuggested,
    availableInternalFlags: [...flags],
    // It names the version of the projection that the workflow shows.
    deploymentVersionForCurrentTask: { deploymentName: 'sim', buildId: buildIdOf('sim') },
    // The validator of an update that is in history has had its say.
    jobs: jobs.map((job) =>
      isReplaying && job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job,
    ),
  });
}

/** An update that was refused leaves nothing in a history. */
function withoutRejected(taped: Taped): Taped {
  const rejected = taped.commands.flatMap(({ updateResponse }) =>
    updateResponse?.rejected ? [updateResponse.protocolInstanceId] : [],
  );
  if (rejected.length === 0) return taped;
  return {
    ...taped,
    jobs: taped.jobs.filter(({ doUpdate }) => !doUpdate || !rejected.includes(doUpdate.protocolInstanceId)),
    commands: taped.commands.filter(({ updateResponse }) => !updateResponse?.rejected),
  };
}
