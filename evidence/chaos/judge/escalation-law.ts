import { truthOf, type Case } from './case.ts';
import type { Evidence, ShownOrder } from './evidence.ts';
import { eachOrder } from './law.ts';

// A read comes before each rung, and a worker may have been away for a while.
const graceMs = 20_000;

/** Every order that waits past the first rung is escalated, and no escalation is without a reason. */
export const escalated = eachOrder(
  'escalated',
  'no order is pending or unverified past its rung without an escalation, each open one is listed, and each has its reason',
  (found, evidence) => {
    const { shown } = found;
    if (!shown) return { checked: 0, wrong: [] };
    return {
      checked: 1,
      wrong: [
        ...notEscalated(found, shown, evidence),
        ...notListed(found, evidence),
        ...withoutReason(found, shown),
      ],
    };
  },
);

function notEscalated(found: Case, shown: ShownOrder, { patience, judgedAt }: Evidence): string[] {
  if (shown.escalation || isResolved(found)) return [];
  const rung = patience.pending.escalate[0] + graceMs;
  const pendingFor = shown.status === 'pending' ? judgedAt - pendingSince(found) : 0;
  const unverifiedFor = shown.unverifiedSince === null ? 0 : judgedAt - Date.parse(shown.unverifiedSince);
  return [
    ...(pendingFor > rung ? [`pending for ${seconds(pendingFor)} and nobody was told`] : []),
    ...(unverifiedFor > rung ? [`unverified for ${seconds(unverifiedFor)} and nobody was told`] : []),
  ];
}

/** Whether a person resolved it, or tried to without an answer: then its reasons may be silenced. */
function isResolved({ calls }: Case): boolean {
  return calls.some(
    ({ act, status }) => act === 'resolve' && (status === undefined || status < 400 || status >= 500),
  );
}

function pendingSince({ published }: Case): number {
  const lastOther = published.findLastIndex(({ order }) => order.status !== 'pending');
  return published[lastOther + 1]?.at ?? Infinity;
}

// The visibility store is a moment behind.
const lagMs = 5_000;

function notListed(found: Case, { escalated: { at, ids } }: Evidence): string[] {
  const { order, published } = found;
  const isListed = ids.includes(found.id);
  const before = published.findLast((moment) => moment.at <= at - lagMs);
  const during = published.filter((moment) => moment.at > at - lagMs && moment.at <= at);
  const recently = [...(before ? [before] : []), ...during].map((moment) => isWaiting(moment.order));
  const mustWait = order.ends.status === 'pending' || (order.isUnknown && order.registration);
  return [
    ...(recently.length > 0 && recently.every(Boolean) && !isListed ? ['its escalation is not listed'] : []),
    ...(isListed && !recently.some(Boolean) ? ['it is listed as escalated, and is not'] : []),
    ...(mustWait && !isListed ? ['it waits for ever, and is not listed'] : []),
  ];
}

/** One that a person resolved is shown while it holds, in a list of its own. */
function isWaiting({ escalation }: ShownOrder): boolean {
  return escalation !== null && escalation.state !== 'resolved';
}

function withoutReason(found: Case, { escalation, status, unverifiedSince }: ShownOrder): string[] {
  const { hooks, order, provider } = found;
  const truth = truthOf(found);
  const isDisputed =
    hooks.some(({ nature }) => nature === 'forged') ||
    order.steps.some(({ faults }) => faults?.some(({ kind }) => kind === 'stale'));
  const isFounded: Readonly<Record<string, boolean>> = {
    pending: status === 'pending',
    unverified: unverifiedSince !== null,
    contradiction: isDisputed,
    // A refund that only its notification tells, and that no read confirms yet.
    refund_claimed: order.provider === 'bridgerpay' && (truth?.refunded ?? 0) > 0,
    money_taken_back: provider.some(({ captured }) => captured > (truth?.captured ?? 0)),
    ...Object.fromEntries((truth?.reasons ?? []).map((reason) => [reason, true])),
  };
  return (escalation?.reasons ?? []).flatMap((reason) =>
    isFounded[reason] ? [] : [`it is escalated as ${reason} and is ${status}`],
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
