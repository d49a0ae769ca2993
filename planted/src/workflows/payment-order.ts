import * as wf from '@temporalio/workflow';
import { agendaOf, type ReadReason } from '../domain/order/agenda.ts';
import { isDecision, refusalOf, type Command, type Refusal } from '../domain/order/commands.ts';
import { explanationOf, type Explanation } from '../domain/order/explain.ts';
import type { Hint } from '../domain/order/hints.ts';
import { step, type Input } from '../domain/order/step.ts';
import type { Terms } from '../domain/money/payment.ts';
import { openOrder, type OrderStart, type OrderState } from '../domain/order/state.ts';
import { stepMetricsOf } from '../domain/order/step-metrics.ts';
import { timelineOf, viewOf, type Order, type TimelineView } from '../domain/order/view.ts';
import { LazyTimer } from './lazy-timer.ts';
import {
  orderMemo,
  queries,
  signals,
  updates,
  type CommandAnswer,
  type CommandEnvelope,
  type OrderResult,
} from './contract.ts';
import { detailsOf } from './details.ts';
import { OrderMetrics } from './order-metrics.ts';
import { isCommand, isHint, plainHint } from './guards.ts';
import { Projection } from './projection.ts';
import { ProviderReads } from './provider-reads.ts';
import { tellConclusion, tracesOf, type Conclusion } from './traces.ts';

// Well below the 1,500 events that a history may have, so that a burst of hooks still fits.
const longestHistory = 1_000;

/** One order from its registration or first hook to its end. Hints and commands come in; this loop alone acts. */
export async function paymentOrder(start: OrderStart): Promise<OrderResult> {
  const run = new OrderRun(start);
  for (;;) {
    const next = agendaOf(run.state, Date.now());
    switch (next.do) {
      case 'read':
        await run.read(next.why);
        break;
      case 'wait':
        wf.setCurrentDetails(detailsOf(run.state, next));
        if (isLong()) {
          // Signals that came in one task count as unfinished until it is over; what they told is in the state.
          await wf.condition(wf.allHandlersFinished);
          await continueFrom(run.state);
        }
        await run.wait(next.until, next.why);
        break;
      case 'close':
        wf.setCurrentDetails(detailsOf(run.state, next));
        return { order: viewOf(run.state), carry: run.state };
    }
  }
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = wf.workflowInfo();
  return historyLength > longestHistory || continueAsNewSuggested;
}

function continueFrom(state: OrderState): Promise<never> {
  const { identity, policy } = state;
  // Without it the next run would show the memo that this one was started with.
  const memo = { [orderMemo]: viewOf(state) };
  return wf.makeContinueAsNewFunc<typeof paymentOrder>({ memo })({ identity, policy, carry: state });
}

/** One run of an order: its state, the handlers that record, and the acts that the loop asks for. */
class OrderRun {
  state: OrderState;
  readonly #alarm = new LazyTimer();
  readonly #meters: OrderMetrics;
  readonly #publication: Projection;
  readonly #reads: ProviderReads;
  #isStirred = false;

