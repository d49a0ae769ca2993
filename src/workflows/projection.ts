import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { type OrderState } from '../domain/order/state.ts';
import { without } from '../domain/values.ts';
import { viewOf, type Order } from '../domain/order/view.ts';
import { attributesOf, orderMemo } from './contract.ts';

/** Shows an order to everybody who reads without a worker, by memo and search attributes; nothing where nothing changed. */
export class Projection {
  #order: string;
  #attributes: ReadonlyMap<string, string>;

  /** The run's start has shown this state already. */
  constructor(state: OrderState) {
    this.#order = fingerprint(viewOf(state));
    this.#attributes = fingerprints(attributesOf(state));
  }

  /** A scheduled read that confirms what is known is no news; whoever asked for a read (`isAwaited`) sees when it was. */
  show(state: OrderState, isAwaited: boolean): void {
    const order = viewOf(state);
    const shown = fingerprint(order);
    if (isAwaited || shown !== this.#order) upsertMemo({ [orderMemo]: order });
    this.#order = shown;

    const attributes = attributesOf(state);
    const changed = attributes.filter(
      ({ key, value }) => this.#attributes.get(key.name) !== JSON.stringify(value),
    );
    if (changed.length > 0) upsertSearchAttributes(changed);
    this.#attributes = fingerprints(attributes);
  }
}

function fingerprint(order: Order): string {
  const isVerified = order.verified !== undefined;
  return JSON.stringify({ ...without(order, 'verified'), isVerified });
}

function fingerprints(attributes: readonly SearchAttributeUpdatePair[]): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ key, value }) => [key.name, JSON.stringify(value)]));
}
