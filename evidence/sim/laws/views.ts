import type { Order } from '../../../src/domain/order/view.ts';
import type { Attributes } from '../../kit/temporal/observation.ts';
import type { Observation, ObservationOf } from '../observation.ts';
import type { Checker, Law } from './law.ts';

const mostBytes = 2_048;

/** Memo, search attributes, queries, result and the start of the next run show the same, and the sequence goes on. */
export function views({ record, report }: Checker): Law {
  let before: Order | undefined;
  let closed: ObservationOf<'closed'>['result'] | undefined;
  let continued: ObservationOf<'continued'> | undefined;

  return {
    observe(observation: Observation) {
      switch (observation.is) {
        case 'started':
          checkStart(observation);
          checkAttributes(observation.memo, observation.attributes);
          follow(observation.memo);
          closed = undefined;
          break;
        case 'published':
          checkAttributes(observation.order, observation.attributes);
          follow(observation.order);
          break;
        case 'queried':
          if (observation.isIdle && record.order)
            checkSame('memo and query say the same', record.order, observation.order);
          if (before && observation.order.sequence < before.sequence)
            report(
              'the sequence never falls',
              `${before.sequence}, then ${observation.order.sequence} in a query`,
            );
          break;
        case 'continued':
          continued = observation;
          if (!observation.start.carry) report('continue-as-new carries everything', 'there is no carry');
          break;
        case 'closed':
          if (record.order) checkSame('memo and result say the same', record.order, observation.result.order);
          closed = observation.result;
          break;
        case 'terminated':
          // The knowledge of a terminated run is gone; its memo stays.
          closed = undefined;
          before = before && { ...before, status: 'created', updatedAt: '' };
          break;
        default:
          break;
      }
    },
  };

  function checkStart({ by, start, memo }: ObservationOf<'started'>): void {
    const last = by === 'continue' ? continued?.memo : closed?.order;
    // Terms that come with the start are shown at once.
    if (last && !start.terms) checkSame('a new run begins with the face of the last', last, memo);
    if (closed && JSON.stringify(start.carry) !== JSON.stringify(closed.carry))
      report('the carry goes on exactly', `the new run begins with ${start.carry ? 'another' : 'no'} carry`);
    if (by === 'continue' && before && memo.createdAt !== before.createdAt)
      report('the carry goes on exactly', `created at ${before.createdAt}, then at ${memo.createdAt}`);
  }

  /** Compares without the time of the last read, which is published only where somebody waits for it. */
  function checkSame(law: string, one: Order, other: Order): void {
    const [a, b] = [withoutRead(one), withoutRead(other)];
    if (a !== b) report(law, `${a} is not ${b}`);
  }

  function follow(order: Order): void {
    const bytes = Buffer.byteLength(JSON.stringify(order));
    if (bytes > mostBytes) report('an order stays small', `${bytes} bytes`);
    if (before) {
      const claim = order.sequence - before.sequence;
      if (claim < 0) report('the sequence never falls', `${before.sequence}, then ${order.sequence}`);
      if (claim > mostEvents(before, order))
        report('one event for one change', `${claim} events between ${before.status} and ${order.status}`);
      if (claim === 0 && isNews(before, order))
        report('every change is an event', `${before.status} to ${order.status} without one`);
      if (order.createdAt !== before.createdAt)
        report('an order is created once', `at ${before.createdAt}, then at ${order.createdAt}`);
      if (order.updatedAt < before.updatedAt)
        report('updates go on', `${before.updatedAt}, then ${order.updatedAt}`);
    }
    before = order;
  }

  function mostEvents(a: Order, b: Order): number {
    const isEscalationMoved =
      a.escalation?.level !== b.escalation?.level ||
      a.escalation?.openedAt !== b.escalation?.openedAt ||
      a.escalation?.state !== b.escalation?.state;
    return 1 + (isEscalationMoved ? 1 : 0);
  }

  /** Whether an event is due: while reads flip it comes later, and for a session of no merchant never. */
  function isNews(a: Order, b: Order): boolean {
    const isFlapping = b.findings.some(({ code }) => code === 'flapping');
    const isOfNoMerchant =
      b.status === 'expired' && b.findings.some(({ code }) => code === 'foreign_session');
    return a.status !== b.status && b.status !== 'created' && !isFlapping && !isOfNoMerchant;
  }

  function checkAttributes(order: Order, attributes: Attributes): void {
    const { escalation, reference } = order;
    const open = escalation?.state === 'resolved' ? undefined : escalation;
    const expected: Attributes = {
      OrderStatus: order.status,
      Provider: order.provider,
      Account: order.account,
      ...(reference !== undefined && { Reference: searchableText(reference) }),
      EscalationReason: escalation?.reasons[0],
      EscalationState: escalation?.state,
      // Of one that a person resolved only state and reason are listed.
      EscalationLevel: open?.level,
      EscalatedAt: open?.openedAt,
    };
    for (const [name, value] of Object.entries(expected))
      if (attributes[name] !== value)
        report(
          'search attributes and memo say the same',
          `${name} is ${String(attributes[name])}, not ${String(value)}`,
        );
    if (open && attributes['NeedsAttention'] !== true)
      report('search attributes and memo say the same', 'an open escalation needs no attention');
    if ((order.status === 'pending') !== (attributes['PendingSince'] !== undefined))
      report('search attributes and memo say the same', `PendingSince of an order that is ${order.status}`);
  }
}

/** Percent-encodes what would break a visibility query. */
function searchableText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll("'", '%27').replaceAll('"', '%22').replaceAll('\\', '%5c');
}

function withoutRead(order: Order): string {
  return JSON.stringify({ ...order, verified: undefined });
}
