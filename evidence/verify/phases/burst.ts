import { accounts } from '../../chaos/plan/types.ts';
import { hookToken } from '../../chaos/cluster/config.ts';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { briqpayControls } from '../../../demo/provider-controls.ts';

/** One call of a burst. Epoch milliseconds. */
export interface BurstCall {
  readonly session: string;
  readonly to: string;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

export interface Burst {
  /** Sends the hook of every payment until it is taken; `apiFor` answers the API that an attempt goes to. */
  fire(apiFor: (attempt: number) => string): Promise<readonly BurstCall[]>;
  /** The ids of its orders. */
  readonly orderIds: readonly string[];
}

/** Makes `count` approved payments at the provider, with one hook each that was not sent. */
export async function prepareBurst(sandboxUrl: string, name: string, count: number): Promise<Burst> {
  // The provider sends no hook: they are sent from here, so that it is known when and to which API.
  const desk = briqpayControls(sandboxUrl, accounts.briqpay, `${sandboxUrl}/nowhere`);
  const indexes = Array.from({ length: count }, (_, index) => index);
  const sessions = await pLimit(8).map(indexes, async (index) => {
    const key = await desk.open(`${name}-${index}`, 30_000, {});
    await desk.act(key, 'complete', { hooks: false });
    await desk.act(key, 'approve', { hooks: false });
    return key;
  });
  return {
    orderIds: sessions.map((session) => `${accounts.briqpay}:${session}`),
    async fire(apiFor) {
      const calls: BurstCall[] = [];
      await pLimit(lanes).map(sessions, async (session) => {
        for (let attempt = 1; ; attempt++) {
          const call = await sendHook(apiFor(attempt), session);
          calls.push(call);
          if (call.status === 202) return;
          if (attempt === 40)
            throw new Error(`a hook was not taken in 40 attempts: ${call.status ?? call.error}`);
          await delay(100);
        }
      });
      return calls;
    },
  };
}

/** How many hooks of a burst are under way at once. */
export const lanes = 24;

async function sendHook(api: string, sessionId: string): Promise<BurstCall> {
  const sent = { session: sessionId, to: api, sentAt: Date.now() };
  try {
    const response = await fetch(`${api}/hooks/${accounts.briqpay}/${hookToken}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'order_status', status: 'order_approved_not_captured', sessionId }),
      signal: AbortSignal.timeout(15_000),
    });
    await response.text();
    return { ...sent, endedAt: Date.now(), status: response.status };
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    return { ...sent, endedAt: Date.now(), error: name === 'TimeoutError' ? name : (cause?.code ?? message) };
  }
}
