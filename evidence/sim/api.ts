import type { Decision, DecisionCommand, Note } from '../../src/domain/order/commands.ts';
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { sendCommand } from '../../src/orders/send-command.ts';
import { deliverHint } from '../../src/orders/deliver.ts';
import { findRun } from '../../src/orders/find.ts';
import type { Origin } from '../../src/orders/origin.ts';
import { registerOrder, reopenOrder } from '../../src/orders/register.ts';
import { OrderError } from '../../src/orders/errors.ts';
import type { Hint } from '../../src/domain/order/hints.ts';
import type { Terms } from '../../src/domain/money/payment.ts';
import type { Order } from '../../src/domain/order/view.ts';
import type { ParsedHook, ProviderHooks } from '../../src/providers/provider.ts';

export interface ApiDependencies {
  readonly client: Client;
  readonly hooks: ProviderHooks;
  readonly origin: Origin;
  readonly now: () => number;
  readonly uuid: () => string;
}

/** The API's answer: a status or a problem's code, and the order where it shows one. */
export interface ApiAnswer {
  readonly answer: string;
  readonly order?: Order;
}

const bucketMs = 5 * 60_000;

/** The product's API without its routes: the same functions in the same order, over the Temporal server in memory. */
export class OrderApi {
  readonly #deps: ApiDependencies;

  constructor(dependencies: ApiDependencies) {
    this.#deps = dependencies;
  }

  /** Takes a hook as `api/routes/hooks.ts` does. */
  async hook(fields: unknown): Promise<ApiAnswer> {
    const { client, hooks, origin, now, uuid } = this.#deps;
    const parsed = hooks.parseHook({ fields });
    if (!parsed.ok) return { answer: `400 ${parsed.detail}` };
    if (parsed.isIgnored) return { answer: '202 ignored' };
    const hint = this.#hint(parsed);
    const requestId = hint.claim.of === 'change' ? uuid() : digest(hint.id, Math.floor(now() / bucketMs));
    await deliverHint(client, { start: origin, hint, requestId, at: now() }, unlimited);
    return { answer: '202' };
  }

  /** The hint that a hook becomes; undefined where it is refused. */
  hintOf(fields: unknown): Hint | undefined {
    const parsed = this.#deps.hooks.parseHook({ fields });
    return parsed.ok ? this.#hint(parsed) : undefined;
  }

  #hint({ kind, key, hint }: ParsedHook & { ok: true }): Hint {
    return { id: digest(this.#deps.origin.identity.account, kind, key, hint), ...hint };
  }

  register(terms: Terms): Promise<ApiAnswer> {
    const { client, origin, now } = this.#deps;
    return answered(async () => {
      const { order, isNew } = await registerOrder(client, origin, terms, now());
      return { answer: isNew ? '201' : '200', order };
    });
  }

  recheck(key: string, body: { readonly by: string }): Promise<ApiAnswer> {
    const { client, origin, now } = this.#deps;
    const { id } = origin.identity;
    return answered(async () => {
      const run = await findRun(client, id);
      if (!run) throw new OrderError('not_found', 'no such order');
      if (!run.isRunning && (await reopenOrder(client, origin, run, now())))
        return { answer: '202 reopened' };
      const { order } = await sendCommand(client, id, { update: 'recheck', key, body });
      return { answer: '202', order };
    });
  }

  decide(
    update: DecisionCommand['type'],
    key: string,
    body: Decision & { readonly until?: number },
  ): Promise<ApiAnswer> {
    const { client, origin } = this.#deps;
    return answered(async () => {
      const { order } = await sendCommand(client, origin.identity.id, { update, key, body });
      return { answer: '200', order };
    });
  }

  note(key: string, body: Omit<Note, 'type'>): Promise<ApiAnswer> {
    const { client, origin } = this.#deps;
    return answered(async () => {
      const { order } = await sendCommand(client, origin.identity.id, { update: 'note', key, body });
      return { answer: '202', order };
    });
  }
}

/** Turns a refusal into an answer. */
async function answered(read: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OrderError) return { answer: error.code };
    throw error;
  }
}

const unlimited = { take: () => Promise.resolve(), giveBack: () => Promise.resolve() };

function digest(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
