import type { Patience } from '../patience.ts';
import { hintKey, type Case } from './case.ts';
import type { Run, SeenRead, Step, StepOf } from './evidence.ts';
import { eachOrder, type Law } from './law.ts';

const mostEvents = 1_500;

/** Task failures that a kill may cause and the server repairs. */
const harmless = ['RESET_STICKY', 'FORCE_CLOSE_COMMAND', 'UNHANDLED_COMMAND', 'FAILOVER_CLOSE_COMMAND'];

const history = eachOrder(
  'history',
  'no run fails, no task fails but by a kill, and no history is longer than 1,500 events',
  ({ runs }) => {
    const wrong = runs.flatMap(({ events, steps }) => [
      ...(events > mostEvents ? [`a history of ${events} events`] : []),
      ...steps.flatMap((step) => {
        if (step.is === 'ended' && !['completed', 'continued'].includes(step.how))
          return [`a run ${step.how}`];
        if (step.is === 'task-failed' && !harmless.some((cause) => step.cause.includes(cause)))
          return [`a task failed, ${step.cause}: ${step.message}`];
        return [];
      }),
    ]);
    return { checked: runs.length, wrong };
  },
);

const replays: Law = {
  name: 'replays',
  says: 'the histories of a sample replay',
  judge({ replays: replayed, orderIds }) {
    return {
      checked: replayed.length,
      violations: replayed.flatMap(({ orderId, error }) =>
        error === undefined ? [] : [{ order: orderIds.indexOf(orderId), what: error }],
      ),
    };
  },
};

/** A hook with news brings a read at once, and another one soon where the provider does not show the news yet. */
const lookedUp = eachOrder(
  'looked up',
  'a hook that tells news brings a read that began after it, and a claim that this does not confirm another on time',
  (found, { patience }) => {
    const news = newsOf(found);
    return {
      checked: news.length,
      wrong: news.flatMap(({ run, signal }) => missedReads(run, signal, patience)),
    };
  },
);

interface News {
  readonly run: Run;
  readonly signal: StepOf<'signal'>;
}

/** The first signal of each capture or refund that no read had named before. */
function newsOf({ order, runs }: Case): News[] {
  if (order.provider !== 'briqpay') return [];
  const heard = new Set<string>();
  const named = new Set<string>();
  return runs.flatMap((run) =>
    run.steps.flatMap((step) => {
      if (step.is === 'queued-read' || step.is === 'local-read')
        step.result.ids.forEach((id) => named.add(id));
      if (step.is !== 'signal') return [];
      const key = hintKey(order, step.hint);
      const isFirst = !heard.has(key);
      heard.add(key);
      const { claimId, status } = step.hint;
      const isNews = claimId !== undefined && status === 'approved' && !named.has(claimId);
      return isFirst && isNews ? [{ run, signal: step }] : [];
    }),
  );
}

function missedReads({ steps }: Run, signal: StepOf<'signal'>, { reread }: Patience): string[] {
  const after = turnAfter(steps, signal);
  if (!after) return [];
  // A read that had begun before may have named it.
  if (after.confirmed.includes(signal.hint.claimId!)) return [];
  const read = firstReadIn(steps, after.task);
  const claim = `${signal.hint.event} ${signal.hint.claimId}`;
  if (read === 'none') return [`${claim} was heard and not looked up`];
  if (!read?.result.isOk || read.result.ids.includes(signal.hint.claimId!)) return [];

  // The provider does not show it: the first re-read of the ladder is due.
  const turn = read.is === 'local-read' ? taskOf(steps, read.task) : firstTask(steps, read.id);
  if (!turn || hasOtherReadIn(steps, turn, read)) return [];
  const firesAt = nextTimer(steps, turn);
  if (firesAt === undefined && endsIn(steps, turn)) return [];
  const isOnTime = firesAt !== undefined && firesAt <= turn.at + reread[0] + 1_500;
  return isOnTime ? [] : [`${claim} was not confirmed, and the next look is ${inSeconds(firesAt, turn.at)}`];
}

/** The task from which on a new read covers the signal: the first with the signal, and with the end of a read that was under way. */
function turnAfter(steps: readonly Step[], signal: StepOf<'signal'>): Turn | undefined {
  const task = firstTask(steps, signal.id);
  if (!task) return undefined;
  const open = steps.findLast(
    (step): step is StepOf<'read-queued'> => step.is === 'read-queued' && step.task < task.id,
  );
  const close = open && closeOf(steps, open);
  if (!open) return { task, confirmed: [] };
  if (!close) return undefined;
  const { ids } = close.result;
  if (close.id < task.startedId) return { task, confirmed: close.id > signal.id ? ids : [] };
  const later = firstTask(steps, close.id);
  return later && { task: later, confirmed: ids };
}

