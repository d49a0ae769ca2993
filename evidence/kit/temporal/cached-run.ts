import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { coresdk } from '@temporalio/proto';
import { FatalViolation } from './violation.ts';
import { decode, textOf } from './payloads.ts';
import type { Workflow } from './sdk-internals.ts';
import type { RunInfo, WorkflowFactory } from './workflow-factory.ts';
import { buildIdOf } from '../../../src/workflows/contract/projection.ts';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/** What core gives a workflow at once. */
export interface Activation {
  /** The workflow's own time, epoch milliseconds. */
  readonly at: number;
  readonly historyLength: number;
  readonly isContinueSuggested: boolean;
  readonly jobs: readonly Job[];
}

interface RecordedActivation extends Activation {
  readonly commands: readonly Command[];
  readonly flags: readonly number[];
}

/**
 * One run as a worker caches it: a workflow instance, and the record of all activations that became history. After an
 * eviction the record is replayed into a new instance, which must give the very same commands.
 */
export class CachedRun {
  readonly #factory: WorkflowFactory;
  readonly #info: RunInfo;
  readonly #recorded: RecordedActivation[] = [];
  /** The activations of the task that is under way. */
  #task: RecordedActivation[] = [];
  #instance: Workflow | undefined;
  /** How many activations were replayed, over all evictions. */
  replayed = 0;
  readonly warnings: string[] = [];

  constructor(factory: WorkflowFactory, info: RunInfo) {
    this.#factory = factory;
    this.#info = info;
  }

  get isCached(): boolean {
    return this.#instance !== undefined;
  }

  /** How many activations are history. */
  get length(): number {
    return this.#recorded.length;
  }

  /** Activates the workflow as a part of a task. Throws a FatalViolation for what would be a failed workflow task. */
  async activate(activation: Activation): Promise<readonly Command[]> {
    const instance = await this.#loaded();
    const { commands, flags } = await this.#send(instance, activation, this.#flags(), false);
    this.#task.push({ ...activation, commands, flags });
    return commands;
  }

  /** The server has accepted the task: its activations become history. */
  commit(): void {
    this.#recorded.push(...this.#task.map(withoutRejected).filter(({ jobs }) => jobs.length > 0));
    this.#task = [];
  }

  /** Drops the instance, and with it what the task under way has done. */
  async evict(): Promise<void> {
    this.#task = [];
    const instance = this.#instance;
    this.#instance = undefined;
    await instance?.dispose();
  }

  /** Answers a query; only between tasks. */
  async query(name: string): Promise<unknown> {
    const instance = await this.#loaded();
    const completion = await instance.activate(
      activationOf(
        this.#info.runId,
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
      throw new FatalViolation('a query answers', textOf(answer?.failed ?? completion.failed ?? 'nothing'));
    return decode(answer.succeeded.response);
  }

  async #loaded(): Promise<Workflow> {
    if (this.#instance) return this.#instance;
    const [first] = this.#recorded;
    const instance = await this.#factory.create(this.#info, first?.at ?? this.#info.startedAt);
    this.#instance = instance;
    for (const recorded of this.#recorded) await this.#replay(instance, recorded);
    return instance;
  }

  async #replay(instance: Workflow, recorded: RecordedActivation): Promise<void> {
    this.replayed += 1;
    // Core announces the patches of a history before it replays them.
    const patches = recorded.commands.flatMap(({ setPatchMarker }) =>
      setPatchMarker ? [{ notifyHasPatch: { patchId: setPatchMarker.patchId ?? null } }] : [],
    );
    const jobs = [...patches, ...recorded.jobs];
    const { commands } = await this.#send(instance, { ...recorded, jobs }, recorded.flags, true);
    const [before, after] = [textOf(recorded.commands), textOf(commands)];
    if (before !== after)
      throw new FatalViolation('a replay gives the same commands', `${before} became ${after}`);
  }

  async #send(instance: Workflow, activation: Activation, flags: readonly number[], isReplaying: boolean) {
    const completion = await instance.activate(
      activationOf(this.#info.runId, activation, flags, isReplaying),
    );
    const calls = await instance.getAndResetSinkCalls();
    if (!isReplaying)
      this.warnings.push(
        ...calls
          .filter(({ fnName }) => fnName === 'warn' || fnName === 'error')
          .map(({ args }) => String(args[0])),
      );
    if (!completion.successful)
      throw new FatalViolation(
        'no workflow task fails',
        completion.failed?.failure?.message ?? textOf(completion),
      );
    return {
      commands: completion.successful.commands ?? [],
      flags: completion.successful.usedInternalFlags ?? [],
    };
  }

  #flags(): readonly number[] {
    return [...this.#recorded, ...this.#task].at(-1)?.flags ?? [];
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
    deploymentVersionForCurrentTask: { deploymentName: 'in-memory', buildId: buildIdOf('in-memory') },
    // An update that is in a history was validated before.
    jobs: jobs.map((job) =>
      isReplaying && job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job,
    ),
  });
}

/** An update that was refused leaves nothing in a history. */
function withoutRejected(recorded: RecordedActivation): RecordedActivation {
  const rejected = recorded.commands.flatMap(({ updateResponse }) =>
    updateResponse?.rejected ? [updateResponse.protocolInstanceId] : [],
  );
  if (rejected.length === 0) return recorded;
  return {
    ...recorded,
    jobs: recorded.jobs.filter(
      ({ doUpdate }) => !doUpdate || !rejected.includes(doUpdate.protocolInstanceId),
    ),
    commands: recorded.commands.filter(({ updateResponse }) => !updateResponse?.rejected),
  };
}
