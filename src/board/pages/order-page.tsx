import type { Order } from '../../domain/order/view.ts';
import type { FormValues } from '../action-form.ts';
import type { OrderView } from '../load-order.ts';
import { labelOf, StatusBadge } from './badges.tsx';
import { EscalationPanel } from './escalation-panel.tsx';
import { Evidence } from './evidence.tsx';
import { Findings } from './findings.tsx';
import { Layout, type PageContext } from './layout.tsx';
import { MoneyTable } from './money-table.tsx';
import { FormErrorsNotice, RefusalNotice } from './notices.tsx';
import { orderHref } from '../addresses.ts';
import { OrderNames } from './order-names.tsx';
import { TimelineList } from './timeline-list.tsx';
import { At, Until } from './times.tsx';
import { LastVerified } from './last-verified.tsx';
import { UntrustedText, visible } from './untrusted-text.tsx';

/** The content of an order's page. */
export interface OrderProps {
  readonly page: PageContext;
  readonly view: OrderView;
  /** Sent with every action, so that a second click on this page has no further effect. */
  readonly idempotencyKey: string;
  /** The run in the Temporal UI, where there is one. */
  readonly temporalHref: string | undefined;
  readonly form?: FormValues;
  readonly errors?: readonly string[];
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** One order: its state and evidence, what happens next, and the actions of a person. */
export function OrderPage(props: OrderProps) {
  const { page, view, errors, refusal } = props;
  const { order } = view;
  return (
    <Layout page={page} title={order.reference ?? order.id} liveHref={orderHref(order.id)}>
      {refusal && <RefusalNotice {...refusal} />}
      {errors && <FormErrorsNotice errors={errors} />}
      <OrderRegion {...props} />
    </Layout>
  );
}

/** The part of an order's page that polls for changes. */
export function OrderRegion({ page, view, idempotencyKey, temporalHref, form }: OrderProps) {
  const { order, timeline, explanation, version, isRunning } = view;
  const { now } = page;
  return (
    <article id="board" class="order" data-announcement={announcementOf(order)}>
      <input type="hidden" id="version" name="version" value={version} />
      <header>
        <h1 id="board-title" tabindex={-1}>
          <UntrustedText>{order.reference ?? order.id}</UntrustedText> <StatusBadge status={order.status} />
        </h1>
        <OrderNames order={order} isRunning={isRunning} temporalHref={temporalHref} />
      </header>
      {!timeline || !explanation ? <Unavailable isRunning={isRunning} /> : null}
      <div class="columns">
        <div class="actions">
          <EscalationPanel
            order={order}
            explanation={explanation}
            csrf={page.csrf}
            idempotencyKey={idempotencyKey}
            form={form}
            now={now}
          />
          {explanation && (
            <section class="panel" aria-labelledby="next-title">
              <h2 id="next-title">What happens next</h2>
              <p>
                <UntrustedText>{explanation.next.what}</UntrustedText>
                {explanation.next.at !== null && (
                  <>
                    {' '}
                    in <Until iso={explanation.next.at} now={now} />{' '}
                    <small>
                      at <At iso={explanation.next.at} />
                    </small>
                  </>
                )}
              </p>
            </section>
          )}
        </div>
        <div class="facts">
          <section aria-labelledby="money-title">
            <h2 id="money-title">Money</h2>
            <MoneyTable amounts={order.amounts} />
          </section>
          <section aria-labelledby="facts-title">
            <h2 id="facts-title">Facts and their evidence</h2>
            <LastVerified order={order} timeline={timeline} now={now} />
            {explanation && <Evidence explanation={explanation} />}
          </section>
          {order.findings.length > 0 && <Findings findings={order.findings} />}
        </div>
      </div>
      {timeline && (
        <section aria-labelledby="timeline-title">
          <h2 id="timeline-title">
            Timeline <small>oldest first</small>
          </h2>
          <TimelineList timeline={timeline} />
        </section>
      )}
    </article>
  );
}

function Unavailable({ isRunning }: { readonly isRunning: boolean }) {
  return (
    <p class="notice refused">
      {isRunning
        ? 'No worker answers, so the timeline and the evidence are unavailable. The rest shows the last published state.'
        : 'The history of the closed run could not be read, so the timeline or the evidence is missing.'}{' '}
      <code>unavailable</code>
    </p>
  );
}

/** The state of the order in words, which the script announces when it changes. */
function announcementOf({ status, escalation }: Order): string {
  if (!escalation) return `${labelOf(status)}, not escalated`;
  const { level, state, owner } = escalation;
  return visible(`${labelOf(status)}, level ${level}, ${state}${owner === null ? '' : ` by ${owner}`}`);
}
