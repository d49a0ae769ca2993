import type { Finding } from '../money/findings.ts';
import { without } from '../values.ts';
import { derive, unannounced, type Transition } from './derive.ts';
import type { OrderState } from './state.ts';

const idsKept = 10;

/**
 * Notes which other orders of this reference are paid too, so that together they exceed what was asked; none: it is
 * over. The same ids again change nothing.
 */
export function notePaidTwice(state: OrderState, others: readonly string[], now: number): Transition {
  const ids = others.toSorted().slice(0, idsKept);
  const { paidTwice } = state;
  if (ids.length === 0)
    return paidTwice ? derive(state, without(state, 'paidTwice'), [], now) : unannounced(state);
  if (paidTwice?.ids.join(' ') === ids.join(' ')) return unannounced(state);
  const finding: Finding = {
    code: 'double_payment',
    subject: ids.join(' '),
    detail: `paid too: ${ids.join(', ')}`,
  };
  return derive(state, { ...state, paidTwice: { ids, at: now } }, [finding], now);
}
