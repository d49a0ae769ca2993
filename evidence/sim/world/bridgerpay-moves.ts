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
    if (random.chance(0.05)) add(second, day, 'called under_review', { action: 'say', word: 'under_review' });
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
    const isNamedLater = random.chance(0.08);
    add(second, hour, 'the shopper pays', {
      action: 'pay',
      status: random.pick(['in_process', 'pending']),
      ...(isNamedLater && { hideId: true }),
    });
    if (random.chance(0.08)) return; // on its way for ever
    if (isNamedLater)
      add(second, hour, 'its id comes', { action: 'pay', status: 'in_process', hideId: false });
    attempts();
    if (random.chance(0.12)) add(second, random.pick([hour, day]), 'less arrived', { action: 'hold' });
    if (random.chance(0.06)) anotherAttempt();
    if (random.chance(0.03)) {
      add(second, hour, 'called under_review', { action: 'say', word: 'under_review' });
      if (random.chance(0.3)) return;
    }
    if (random.chance(0.2) && !authorize()) return;
    approve();
    if (random.chance(0.4)) add(second, hour, 'the cashier closes', { action: 'close' });
    if (random.chance(0.05)) {
      const isOfGroup = random.chance(0.5);
      add(second, day, 'paid a second time', {
        action: 'new_attempt',
        ...(isOfGroup && { pspOrderId: 'newest' }),
      });
      add(second, hour, 'approved a second time', { action: 'approve' });
    }
    if (random.chance(0.07) && !takeBack()) return;
    refunds();
    if (random.chance(0.05)) add(minute, 60 * day, 'charged back', { action: 'say', word: 'chargeback' });
  }

  function attempts(): void {
    if (!random.chance(0.25)) return;
    add(second, minute, 'declined', { action: 'decline' });
    if (random.chance(0.7)) anotherAttempt();
  }

  /** One more attempt; reads list only the newest, and the one before may be undecided. */
  function anotherAttempt(): void {
    add(second, hour, 'another try', { action: 'new_attempt' });
    if (random.chance(0.2)) add(second, hour, 'the other try is declined', { action: 'decline' });
  }

  /** False where nothing is captured after it. */
  function authorize(): boolean {
    add(second, hour, 'authorized', { action: 'authorize' });
    if (random.chance(0.2)) {
      add(minute, 5 * day, 'voided', { action: 'void' });
      return false;
    }
    if (random.chance(0.15)) return false; // it lapses
    if (random.chance(0.4)) {
      add(minute, day, 'capture on its way', {
        action: 'pay',
        status: 'capture_in_progress',
        transactionId: 'newest',
      });
      if (random.chance(0.3)) {
        add(second, 20 * day, 'the capture came to nothing', {
          action: 'authorize',
          transactionId: 'newest',
        });
        return random.chance(0.5);
      }
    }
    return true;
  }

  function approve(): void {
    const another = random.weighted<object>(
      [20, {}],
      [1, { amount: '0.00' }],
      [1, { amount: random.int(1, 9) }],
    );
    // The capture of a reservation has an id of its own at some payment providers.
    const renamed = random.chance(0.15) && { newTransactionId: `cap${random.int(1, 99_999)}` };
    add(second, random.pick([minute, day, 20 * day]), 'approved', {
      action: 'approve',
      ...another,
      ...renamed,
    });
  }

  /** Money that was captured is gone again; false where that is how it ends. */
  function takeBack(): boolean {
    const [least, most] = [minute, 20 * day] as const;
    const how = random.pick(['void', 'decline', 'hide'] as const);
    add(least, most, `taken back: ${how}`, { action: how, transactionId: 'newest' });
    if (random.chance(0.5)) return false;
    if (how === 'hide')
      add(least, most, 'known again', { action: 'hide', on: false, transactionId: 'newest' });
    else add(least, most, 'approved again', { action: 'approve', transactionId: 'newest' });
    return true;
  }

  function refunds(): void {
    if (!random.chance(0.4)) return;
    const isLate = random.chance(0.2);
    if (isLate) add(minute, day, 'the word will lag', { action: 'say', word: 'approved' });
    if (random.chance(0.4)) {
      add(minute, 10 * day, 'a part goes back', { action: 'refund', amount: random.int(1, 5) });
      if (random.chance(0.3))
        add(minute, 10 * day, 'another part goes back', { action: 'refund', amount: random.int(1, 4) });
    }
    if (random.chance(0.6)) add(minute, 20 * day, 'the rest goes back', { action: 'refund' });
    if (isLate && random.chance(0.8)) add(minute, 3 * day, 'the word follows', { action: 'say', word: null });
  }
}
