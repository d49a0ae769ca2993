import { codes } from '../../domain/escalation/codes.ts';
import type { Explanation } from '../../domain/order/explain.ts';
import type { Order } from '../../domain/order/view.ts';
import { emptyForm, openActions, resolvedActions, type FormValues, type ActionName } from '../action-form.ts';
import { selectionValue } from '../selection.ts';
import { Guidance } from './guidance.tsx';
import { LevelBadge, ReasonBadge, StateBadge } from './badges.tsx';
import { DecisionFields } from './decision-fields.tsx';
import { orderHref } from '../addresses.ts';
import { At, Since, Until } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

interface PanelProps {
  readonly order: Order;
  /** Undefined while no worker answers. */
  readonly explanation: Explanation | undefined;
  readonly csrf: string;
  /** Sent with every action, so that a second click on this page has no further effect. */
  readonly idempotencyKey: string;
  readonly form?: FormValues | undefined;
  readonly now: number;
}

/** The escalation of an order, and the actions on it. */
export function EscalationPanel({
  order,
  explanation,
  csrf,
  idempotencyKey,
  form = emptyForm,
  now,
}: PanelProps) {
  const { id, escalation } = order;
  const actions = actionsFor(order, explanation);
  return (
    <section class="panel" aria-labelledby="escalation-title">
      <h2 id="escalation-title">Escalation</h2>
      {escalation ? <EscalationDetails escalation={escalation} now={now} /> : <p>No escalation is open.</p>}
      <form method="post" action={`${orderHref(id)}/${actions[0]}`}>
        <input type="hidden" name="_csrf" value={csrf} />
        <input type="hidden" name="key" value={idempotencyKey} />
        <input type="hidden" name="selected" value={selectionValue(order)} />
        <DecisionFields
          form={form}
          prefix="order"
          actions={actions}
          hrefOf={(action) => `${orderHref(id)}/${action}`}
        />
      </form>
    </section>
  );
}

interface DetailsProps {
  readonly escalation: NonNullable<Order['escalation']>;
  readonly now: number;
}

function EscalationDetails({ escalation, now }: DetailsProps) {
  const { level, reasons, openedAt, state, owner, snoozedUntil, resolved } = escalation;
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
      {resolved ? (
        <>
          <dt>Resolved by</dt>
          <dd>
            <UntrustedText>{resolved.by}</UntrustedText>{' '}
            <small>
              at <At iso={resolved.at} />
            </small>
            <br />
            <UntrustedText>{resolved.reason}</UntrustedText>
          </dd>
        </>
      ) : (
        <NextLevel escalation={escalation} now={now} />
      )}
    </dl>
  );
}

function NextLevel({ escalation: { nextLevelAt }, now }: DetailsProps) {
  return (
    <>
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
    </>
  );
}

/** Before its first level an order can already be resolved, where a reason asks for a person at once. */
function actionsFor({ escalation }: Order, explanation: Explanation | undefined): readonly ActionName[] {
  if (escalation && escalation.state !== 'resolved') return openActions;
  const asks = explanation?.reasons.some(({ code, resolved }) => !resolved && codes[code].needsPerson);
  const actions = escalation ? resolvedActions : (['recheck'] as const);
  return asks ? ['resolve', ...actions] : actions;
}
