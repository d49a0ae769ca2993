import type { Order, TimelineView } from '../../domain/order/view.ts';
import { Since } from './times.tsx';

interface VerifiedProps {
  readonly order: Order;
  readonly timeline: TimelineView | undefined;
  readonly now: number;
}

/** When a read last told where an order stands, and since when reads fail. */
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
          {at === verified?.at && verified.attempts > 1 && `, at attempt ${verified.attempts}`}.
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

/** A read that confirms what is known is not published; the timeline has it all the same, with the status that it told. */
function lastVerified({ verified, status }: Order, timeline: TimelineView | undefined): string | undefined {
  const last = timeline?.entries.findLast(
    ({ kind, summary }) => kind === 'read' && summary.endsWith(`: ${status}`),
  );
  const told = last && (last.lastAt ?? last.at);
  return verified && told && told > verified.at ? told : verified?.at;
}
