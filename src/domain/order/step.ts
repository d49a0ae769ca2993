import type { ReadReason } from './agenda.ts';
import { unannounced, type Transition } from './derive.ts';
import { applyHint } from './on-hint.ts';
import type { Hint } from './hints.ts';
import { markReadStarted, applyReading, applyReadFailure } from './on-reading.ts';
import { recordLateDecision, applyCommand, type AcceptedCommand, type LateDecision } from './on-command.ts';
import { type ReadResult } from '../money/payment.ts';
import { assertNever } from '../values.ts';
import { notePaidTwice } from './paid-twice.ts';
import type { OrderState } from './state.ts';

/** Everything that can happen to an order. */
export type Input =
  | { readonly type: 'hint'; readonly hint: Hint }
  | { readonly type: 'readStarted' }
  | { readonly type: 'readEnded'; readonly result: ReadResult; readonly why: ReadReason }
  | ({ readonly type: 'command' } & AcceptedCommand)
  | ({ readonly type: 'lateDecision' } & LateDecision)
  | { readonly type: 'paidTwice'; readonly ids: readonly string[] };

/**
 * One pure step of an order: the state, an input and the time (`now`, epoch milliseconds) give the next state and the
 * merchant's events. `agendaOf` decides when to read and when to close.
 */
export function step(state: OrderState, input: Input, now: number): Transition {
  switch (input.type) {
    case 'hint':
      return unannounced(applyHint(state, input.hint, now));
    case 'readStarted':
      return unannounced(markReadStarted(state, now));
    case 'readEnded':
      return input.result.ok
        ? applyReading(state, input.result, input.why, now)
        : applyReadFailure(state, input.result, input.why, now);
    case 'command':
      return applyCommand(state, input, now);
    case 'lateDecision':
      return recordLateDecision(state, input, now);
    case 'paidTwice':
      return notePaidTwice(state, input.ids, now);
    default:
      return assertNever(input);
  }
}
