import type { Order } from '../../domain/order/view.ts';
import { nothingTyped, type Typed, type Verb } from '../act-form.ts';
import { selectionValue } from '../selection.ts';
import { LevelBadge, ReasonBadge, StateBadge } from './badges.tsx';
import { DecisionFields } from './decision-fields.tsx';
import { orderHref } from './order-href.ts';
import { At, Since, Until } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

interface PanelProps {
  readonly order: Order;
  readonly csrf: string;
  /** The same for a second click on this very page. */
  readonly idempotencyKey: string;
  readonly typed?: Typed | undefined;
  readonly now: number;
}

/** How an order is escalated, and what can be done about it. */
export function EscalationPanel({ order, csrf, idempotencyKey, typed = nothingTyped, now }: PanelProps) {
  const { id, escalation } = order;
  return (
    <section class="panel" aria-labelledby="escalation-title">
      <h2 id="escalation-title">Escalation</h2>
      {escalation ? <Standing escalation={escalation} now={now} /> : <p>No escalation is open.</p>}
      <form method="post" action={`${orderHref(id)}/${verbsFor(order)[0]}`}>
        <input type="hidden" name="_csrf" value={csrf} />
        <input type="hidden" name="key" value={idempotencyKey} />
        <input type="hidden" name="pick" value={selectionValue(order)} />
        <DecisionFields
          typed={typed}
          prefix="order"
          verbs={verbsFor(order)}
          hrefOf={(verb) => `${orderHref(id)}/${verb}`}
        />
      </form>
    </section>
  );
}

function Standing({
  escalation,
  now,
}: {
  readonly escalation: NonNullable<Order['escalation']>;
  readonly now: number;
}) {
  const { level, reasons, openedAt, state, owner, snoozedUntil, nextLevelAt } = escalation;
  return (
    <dl>
      <dt>Level</dt>
      <dd>
        <LevelBadge level={level} />
      </dd>
      <dt>Reasons</dt>
      <dd>
        {reasons.map((reason) => (
          <ReasonBadge key={reason} reason={reason} />
        ))}
      </dd>
      <dt>Open for</dt>
      <dd>
        <Since iso={openedAt} now={now} />{' '}
        <small>
          since <At iso={openedAt} />
        </small>
      </dd>
      <dt>State</dt>
      <dd>
        <StateBadge state={state} />
      </dd>
      <dt>Owner</dt>
      <dd>{owner === null ? 'nobody' : <UntrustedText>{owner}</UntrustedText>}</dd>
      {snoozedUntil !== null && (
        <>
          <dt>Snoozed until</dt>
          <dd>
            <At iso={snoozedUntil} />{' '}
            <small>
              in <Until iso={snoozedUntil} now={now} />
            </small>
          </dd>
        </>
      )}
      <dt>Next level</dt>
      <dd>
        {nextLevelAt === null ? (
          'none: it is at the top'
        ) : (
          <>
            <At iso={nextLevelAt} />{' '}
            <small>
              in <Until iso={nextLevelAt} now={now} />
            </small>
          </>
        )}
      </dd>
    </dl>
  );
}

/** A finding that nobody has looked at can be resolved without an escalation. */
function verbsFor({ escalation, findings }: Order): readonly Verb[] {
  if (escalation) return ['acknowledge', 'snooze', 'resolve', 'recheck'];
  return findings.length > 0 ? ['resolve', 'recheck'] : ['recheck'];
}
