import type { Session } from '../../../sandbox/briqpay/session.ts';
import type { Random } from '../../kit/random.ts';
import type { Action } from '../../../sandbox/briqpay/actions.ts';
import { day, hour, minute, second } from '../../kit/time.ts';

/** An action of the sandbox's control API; the fields that are left out have their usual values. */
export type Move = { readonly action: Action['action'] } & Partial<Record<string, unknown>>;

/**
 * What a read shows for a while, without a change of the payment. `unknown-word`: a word that the contract does not have.
 * `unreadable`: an amount that is none.
 */
export type Blemish = 'unknown-word' | 'unreadable';

/** Something that happens at the provider. */
export interface TimedMove {
  readonly at: number;
  readonly what: string;
  readonly action: Move | Blemish;
}

/** Draws the course of a session: an ordinary one more often than not, and what was seen in the field. */
export function briqpayMoves(
  random: Random,
  { order }: Session,
  from: number,
  newId: () => string,
): readonly TimedMove[] {
  const script = new Script(random, from, newId);
  if (random.chance(0.1))
    script.add(hour, 30 * hour, 'the cart changes', {
      action: 'change_order',
      amount: order.amountIncVat + 100,
    });
  if (!random.chance(0.93)) {
    if (random.chance(0.6)) script.add(hour, 2 * day, 'the session expires', { action: 'expire' });
    return script.moves;
  }
  if (!complete(random, script, from)) return script.moves;
  if (random.chance(0.04))
    script.add(second, hour, 'a manual review begins', {
      action: 'review',
      on: true,
      as: random.pick(['list', 'map']),
    });
  oddities(random, script);
  if (random.chance(0.1)) return script.moves; // pending for ever
  const isPaid = decide(random, script);
  oddities(random, script);
  if (isPaid) {
    captures(random, script, order.amountIncVat);
    oddities(random, script);
    if (script.taken > 0) refunds(random, script);
    if (script.taken > 0 && random.chance(0.05))
      script.add(minute, 5 * day, 'called cancelled all the same', {
        action: 'say',
        word: 'order_cancelled',
      });
  }
  lateDecline(random, script);
  oddities(random, script);
  return script.moves;
}

/** Draws how the shopper gets through, perhaps with another attempt before; false where nobody pays. */
function complete(random: Random, script: Script, from: number): boolean {
  const expiresAt = random.weighted<string | null>(
    [7, null],
    [3, new Date(from + random.duration(day, 40 * day)).toISOString()],
    [0.4, random.pick(['1970-01-01T00:00:00Z', 'soon', ''])],
  );
  const method = random.pick(['Invoice', 'Card', 'Swish']);
  if (random.chance(0.14)) {
    const transactionId = script.newId();
    script.add(5 * second, 3 * hour, 'an attempt in an open session', {
      action: 'complete',
      method,
      expiresAt,
      keepOpen: true,
      transactionId,
    });
    const end = random.weighted<'reject' | 'cancel' | undefined>(
      [5, 'reject'],
      [1, 'cancel'],
      [3, undefined],
    );
    if (end) script.add(second, hour, `the attempt ends: ${end}`, { action: end });
    else script.undecided = transactionId;
    if (random.chance(0.2)) return false;
  }
  const isNamedLater = random.chance(0.08);
  script.add(5 * second, 3 * hour, 'the shopper completes', {
    action: 'complete',
    method,
    expiresAt,
    ...(isNamedLater && { hideId: true }),
    ...(random.chance(0.1) && { reservationId: `reservation-${random.int(1, 9_999)}` }),
    ...(random.chance(0.05) && { hideStatus: true }),
  });
  if (isNamedLater) script.add(second, day, 'its id comes', { action: 'hide', part: 'id', on: false });
  return true;
}

/** Draws what reads show that is odd for a while: words that lag or are unknown, entries that vanish, dates that are none. */
function oddities(random: Random, script: Script): void {
  if (random.chance(0.03)) script.add(second, hour, 'an unheard-of word', 'unknown-word');
  if (random.chance(0.02)) script.add(second, hour, 'an amount that is none', 'unreadable');
  if (random.chance(0.06)) {
    const word = random.pick([
      'captured_full',
      'captured_partial',
      'order_pending',
      'order_approved_not_captured',
      'order_rejected',
      'order_cancelled',
      'order_under_review',
    ]);
    script.add(second, day, `called ${word}`, { action: 'say', word });
    if (random.chance(0.8)) script.add(second, 2 * day, 'called what it is', { action: 'say', word: null });
  }
  if (random.chance(0.05)) {
    // By default it is the newest transaction.
    const id = random.pick(['', ...script.captureIds]);
    const named = id !== '' && { id };
    script.add(second, day, 'an entry is no longer listed', { action: 'hide', ...named });
    if (random.chance(0.7))
      script.add(second, 10 * day, 'the entry is listed again', { action: 'hide', on: false, ...named });
  }
  if (random.chance(0.02))
    script.add(second, day, 'an entry without a status', { action: 'hide', part: 'status' });
  if (random.chance(0.03))
    script.add(second, day, 'another expiry', {
      action: 'set_expiry',
      expiresAt: random.pick([
        null,
        '1970-01-01T00:00:00Z',
        new Date(script.now + random.duration(day, 20 * day)).toISOString(),
      ]),
    });
}

/** The attempt that nobody decided about is declined in the end, or never. */
function lateDecline(random: Random, script: Script): void {
  const { undecided: transactionId } = script;
  if (transactionId !== undefined && random.chance(0.5))
    script.add(second, 3 * day, 'the first attempt is declined late', { action: 'reject', transactionId });
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
      status: random.weighted([3, 'approved'], [2, 'pending']),
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
    const captureId = script.newId();
    script.captureIds.push(captureId);
    const isSlow = random.chance(0.35);
    script.add(second, random.weighted([5, hour], [3, 5 * day], [1, 45 * day]), `captured ${amount}`, {
      action: 'capture',
      captureId,
      amount: random.chance(0.03) ? amount * 3 : amount,
      status: isSlow ? 'pending' : 'approved',
      ...(random.chance(0.02) && { currency: 'USD' }),
      ...(random.chance(0.04) && { hideStatus: true }),
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
    const refundId = script.newId();
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
  const most = random.weighted([6, 2 * day], [1, 45 * day]);
  script.add(second, most, `${action} ${status}`, { action, status, ...id });
  return status === 'approved';
}

class Script {
  readonly moves: TimedMove[] = [];
  readonly #random: Random;
  readonly newId: () => string;
  readonly captureIds: string[] = [];
  /** An attempt that nobody has decided about. */
  undecided: string | undefined;
  #now: number;
  taken = 0;
  isAutomatic = false;
  hasSeveral = false;

  constructor(random: Random, from: number, newId: () => string) {
    this.#random = random;
    this.#now = from;
    this.newId = newId;
  }

  get now(): number {
    return this.#now;
  }

  /** Adds a move at a drawn time after the last one. */
  add(leastMs: number, mostMs: number, what: string, action: Move | Blemish): void {
    this.#now += this.#random.duration(leastMs, mostMs);
    this.moves.push({ at: this.#now, what, action });
  }
}
