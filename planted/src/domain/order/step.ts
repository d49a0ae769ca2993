import type { ReadReason } from './agenda.ts';
import { unannounced, type Transition } from './derive.ts';
import { applyHint } from './on-hint.ts';
import type { Hint } from './hints.ts';
import { markReadStarted, applyReading, applyReadFailure } from './on-reading.ts';
import { recordLateDecision, applyCommand, type AcceptedCommand, type LateDecision } from './on-command.ts';
import { assertNever, type ReadResult } from '../money/payment.ts';
import type { OrderState } from './state.ts';

/** Everything that can happen to an order. */
export type Input =
  | { readonly type: 'hint'; readonly hint: Hint }
  | { readonly type: 'asking' }
  | { readonly type: 'answer'; readonly result: ReadResult; readonly why: ReadReason }
  | ({ readonly type: 'command' } & AcceptedCommand)
  | ({ readonly type: 'late' } & LateDecision);

/**
 * The order as one pure step: what is known, what came in and the time give what is known next and what the merchant
 * is told. `now` is epoch milliseconds. When to read, and when to close, follows from the state: see `agendaOf`.
 */
export function step(state: OrderState, input: Input, now: number): Transition {
  switch (input.type) {
    case 'hint':
      return unannounced(applyHint(state, input.hint, now));
    case 'asking':
      return unannounced(markReadStarted(state, now));
    case 'answer':
      return input.result.ok
        ? applyReading(state, input.result, input.why, now)
        : applyReadFailure(state, input.result, input.why, now);
    case 'command':
      return applyCommand(state, input, now);
    case 'late':
      return recordLateDecision(state, input, now);
    default:
      return assertNever(input);
  }
}
