import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { OrderState } from '../domain/order/state.ts';
import { viewOf, type Order } from '../domain/order/view.ts';
import { orderMemo } from './contract/order-run.ts';
import { laterFields, projectionOf } from './contract/projection.ts';
import { attributesOf } from './contract/search-attributes.ts';

/** Shows an order in memo and search attributes, which are read without a worker. Gives commands only for changes. */
export class Projection {
  #order: Partial<Order>;
  #attributes: ReadonlyMap<string, string>;

  /** The start of the run has already shown this state, in the version that the state names. */
  constructor(state: OrderState) {
    this.#order = fieldsOf(viewOf(state), state.projection);
    this.#attributes = attributeFingerprints(attributesOf(state, state.projection));
  }

  /**
   * Shows a state; returns it with the version of the projection that was shown. A scheduled read that changes nothing
   * updates no memo; one that somebody waits for (`isAwaited`) updates the time in it.
   */
  show(state: OrderState, isAwaited: boolean): OrderState {
    // Histories record the build id, so a replay shows the same version as the worker that ran first.
    const version = projectionOf(workflowInfo().currentDeploymentVersion?.buildId);
    const order = viewOf(state);
    const fields = fieldsOf(order, version);
    const isNews = fingerprint(fields) !== fingerprint(fieldsOf(this.#order, version));
    if (isAwaited || isNews) upsertMemo({ [orderMemo]: order });
    this.#order = fields;

    const attributes = attributesOf(state, version);
    const changed = attributes.filter(
      // Nothing is sent to clear an attribute that was never shown.
      ({ key, value }) => (this.#attributes.get(key.name) ?? 'null') !== JSON.stringify(value),
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

/** The part of an order whose change updates the memo: all but the time of the last read. */
function fingerprint({ verified, ...fields }: Partial<Order>): string {
  return JSON.stringify({ ...fields, isVerified: verified !== undefined });
}

function attributeFingerprints(
  attributes: readonly SearchAttributeUpdatePair[],
): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ key, value }) => [key.name, JSON.stringify(value)]));
}
