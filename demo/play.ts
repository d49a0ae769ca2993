import type { Order } from '../src/domain/order/view.ts';
import type { Journey } from './journeys.ts';
import type { Shop } from './shop.ts';

export interface JourneyResult {
  readonly name: string;
  readonly order: Order | undefined;
  /** The order reached the state that the journey expects. */
  readonly isAsExpected: boolean;
  /** Why it did not, where that is known. */
  readonly problem?: string;
}

/** Plays one journey, and waits until its order is as expected or `timeoutMs` have passed. */
export async function play(journey: Journey, shop: Shop, timeoutMs: number): Promise<JourneyResult> {
  const { name } = journey;
  const deadline = Date.now() + timeoutMs;
  let key: string;
  try {
    key = await journey.play(shop);
  } catch (error) {
    return { name, order: undefined, isAsExpected: false, problem: String(error) };
  }
  for (;;) {
    const order = await shop.order(key);
    if (order && journey.isExpected(order)) return { name, order, isAsExpected: true };
    if (Date.now() > deadline) return { name, order, isAsExpected: false, problem: 'timed out' };
    await shop.waitForChange(key, order?.sequence ?? 0);
  }
}
