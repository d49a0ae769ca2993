import type { Order, TimelineView } from '../../domain/order/view.ts';
import { Since } from './times.tsx';

interface VerifiedProps {
  readonly order: Order;
  readonly timeline: TimelineView | undefined;
  readonly now: number;
}

/** When a read last confirmed the status, and since when reads fail. */
export function LastVerified({ order, timeline, now }: VerifiedProps) {
  const { verified, unverifiedSince } = order;
  const at = lastVerified(order, timeline);
  return (
    <p>
      {at === undefined ? (
        'Never verified by a read.'
      ) : (
        <>
          Last verified <Since iso={at} now={now} /> ago
          {at === verified?.at && verified.attempts > 1 && `, after ${verified.attempts} attempts`}.
        </>
      )}
      {unverifiedSince !== null && (
        <>
          {' '}
          <strong>
            Reads have failed for <Since iso={unverifiedSince} now={now} />.
          </strong>
        </>
      )}
    </p>
  );
}

/** The last confirming read. The order shows only reads that changed something, so the timeline may have a later one. */
function lastVerified({ verified, status }: Order, timeline: TimelineView | undefined): string | undefined {
  const last = timeline?.entries.findLast(
    ({ kind, summary }) => kind === 'read' && summary.endsWith(`: ${status}`),
  );
  const confirmedAt = last && (last.lastAt ?? last.at);
  return verified && confirmedAt && confirmedAt > verified.at ? confirmedAt : verified?.at;
}
