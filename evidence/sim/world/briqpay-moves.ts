import type { Session } from '../../../sandbox/briqpay/session.ts';
import type { Random } from '../../kit/random.ts';
import type { Action } from '../../../sandbox/briqpay/actions.ts';
import { day, hour, minute, second } from '../../kit/time.ts';

/** An action of the sandbox's control API; the fields that are left out have their usual values. */
export type Move = { readonly action: Action['action'] } & Partial<Record<string, unknown>>;

/** Something that happens at the provider; `unknown-word`: it uses a word that the contract does not have. */
export interface TimedMove {
  readonly at: number;
  readonly what: string;
  readonly action: Move | 'unknown-word';
}

/** Draws the course of a session: an ordinary one more often than not, and what was seen in the field. */
export function briqpayMoves(random: Random, { order }: Session, from: number): readonly TimedMove[] {
  const script = new Script(random, from);
  if (random.chance(0.1))
    script.add(hour, 30 * hour, 'the cart changes', {
      action: 'change_order',
      amount: order.amountIncVat + 100,
    });
  if (!random.chance(0.93)) {
    if (random.chance(0.6)) script.add(hour, 2 * day, 'the session expires', { action: 'expire' });
    return script.moves;
  }
  const expiresAt = random.chance(0.3) ? new Date(from + random.duration(day, 40 * day)).toISOString() : null;
  const method = random.pick(['Invoice', 'Card', 'Swish']);
  script.add(5 * second, 3 * hour, 'the shopper completes', { action: 'complete', method, expiresAt });
  if (random.chance(0.04))
    script.add(second, hour, 'a manual review begins', {
      action: 'review',
      on: true,
      as: random.pick(['list', 'map']),
    });
  if (random.chance(0.03)) script.add(second, hour, 'an unheard-of word', 'unknown-word');
  if (random.chance(0.1)) return script.moves; // pending for ever
  const isPaid = decide(random, script);
  if (isPaid) {
    captures(random, script, order.amountIncVat);
    if (script.taken > 0) refunds(random, script);
  }
  return script.moves;
}

/** Draws the decision; true where the payment ends approved, so that money can be captured. */
function decide(random: Random, script: Script): boolean {
  const first = random.weighted<'approve' | 'reject' | 'cancel'>(
    [8, 'approve'],
    [1.5, 'reject'],
    [0.8, 'cancel'],
  );
  const isAutomatic = first === 'approve' && random.chance(0.2);
  script.add(second, random.weighted([6, minute], [3, hour], [1, 3 * day]), `decided: ${first}`, {
    action: first,
    ...(isAutomatic && { autoCapture: true }),
  });
  if (isAutomatic) {
    script.isAutomatic = true;
    return true;
  }
  if (first === 'reject' && random.chance(0.3)) {
    script.add(minute, 2 * day, 'approved after all', { action: 'approve' });
    return random.chance(0.7);
  }
  if (first !== 'approve') return false;
  if (random.chance(0.04)) {
    script.add(minute, 2 * day, 'rejected after all', { action: 'reject' });
    return false;
  }
  if (random.chance(0.12)) {
    script.add(minute, 9 * day, 'cancelled', { action: 'cancel' });
    return false;
  }
  if (random.chance(0.04)) {
    script.hasSeveral = true;
    script.add(second, hour, 'paid a second time', {
      action: 'add_transaction',
      position: random.pick(['first', 'last']),
    });
  }
  return random.chance(0.85);
}

function captures(random: Random, script: Script, total: number): void {
  if (script.isAutomatic) {
    script.taken = total;
    return;
  }
  let left = total;
  const parts = random.weighted([6, 1], [2, 2], [1, 3]);
  for (let part = 1; part <= parts && left > 0; part += 1) {
    const amount = part === parts && random.chance(0.8) ? left : random.int(1, left);
    const captureId = random.uuid();
    const isSlow = random.chance(0.35);
    script.add(second, random.weighted([5, hour], [3, 5 * day], [1, 45 * day]), `captured ${amount}`, {
      action: 'capture',
      captureId,
      amount: random.chance(0.03) ? amount * 3 : amount,
      status: isSlow ? 'pending' : 'approved',
      ...(random.chance(0.02) && { currency: 'USD' }),
    });
    const isApproved = !isSlow || settle(random, script, 'settle_capture', { captureId });
    if (!isApproved) continue;
    left -= amount;
    script.taken += amount;
    if (random.chance(0.04)) {
      script.add(minute, 5 * day, 'a capture is taken back', {
        action: 'settle_capture',
        captureId,
        status: 'rejected',
      });
      left += amount;
      script.taken -= amount;
    }
  }
  if (left > 0 && script.taken > 0 && !script.hasSeveral && random.chance(0.4))
    script.add(minute, 5 * day, 'the rest is released', { action: 'cancel' });
}

function refunds(random: Random, script: Script): void {
  if (!random.chance(0.45)) return;
  let left = script.taken;
  for (let part = 1; part <= 3 && left > 0; part += 1) {
    const amount = random.chance(0.5) ? left : random.int(1, left);
    const refundId = random.uuid();
    const isSlow = random.chance(0.35);
    script.add(second, random.weighted([5, day], [3, 10 * day], [1, 60 * day]), `refunded ${amount}`, {
      action: 'refund',
      refundId,
      amount: random.chance(0.03) ? amount + script.taken : amount,
      status: isSlow ? 'pending' : 'approved',
    });
    if (!isSlow || settle(random, script, 'settle_refund', { refundId })) left -= amount;
    if (random.chance(0.4)) return;
  }
}

/** Draws the end of what is pending; true where it is approved. */
function settle(
  random: Random,
  script: Script,
  action: 'settle_capture' | 'settle_refund',
  id: { readonly captureId?: string; readonly refundId?: string },
): boolean {
  const status = random.weighted([7, 'approved'], [2, 'rejected'], [0.5, 'cancelled'], [1, 'pending']);
  if (status === 'pending') return false;
  script.add(second, 2 * day, `${action} ${status}`, { action, status, ...id });
  return status === 'approved';
}

class Script {
  readonly moves: TimedMove[] = [];
  readonly #random: Random;
  #now: number;
  taken = 0;
  isAutomatic = false;
  hasSeveral = false;

  constructor(random: Random, from: number) {
    this.#random = random;
    this.#now = from;
  }

  /** Adds a move at a drawn time after the last one. */
  add(leastMs: number, mostMs: number, what: string, action: Move | 'unknown-word'): void {
    this.#now += this.#random.duration(leastMs, mostMs);
    this.moves.push({ at: this.#now, what, action });
  }
}
