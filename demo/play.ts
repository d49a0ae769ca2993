import type { Order } from '../src/domain/order/view.ts';
import type { Journey } from './journeys.ts';
import type { Shop } from './shop.ts';

export interface Outcome {
  readonly name: string;
  readonly order: Order | undefined;
  /** It got where it should be. */
  readonly isDone: boolean;
  /** Why it did not, where something went wrong on the way. */
  readonly problem?: string;
}

/** Plays one journey to its end, or until `patienceMs` have passed. */
export async function play(journey: Journey, shop: Shop, patienceMs: number): Promise<Outcome> {
  const deadline = Date.now() + patienceMs;
  let session: string;
  try {
    session = await journey.play(shop);
  } catch (error) {
    return { name: journey.name, order: undefined, isDone: false, problem: String(error) };
  }
  for (;;) {
    const order = await shop.order(session);
    if (order && journey.isDone(order)) return { name: journey.name, order, isDone: true };
    if (Date.now() > deadline)
      return { name: journey.name, order, isDone: false, problem: 'not there in time' };
    await shop.change(session, order?.sequence ?? 0);
  }
}
