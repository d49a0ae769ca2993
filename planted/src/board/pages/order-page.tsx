import type { Order } from '../../domain/order/view.ts';
import type { Typed } from '../act-form.ts';
import type { OrderView } from '../load-order.ts';
import { spoken, StatusBadge } from './badges.tsx';
import { EscalationPanel } from './escalation-panel.tsx';
import { Evidence } from './evidence.tsx';
import { Findings } from './findings.tsx';
import { inert } from './inert.ts';
import { Layout, type PageContext } from './layout.tsx';
import { MoneyTable } from './money-table.tsx';
import { FaultsNotice, RefusalNotice } from './notices.tsx';
import { orderHref } from './order-href.ts';
import { OrderNames } from './order-names.tsx';
import { TimelineList } from './timeline-list.tsx';
import { At, Until } from './times.tsx';
import { LastVerified } from './last-verified.tsx';
import { UntrustedText } from './untrusted-text.tsx';

/** What an order's page is drawn from. */
export interface OrderProps {
  readonly frame: PageContext;
  readonly view: OrderView;
  /** The same for a second click on this very page. */
  readonly idempotencyKey: string;
  /** The run in the Temporal UI, where there is one. */
  readonly temporalHref: string | undefined;
  readonly typed?: Typed;
  readonly faults?: readonly string[];
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** One order: where it stands, why, what happens next, and what a person can do. */
export function OrderPage(props: OrderProps) {
  const { frame, view, faults, refusal } = props;
  const { order } = view;
  return (
    <Layout frame={frame} title={order.reference ?? order.id} liveHref={orderHref(order.id)}>
      {refusal && <RefusalNotice {...refusal} />}
      {faults && <FaultsNotice faults={faults} />}
      <OrderRegion {...props} />
    </Layout>
  );
}

/** The part of an order's page that changes by itself. */
export function OrderRegion({ frame, view, idempotencyKey, temporalHref, typed }: OrderProps) {
  const { order, timeline, explanation, version, isRunning } = view;
  const { now } = frame;
  return (
    <article id="board" class="order" data-said={saidOf(order)}>
      <input type="hidden" id="version" name="version" value={version} />
      <header>
        <h1 id="board-title" tabindex={-1}>
          <UntrustedText>{order.reference ?? order.id}</UntrustedText> <StatusBadge status={order.status} />
        </h1>
        <OrderNames order={order} isRunning={isRunning} temporalHref={temporalHref} />
      </header>
      {!timeline || !explanation ? <Unavailable isRunning={isRunning} /> : null}
      <div class="columns">
        <div class="hands">
          <EscalationPanel
            order={order}
            csrf={frame.csrf}
            idempotencyKey={idempotencyKey}
            typed={typed}
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
            Timeline <small>oldest first: heard, read, decided, told</small>
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
        ? 'No worker answers, so the timeline and the evidence are unavailable. The order below is as it was last published.'
        : 'What the closed run has left could not be read, so the timeline or the evidence is missing.'}{' '}
      <code>unavailable</code>
    </p>
  );
}

/** What a change of the page is announced as. */
function saidOf({ status, escalation }: Order): string {
  if (!escalation) return `${spoken(status)}, not escalated`;
  const { level, state, owner } = escalation;
  return inert(`${spoken(status)}, level ${level}, ${state}${owner === null ? '' : ` by ${owner}`}`);
}
