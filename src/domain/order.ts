import type { ReadReason } from './agenda.ts';
import { quiet, type Step } from './conclude.ts';
import { hear } from './hear.ts';
import type { Hint } from './hints.ts';
import { ask, learn, miss } from './learn.ts';
import { disappoint, obey, type AcceptedCommand, type LateDecision } from './obey.ts';
import { assertNever, type ReadResult } from './payment.ts';
import { everyRule, type HasRule } from './rules.ts';
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
 * is told. `now` is epoch milliseconds. When to read, and when to close, follows from the state: see `agendaOf`. `has` says
 * by which of the later rules it goes.
 */
export function step(state: OrderState, input: Input, now: number, has: HasRule = everyRule): Step {
  switch (input.type) {
    case 'hint':
      return quiet(hear(state, input.hint, now, has));
    case 'asking':
      return quiet(ask(state, now));
    case 'answer':
      return input.result.ok
        ? learn(state, input.result, input.why, now, has)
        : miss(state, input.result, input.why, now, has);
    case 'command':
      return obey(state, input, now);
    case 'late':
      return disappoint(state, input, now);
    default:
      return assertNever(input);
  }
}
