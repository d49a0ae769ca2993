import proto from '@temporalio/proto'; // its names are not visible to an ES module
import type { temporal } from '@temporalio/proto';
import type { Run, SeenHint, SeenRead, ShownOrder, Step } from '../judge/evidence.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Payload = temporal.api.common.v1.IPayload;

/** Reduces a history to its judged events. */
export function summariseHistory(orderId: string, runId: string, events: readonly Event[]): Run {
  const [first] = events;
  const start = first?.workflowExecutionStartedEventAttributes;
  const shown = jsonOf(start?.memo?.fields?.['order']) as ShownOrder | undefined;
  const steps = events.flatMap((event) => {
    const step = stepOf(event);
    return step ? [{ id: Number(event.eventId), at: timeOf(event), ...step } as Step] : [];
  });
  const startedAt = first ? timeOf(first) : 0;
  return {
    orderId,
    runId,
    startedAt,
    events: events.length,
    steps: [...(shown ? [{ id: 1, at: startedAt, is: 'published' as const, order: shown }] : []), ...steps],
  };
}

const { WorkflowTaskFailedCause: causes } = proto.temporal.api.enums.v1;

type StepBody = { readonly is: Step['is']; readonly [name: string]: unknown };

function stepOf(event: Event): StepBody | undefined {
  return messageStep(event) ?? taskStep(event) ?? readStep(event) ?? timerStep(event) ?? endStep(event);
}

function messageStep(event: Event): StepBody | undefined {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) return { is: 'signal', hint: hintOf(jsonOf(signal.input?.payloads?.[0])) };
  if (event.workflowExecutionUpdateAcceptedEventAttributes) return { is: 'update' };
  const memo = event.workflowPropertiesModifiedEventAttributes?.upsertedMemo?.fields?.['order'];
  return memo ? { is: 'published', order: jsonOf(memo) } : undefined;
}

function taskStep(event: Event): StepBody | undefined {
  const completed = event.workflowTaskCompletedEventAttributes;
  if (completed) return { is: 'task', startedId: Number(completed.startedEventId) };
  const failed = event.workflowTaskFailedEventAttributes;
  if (failed)
    return {
      is: 'task-failed',
      cause: causes[failed.cause ?? 0] ?? '',
      message: failed.failure?.message ?? '',
    };
  return event.workflowTaskTimedOutEventAttributes ? { is: 'task-late' } : undefined;
}

function readStep(event: Event): StepBody | undefined {
  const asked = event.activityTaskScheduledEventAttributes;
  if (asked) return { is: 'read-queued', task: Number(asked.workflowTaskCompletedEventId) };
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const result = readOf(jsonOf(completed.result?.payloads?.[0]));
    return { is: 'queued-read', askedId: Number(completed.scheduledEventId), result };
  }
  const failed =
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  if (failed) return { is: 'queued-read', askedId: Number(failed.scheduledEventId), result: noRead };
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName !== 'core_local_activity') return undefined;
  const result = readOf(jsonOf(marker.details?.['result']?.payloads?.[0]));
  return { is: 'local-read', task: Number(marker.workflowTaskCompletedEventId), result };
}

function timerStep(event: Event): StepBody | undefined {
  const started = event.timerStartedEventAttributes;
  if (started) {
    const { seconds, nanos } = started.startToFireTimeout ?? {};
    const firesAt = timeOf(event) + Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1e6;
    return {
      is: 'timer-started',
      task: Number(started.workflowTaskCompletedEventId),
      timer: started.timerId,
      firesAt,
    };
  }
  const fired = event.timerFiredEventAttributes;
  if (fired) return { is: 'timer-fired', timer: fired.timerId };
  const cancelled = event.timerCanceledEventAttributes;
  return cancelled ? { is: 'timer-cancelled', timer: cancelled.timerId } : undefined;
}

function endStep(event: Event): StepBody | undefined {
  if (event.workflowExecutionCompletedEventAttributes) return { is: 'ended', how: 'completed' };
  if (event.workflowExecutionContinuedAsNewEventAttributes) return { is: 'ended', how: 'continued' };
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return { is: 'ended', how: `failed: ${failed.failure?.message ?? ''}` };
  if (event.workflowExecutionTerminatedEventAttributes) return { is: 'ended', how: 'terminated' };
  if (event.workflowExecutionTimedOutEventAttributes) return { is: 'ended', how: 'timed out' };
  return event.workflowExecutionCanceledEventAttributes ? { is: 'ended', how: 'cancelled' } : undefined;
}

function hintOf(payload: unknown): SeenHint {
  const { id, event, status, claim, proof } = payload as {
    id: string;
    event: string;
    status: string;
    claim: { id?: string };
    proof?: { movement?: { amount?: number } };
  };
  const amount = proof?.movement?.amount;
  return {
    id,
    event,
    status,
    ...(claim.id !== undefined && { claimId: claim.id }),
    ...(amount !== undefined && { amount }),
  };
}

const noRead: SeenRead = { isAnswer: false, isOk: false, ids: [] };

/** Finds the ids in the text, so that nothing here depends on the shape of a reading. */
function readOf(result: unknown): SeenRead {
  if (result === undefined) return noRead;
  if ((result as { ok?: boolean }).ok !== true) return { isAnswer: true, isOk: false, ids: [] };
  const ids = [...JSON.stringify(result).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id!);
  return { isAnswer: true, isOk: true, ids };
}

function jsonOf(payload: Payload | null | undefined): unknown {
  if (!payload?.data?.length) return undefined;
  return JSON.parse(Buffer.from(payload.data).toString());
}

function timeOf({ eventTime }: Event): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1e6;
}