  constructor(start: OrderStart) {
    this.state = openOrder(start, Date.now());
    this.#meters = new OrderMetrics(start.identity);
    this.#publication = new Projection(this.state);
    this.#reads = new ProviderReads(start);
    wf.setHandler(wf.defineQuery<Order>(queries.order), () => viewOf(this.state));
    wf.setHandler(wf.defineQuery<TimelineView>(queries.timeline), () => timelineOf(this.state));
    wf.setHandler(wf.defineQuery<Explanation>(queries.explanation), () =>
      explanationOf(this.state, Date.now()),
    );
    this.#accept<Terms>(updates.register, (terms) => ({ type: 'register', terms }));
    for (const type of [
      updates.recheck,
      updates.acknowledgeEscalation,
      updates.snoozeEscalation,
      updates.resolveEscalation,
    ]) {
      this.#accept<object>(type, (body) => ({ ...body, type }) as Command);
    }
    wf.setHandler(wf.defineSignal<[Terms]>(signals.register), (terms) => this.#registerQuietly(terms));
    // Last, since hints that were buffered before the first task are handed over right here.
    wf.setHandler(wf.defineSignal<[Hint]>(signals.hint), (hint) => this.#hear(hint));
  }

  /** Asks the provider; a hint that comes in meanwhile is not covered, and brings one more read. */
  async read(why: ReadReason): Promise<void> {
    const traces = tracesOf(this.state.hints);
    this.#apply({ type: 'asking' });
    const { traceparent, ...result } = await this.#reads.read(this.state, why, traces);
    const before = this.state;
    const told = this.#apply({ type: 'answer', result, why });
    if (traceparent !== undefined) tellConclusion(before, this.state, { traceparent, why, ...told });
    this.#publication.show(this.state, why === 'hook' || why === 'command');
  }

  /** Waits for a moment, or for a hint or a command that may have changed what is next. */
  async wait(until: number | undefined, why: string): Promise<void> {
    if (until !== undefined) this.#alarm.fireBy(until, Date.now(), why);
    await wf.condition(() => this.#isStirred || (until !== undefined && this.#alarm.hasFired));
    this.#isStirred = false;
  }

  #hear(hint: Hint): void {
    if (!isHint(hint)) return wf.log.warn('a signal that is no hint was ignored');
    // Shown with the read that follows: until then nothing is known that was not known before.
    this.#apply({ type: 'hint', hint: plainHint(hint) });
  }

  #registerQuietly(terms: Terms): void {
    const command: Command = { type: 'register', terms };
    if (!isCommand(command)) return wf.log.warn('a registration without terms was ignored');
    if (refusalOf(this.state, command, Date.now()))
      return wf.log.warn('a registration with other terms was ignored');
    this.#carryOut(command, signals.register, '');
  }

  #accept<Body>(name: string, commandOf: (body: Body) => Command): void {
    const update = wf.defineUpdate<CommandAnswer, [CommandEnvelope<Body>]>(name);
    wf.setHandler(update, (envelope) => this.#obey(envelope, commandOf(envelope.body)), {
      validator: (envelope) => this.#check(envelope, commandOf),
    });
  }

  #obey({ key, hash }: CommandEnvelope<unknown>, command: Command): CommandAnswer {
    const earlier = this.#answered(key);
    const refusal = earlier ? undefined : refusalOf(this.state, command, Date.now());
    if (refusal && isDecision(command)) {
      // Accepted to be refused: what a validator refuses leaves no trace, and both who acted belong in the timeline.
      this.#apply({ type: 'late', command, refusal });
      throw failureOf(refusal);
    }
    if (!earlier) this.#carryOut(command, key, hash);
    return { hash: earlier?.hash ?? hash, order: viewOf(this.state) };
  }

  #check<Body>(envelope: CommandEnvelope<Body>, commandOf: (body: Body) => Command): void {
    const { key, hash, body } = envelope ?? {};
    const command = typeof body === 'object' && body !== null ? commandOf(body) : undefined;
    if (typeof key !== 'string' || typeof hash !== 'string' || !isCommand(command)) {
      throw wf.ApplicationFailure.nonRetryable('not a command', 'invalid_command');
    }
    const refusal = this.#answered(key) ? undefined : refusalOf(this.state, command, Date.now());
    if (refusal && !refusal.isLost) throw failureOf(refusal);
  }

  #answered(key: string) {
    return this.state.answered.find((answer) => answer.key === key);
  }

  #carryOut(command: Command, key: string, hash: string): void {
    this.#apply({ type: 'command', command, key, hash });
    this.#publication.show(this.state, false);
  }

  /** Answers which events and dispositions came of it. */
  #apply(input: Input): Pick<Conclusion, 'events' | 'dispositions'> {
    const before = this.state;
    const { state, events } = step(before, input, Date.now());
    const tally = stepMetricsOf(before, input, state);
    this.state = state;
    this.#meters.add(tally);
    this.#isStirred = true;
    return { events: events.map(({ type }) => type), dispositions: tally.dispositions };
  }
}

function failureOf({ code, detail }: Refusal): wf.ApplicationFailure {
  return wf.ApplicationFailure.nonRetryable(detail, code);
}
