import * as wf from '@temporalio/workflow';
import type { ProviderActivities, ReadAnswer, ReadRequest } from '../activities/read-payment.ts';
import { attemptsToRead, readReasons, readsAtOnce, type ReadReason } from '../domain/order/agenda.ts';
import type { OrderStart, OrderState } from '../domain/order/state.ts';
import { accountPriority, providerQueue } from './contract/queues.ts';

// The activity ends itself by its own deadline, which may be late by so much.
const leewayMs = 1_000;

/** How an order reads its payment: first in its own workflow task, and through the provider's queue where that fails. */
export class ProviderReads {
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
    this.#local =
      firstReadWithin > 0
        ? wf.proxyLocalActivities<ProviderActivities>({
            startToCloseTimeout: firstReadWithin + leewayMs,
            retry: { maximumAttempts: 1 },
          })
        : undefined;
  }

  /** Reads the payment for the hooks with these traces. A failure is an answer. */
  async read(state: OrderState, why: ReadReason, traces: readonly string[]): Promise<ReadAnswer> {
    const { account, kind, key } = state.identity;
    const attempts = attemptsToRead(state);
    const request: ReadRequest = {
      account,
      kind,
      key,
      ...(why === 'command' && { isAsked: true }),
      ...(attempts.length > 0 && { attempts }),
      ...(state.facts.presence === 'unseen' && !state.terms && { isUnknown: true }),
      ...(traces.length > 0 && { traces }),
    };
    const isTriedInTask = this.#local !== undefined && readsAtOnce(state);
    const answer = isTriedInTask ? await this.#readInTask(state, request, why) : undefined;
    return answer ?? this.#readQueued(request, why, isTriedInTask ? 1 : 0);
  }

  /** Undefined where the read takes too long, fails in a way that may pass, or the account has no slot left. */
  async #readInTask(
    { policy: { firstReadWithin: withinMs } }: OrderState,
    request: ReadRequest,
    why: ReadReason,
  ): Promise<ReadAnswer | undefined> {
    try {
      return await this.#local!.readPayment.executeWithOptions({ summary: readReasons[why] }, [
        { ...request, withinMs },
      ]);
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      return undefined;
    }
  }

  async #readQueued(request: ReadRequest, why: ReadReason, earlierAttempts: number): Promise<ReadAnswer> {
    try {
      const answer = await this.#queued.readPayment.executeWithOptions({ summary: readReasons[why] }, [
        request,
      ]);
      return { ...answer, attempts: answer.attempts + earlierAttempts };
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      // No attempt was answered in time: no worker polls, or the account has no slot left.
      return { ok: false, failure: 'unavailable', detail: 'no answer from the workers', attempts: 1 };
    }
  }
}
