import type { Random } from '../../kit/random.ts';
import type { Action } from '../../../sandbox/bridgerpay/actions.ts';
import type { Kind } from '../../../sandbox/bridgerpay/vocabulary.ts';
import { day, hour, minute, second } from '../../kit/time.ts';

/** An action of the sandbox's control API; the fields that are left out have their usual values. */
export type Move = { readonly action: Action['action'] } & Partial<Record<string, unknown>>;

export interface TimedMove {
  readonly at: number;
  readonly what: string;
  readonly move: Move;
}

/** Draws the course of an order at BridgerPay. */
export function bridgerpayMoves(random: Random, kind: Kind, from: number): readonly TimedMove[] {
  const moves: TimedMove[] = [];
  let now = from;
  const add = (leastMs: number, mostMs: number, what: string, move: Move) => {
    now += random.duration(leastMs, mostMs);
    moves.push({ at: now, what, move });
  };
  if (kind === 'payout') payout();
  else deposit();
  return moves;

  function payout(): void {
    if (random.chance(0.1)) return;
    if (random.chance(0.2)) {
      add(second, day, 'the payout is declined', { action: 'decline' });
      if (random.chance(0.5)) return;
      add(minute, day, 'another try', { action: 'new_attempt' });
    }
    if (random.chance(0.1)) return add(minute, day, 'the payout is declined', { action: 'decline' });
    add(second, 4 * day, 'the payout is approved', { action: 'approve' });
  }

  function deposit(): void {
    if (random.chance(0.5)) add(second, minute, 'the cashier opens', { action: 'init' });
    if (random.chance(0.12)) {
      if (random.chance(0.7)) add(minute, hour, 'the cashier closes', { action: 'close' });
      return;
    }
    add(second, hour, 'the shopper pays', { action: 'pay', status: random.pick(['in_process', 'pending']) });
    if (random.chance(0.08)) return; // on its way for ever
    if (random.chance(0.25)) {
      add(second, minute, 'declined', { action: 'decline' });
      if (random.chance(0.3)) return;
      add(second, hour, 'another try', { action: 'new_attempt' });
    }
    if (random.chance(0.06)) add(second, hour, 'less arrived', { action: 'hold' });
    if (random.chance(0.15)) {
      add(second, hour, 'authorized', { action: 'authorize' });
      if (random.chance(0.2)) return add(minute, 5 * day, 'voided', { action: 'void' });
      if (random.chance(0.3))
        add(minute, day, 'capture on its way', {
          action: 'pay',
          status: 'capture_in_progress',
          transactionId: 'newest',
        });
    }
    add(second, random.pick([minute, day]), 'approved', { action: 'approve' });
    if (random.chance(0.4)) add(second, hour, 'the cashier closes', { action: 'close' });
    refunds();
  }

  function refunds(): void {
    if (!random.chance(0.4)) return;
    if (random.chance(0.4)) {
      add(minute, 10 * day, 'a part goes back', { action: 'refund', amount: random.int(1, 5) });
      if (random.chance(0.3))
        add(minute, 10 * day, 'another part goes back', { action: 'refund', amount: random.int(1, 4) });
    }
    if (random.chance(0.6)) add(minute, 20 * day, 'the rest goes back', { action: 'refund' });
  }
}
