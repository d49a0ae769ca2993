import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { OrderState } from '../domain/order/state.ts';
import { viewOf, type Order } from '../domain/order/view.ts';
import { orderMemo } from './contract/order-run.ts';
import { laterFields, projectionOf } from './contract/projection.ts';
import { attributesOf } from './contract/search-attributes.ts';

/** Shows an order to all who read without a worker, by memo and search attributes. It gives commands only for what changed. */
export class Projection {
  #order: Partial<Order>;
  #attributes: ReadonlyMap<string, string>;

  /** The start of the run has shown this state already, by the version in it. */
  constructor(state: OrderState) {
    this.#order = fieldsOf(viewOf(state), state.projection);
    this.#attributes = attributeFingerprints(attributesOf(state, state.projection));
  }

  /**
   * Shows a state and answers it with the version that it was shown by. A scheduled read that confirms what is known is no
   * news; after a read that somebody waits for (`isAwaited`) the memo tells when it was.
   */
  show(state: OrderState, isAwaited: boolean): OrderState {
    // In histories too: a worker of another version shows other attributes, in a replay as at first.
    const version = projectionOf(workflowInfo().currentDeploymentVersion?.buildId);
    const order = viewOf(state);
    const fields = fieldsOf(order, version);
    const isNews = fingerprint(fields) !== fingerprint(fieldsOf(this.#order, version));
    if (isAwaited || isNews) upsertMemo({ [orderMemo]: order });
    this.#order = fields;

    const attributes = attributesOf(state, version);
    const changed = attributes.filter(
      ({ key, value }) => this.#attributes.get(key.name) !== JSON.stringify(value),
    );
    if (changed.length > 0) upsertSearchAttributes(changed);
    this.#attributes = attributeFingerprints(attributes);
    return { ...state, projection: version };
  }
}

/** The fields of a memo's order that a version of the projection has. */
function fieldsOf(order: Partial<Order>, version: number): Partial<Order> {
  const fields = Object.entries(order).filter(
    ([field]) => (laterFields[field as keyof Order] ?? 1) <= version,
  );
  return Object.fromEntries(fields);
}

/** What makes a memo news; when the provider was last read does not. */
function fingerprint({ verified, ...fields }: Partial<Order>): string {
  return JSON.stringify({ ...fields, isVerified: verified !== undefined });
}

function attributeFingerprints(
  attributes: readonly SearchAttributeUpdatePair[],
): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ key, value }) => [key.name, JSON.stringify(value)]));
}
