import * as wf from '@temporalio/workflow';
import type { ProviderActivities } from '../activities/read-payment.ts';
import { readReasons, readsAtOnce, type ReadReason } from '../domain/agenda.ts';
import type { ReadResult } from '../domain/payment.ts';
import type { OrderStart, OrderState } from '../domain/state.ts';
import { accountPriority, providerQueue } from './contract.ts';

// What the activity's own deadline may be late by.
const leewayMs = 1_000;

/** How an order reads its payment: at once, in the task that asks for it, and through the provider's queue where that fails. */
export class Reads {
  readonly #queued: wf.ActivityInterfaceFor<ProviderActivities>;
  readonly #local: wf.LocalActivityInterfaceFor<ProviderActivities> | undefined;

  constructor({ identity, policy: { firstReadWithin } }: OrderStart) {
    this.#queued = wf.proxyActivities<ProviderActivities>({
      taskQueue: providerQueue(identity.provider),
      priority: accountPriority(identity.account),
      startToCloseTimeout: 15_000,
      scheduleToCloseTimeout: 60_000,
      retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 5_000 },
    });
    // Orders of before this was a part of the policy have none of it in their histories.
    this.#local = firstReadWithin
      ? wf.proxyLocalActivities<ProviderActivities>({
          startToCloseTimeout: firstReadWithin + leewayMs,
          retry: { maximumAttempts: 1 },
        })
      : undefined;
  }

  /** Reads the payment. A failure is an answer. */
  async read(state: OrderState, why: ReadReason): Promise<ReadResult> {
    const isTriedAtOnce = this.#local !== undefined && readsAtOnce(state);
    const answer = isTriedAtOnce ? await this.#readAtOnce(state, why) : undefined;
    return answer ?? this.#readInTurn(state, why, isTriedAtOnce ? 1 : 0);
  }

  /** Undefined where it takes too long, fails in a way that may pass, or the account's share is used up. */
  async #readAtOnce(
    { identity: { account, kind, key }, policy: { firstReadWithin } }: OrderState,
    why: ReadReason,
  ): Promise<ReadResult | undefined> {
    try {
      return await this.#local!.readPayment.executeWithOptions({ summary: readReasons[why] }, [
        { account, kind, key, withinMs: firstReadWithin, ...askedBy(why) },
      ]);
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      return undefined;
    }
  }

  async #readInTurn(
    { identity: { account, kind, key } }: OrderState,
    why: ReadReason,
    earlierAttempts: number,
  ): Promise<ReadResult> {
    try {
      const answer = await this.#queued.readPayment.executeWithOptions({ summary: readReasons[why] }, [
        { account, kind, key, ...askedBy(why) },
      ]);
      return { ...answer, attempts: answer.attempts + earlierAttempts };
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      // No attempt came to an answer in time: the workers are away, or the account's share of them is used up.
      return { ok: false, failure: 'unavailable', detail: 'no answer from the workers', attempts: 1 };
    }
  }
}

function askedBy(why: ReadReason): { readonly isAsked?: true } {
  return why === 'command' ? { isAsked: true } : {};
}
