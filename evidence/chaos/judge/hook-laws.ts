import { isTaken, type Call } from '../drive/calls.ts';
import type { Incident } from '../../kit/supervisor.ts';
import { contentKey, hintKey, type Case } from './case.ts';
import { groupBy } from './groups.ts';
import { eachOrder, type Law } from './law.ts';

const bucketMs = 5 * 60_000;
// The clocks are one, but a process may be late to read it.
const slackMs = 100;

/** An acknowledged hook is in its order's history, and was there when it was acknowledged. */
const durable = eachOrder(
  'durable',
  'every hook that was answered 2xx is a signal in its order’s history, since before the answer',
  (found, { plan }) => {
    const taken = found.calls.filter((call) => call.kind === 'hook' && isTaken(call));
    const moving = taken.filter(({ hook }) => ['true', 'forged'].includes(plan.hooks[hook!]!.nature));
    const wrong = moving.flatMap((call) => {
      const key = contentKey(found.order, plan.hooks[call.hook!]!.content);
      const isThere = found.signals.some(
        ({ hint, at }) => hintKey(found.order, hint) === key && covers(at, call),
      );
      return isThere
        ? []
        : [`delivery ${call.delivery} (${key}) was answered ${call.status}, and no signal has it`];
    });
    return { checked: moving.length, wrong };
  },
);

/** Copies within five minutes share one signal. */
function covers(signalAt: number, { sentAt, answeredAt = sentAt }: Call): boolean {
  if (signalAt > answeredAt + slackMs) return false;
  const buckets = [sentAt - slackMs, answeredAt + slackMs].map((at) => Math.floor(at / bucketMs));
  return buckets.includes(Math.floor(signalAt / bucketMs));
}

const heldBackMs = 15_000;

const onceSignalled = eachOrder(
  'once signalled',
  'copies of a hook within five minutes are one signal of a run',
  ({ order, signals }) => {
    const groups = groupBy(signals, ({ runId, hint, at }) =>
      [runId, hintKey(order, hint), Math.floor(at / bucketMs)].join('|'),
    );
    const wrong = [...groups.values()].flatMap((copies) => {
      // The bucket is that of the arrival; a slow link may hold the signal back into the next one.
      const clear = copies.filter(({ at }) => at % bucketMs > heldBackMs);
      return clear.length > 1
        ? [`${clear.length} signals of ${hintKey(order, clear[0]!.hint)} in one run`]
        : [];
    });
    return { checked: groups.size, wrong };
  },
);

/** Nothing is acknowledged that Temporal cannot have. */
const unreachable: Law = {
  name: 'unreachable',
  says: 'no hook was answered 2xx for the first time while Temporal was certainly out of reach',
  judge({ plan, calls, incidents }) {
    const absences = absencesOf(incidents);
    const takenAt = new Map<string, number>();
    const violations = [];
    let checked = 0;
    const hookCalls = calls.filter(
      ({ kind, hook }) => kind === 'hook' && plan.hooks[hook!]!.nature !== 'ignored',
    );
    for (const call of hookCalls.toSorted(
      (a, b) => (a.answeredAt ?? Infinity) - (b.answeredAt ?? Infinity),
    )) {
      const { sentAt, answeredAt, hook, order, status } = call;
      if (answeredAt === undefined) continue;
      const key = `${order} ${contentKey(plan.orders[order]!, plan.hooks[hook!]!.content)}`;
      const isCopy = takenAt.has(key);
      if (isTaken(call) && !isCopy) takenAt.set(key, answeredAt);
      const absence = absences.find(({ from, to }) => sentAt >= from && answeredAt <= to);
      if (!absence || isCopy) continue;
      checked += 1;
      if (isTaken(call))
        violations.push({
          order,
          what: `delivery ${call.delivery} was answered ${status} while ${absence.why}`,
        });
    }
    return { checked, violations };
  },
};

// What was on its way when Temporal went may still be answered a moment later.
const marginMs = 1_000;

function absencesOf(incidents: readonly Incident[]): { from: number; to: number; why: string }[] {
  const spans = incidents.flatMap(({ at, what, whom, detail }, index) => {
    const isDeath = what === 'ended' && whom === 'temporal';
    const isSilence =
      what === 'faulted' && whom === 'api-temporal' && ['blackhole', 'mute', 'cut'].includes(detail ?? '');
    if (!isDeath && !isSilence) return [];
    const end = incidents
      .slice(index + 1)
      .find((later) => later.whom === whom && later.what === (isDeath ? 'spawned' : 'healed'));
    const why = isDeath ? 'Temporal was away' : `the link to Temporal had a ${detail}`;
    return end ? [{ from: at + marginMs, to: end.at, why }] : [];
  });
  return spans.filter(({ from, to }) => to > from);
}

/** Every hook has come to something by the end, and copies are known as such. */
const decided = eachOrder(
  'decided',
  'every hook has a disposition in the end, and a copy of one that was settled is a duplicate',
  (found, { judgedAt }) => {
    const hooks = found.timeline.filter(({ kind }) => kind === 'hook');
    // An order whose reads fail waits, and is listed.
    const mayWait = found.shown?.unverifiedSince != null && found.shown.escalation !== null;
    const undecided = hooks.filter(
      ({ at, disposition }) => disposition === undefined && Date.parse(at) < judgedAt - decisionMs,
    );
    return {
      checked: hooks.length,
      wrong: [
        ...(mayWait ? [] : undecided.map(({ summary }) => `${summary} still waits for a disposition`)),
        ...copiesTakenForNew(found),
      ],
    };
  },
);

const decisionMs = 15_000;

/** A hook’s line says no id, so only of events without one it is known which are copies. */
function copiesTakenForNew({ timeline, order }: Case): string[] {
  if (order.provider !== 'briqpay') return [];
  const settled = new Set<string>();
  return timeline.flatMap(({ kind, summary, disposition, times = 1 }) => {
    if (kind !== 'hook' || !/^(order_status|session_status) /.test(summary)) return [];
    const isSettled = disposition === 'applied' || disposition === 'stale';
    const isAgain = isSettled && (settled.has(summary) || times > 1);
    if (isSettled) settled.add(summary);
    return isAgain ? [`a copy of ${summary} was ${disposition} and not a duplicate`] : [];
  });
}

/** The least that must be so of hooks that are no news: nothing begins because of them. */
const startsNothing = eachOrder(
  'starts nothing',
  'an event that is never about money, and a hook that was refused, start no order',
  (found, { plan }) => {
    const natures = new Set(found.hooks.map(({ nature }) => nature));
    if (!natures.has('ignored') && !natures.has('refused')) return { checked: 0, wrong: [] };
    const answers = found.calls.filter(({ kind, status }) => kind === 'hook' && status !== undefined);
    const wrong = answers.flatMap(({ hook, status }) => {
      const isIgnored = plan.hooks[hook!]!.nature === 'ignored';
      const isRight = isIgnored ? status === 202 : status === 400;
      return isRight ? [] : [`an ${isIgnored ? 'ignored' : 'unreadable'} hook was answered ${status}`];
    });
    return {
      checked: answers.length,
      wrong: [...wrong, ...(found.runs.length > 0 ? [`${found.id} was started`] : [])],
    };
  },
);

export const hookLaws: readonly Law[] = [durable, onceSignalled, unreachable, decided, startsNothing];