interface Turn {
  readonly task: StepOf<'task'>;
  /** The ids that a read named which began before the signal and ended after it. */
  readonly confirmed: readonly string[];
}

function closeOf(steps: readonly Step[], asked: StepOf<'read-queued'>): StepOf<'queued-read'> | undefined {
  return steps.find(
    (step): step is StepOf<'queued-read'> => step.is === 'queued-read' && step.askedId === asked.id,
  );
}

/** The first completed task that has seen the event `id`. */
function firstTask(steps: readonly Step[], id: number): StepOf<'task'> | undefined {
  return steps.find((step): step is StepOf<'task'> => step.is === 'task' && step.startedId > id);
}

function taskOf(steps: readonly Step[], id: number): StepOf<'task'> | undefined {
  return steps.find((step): step is StepOf<'task'> => step.is === 'task' && step.id === id);
}

type EndedRead = (StepOf<'queued-read'> | StepOf<'local-read'>) & { readonly result: SeenRead };

/** The first read from this task on that ended; `none` where the order waits for its timer without a read. */
function firstReadIn(steps: readonly Step[], from: StepOf<'task'>): EndedRead | 'none' | undefined {
  for (const step of steps) {
    if (step.id <= from.id) continue;
    if (step.is === 'read-queued') return closeOf(steps, step);
    // A local read that failed is followed by a queued one.
    if (step.is === 'local-read' && step.result.isAnswer) return step;
    if (step.is === 'timer-fired') return 'none';
    if (step.is === 'ended') return undefined;
  }
  return undefined;
}

/** Whether the same task starts another read. */
function hasOtherReadIn(steps: readonly Step[], { id }: StepOf<'task'>, read: EndedRead): boolean {
  return steps.some(
    (step) => (step.is === 'read-queued' || step.is === 'local-read') && step.task === id && step !== read,
  );
}

function endsIn(steps: readonly Step[], { id }: StepOf<'task'>): boolean {
  return steps.some((step) => step.is === 'ended' && step.id > id);
}

/** When the next timer fires that is set at the end of this task. */
function nextTimer(steps: readonly Step[], turn: StepOf<'task'>): number | undefined {
  const set = new Map<string, number>();
  for (const step of steps) {
    if (step.is === 'timer-started' && step.task <= turn.id) set.set(step.timer, step.firesAt);
    if (step.is === 'timer-fired' && step.id < turn.id) set.delete(step.timer);
    if (step.is === 'timer-cancelled' && step.id < commandsEnd(steps, turn)) set.delete(step.timer);
  }
  return set.size > 0 ? Math.min(...set.values()) : undefined;
}

/** The id of the first event after the commands of a task. */
function commandsEnd(steps: readonly Step[], { id }: StepOf<'task'>): number {
  return (
    steps.find((step) => step.id > id && ['signal', 'task', 'timer-fired', 'queued-read'].includes(step.is))
      ?.id ?? Infinity
  );
}

function inSeconds(firesAt: number | undefined, from: number): string {
  return firesAt === undefined ? 'never' : `in ${((firesAt - from) / 1000).toFixed(1)} s`;
}

/** Reads are few. */
const frugal = eachOrder(
  'frugal',
  'no order reads the provider more often than its ladders and its hooks give reason to',
  ({ runs, signals, order }, { judgedAt, patience }) => {
    const reads = runs.flatMap(({ steps }) =>
      steps.filter((step) => step.is === 'queued-read' || step.is === 'local-read'),
    );
    const asks =
      signals.length + runs.flatMap(({ steps }) => steps.filter(({ is }) => is === 'update')).length;
    const [first] = runs;
    const seconds = first ? (judgedAt - first.startedAt) / 1000 : 0;
    const perSecond = order.scenario === 'busy' ? 1_000 / patience.busy.recheck[0] : 0.5;
    // One read may be two events: a local one and a queued one.
    const most = 2 * (10 + 5 * asks + perSecond * seconds);
    const what = `${reads.length} reads in ${Math.round(seconds)} s, with ${asks} reasons from outside`;
    return { checked: reads.length, wrong: reads.length > most ? [what] : [] };
  },
);

export const historyLaws: readonly Law[] = [lookedUp, frugal, history, replays];
