import { needsPerson } from '../../domain/escalation/codes.ts';
import type { Order } from '../../domain/order/view.ts';
import { emptyForm, type FormValues, type ActionName } from '../action-form.ts';
import { selectionValue } from '../selection.ts';
import { Guidance } from './guidance.tsx';
import { LevelBadge, ReasonBadge, StateBadge } from './badges.tsx';
import { DecisionFields } from './decision-fields.tsx';
import { orderHref } from '../addresses.ts';
import { At, Since, Until } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

interface PanelProps {
  readonly order: Order;
  readonly csrf: string;
  /** Sent with every action, so that a second click on this page has no further effect. */
  readonly idempotencyKey: string;
  readonly form?: FormValues | undefined;
  readonly now: number;
}

/** The escalation of an order, and the actions on it. */
export function EscalationPanel({ order, csrf, idempotencyKey, form = emptyForm, now }: PanelProps) {
  const { id, escalation } = order;
  return (
    <section class="panel" aria-labelledby="escalation-title">
      <h2 id="escalation-title">Escalation</h2>
      {escalation ? <EscalationDetails escalation={escalation} now={now} /> : <p>No escalation is open.</p>}
      <form method="post" action={`${orderHref(id)}/${actionsFor(order)[0]}`}>
        <input type="hidden" name="_csrf" value={csrf} />
        <input type="hidden" name="key" value={idempotencyKey} />
        <input type="hidden" name="selected" value={selectionValue(order)} />
        <DecisionFields
          form={form}
          prefix="order"
          actions={actionsFor(order)}
          hrefOf={(action) => `${orderHref(id)}/${action}`}
        />
      </form>
    </section>
  );
}

function EscalationDetails({
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
        <ul class="plain">
          {reasons.map((reason) => (
            <li key={reason}>
              <ReasonBadge reason={reason} /> <Guidance code={reason} />
            </li>
          ))}
        </ul>
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
      <dd>{owner === null ? 'none' : <UntrustedText>{owner}</UntrustedText>}</dd>
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
          'none: this is the highest level'
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

/** Without an escalation an order can still be resolved where a finding needs a person. */
function actionsFor({ escalation, findings }: Order): readonly ActionName[] {
  if (escalation) return ['acknowledge', 'snooze', 'resolve', 'recheck'];
  return findings.some(({ code }) => needsPerson(code)) ? ['resolve', 'recheck'] : ['recheck'];
}
