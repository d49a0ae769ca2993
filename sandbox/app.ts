import { randomInt, randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { speakJson } from './answers.ts';
import { type BriqpayOptions, createBriqpay } from './briqpay/index.ts';
import { type BridgerpayOptions, createBridgerpay } from './bridgerpay/index.ts';
import type { BridgerpayOrder } from './bridgerpay/order.ts';
import type { Session } from './briqpay/session.ts';
import { openJournal } from './journal.ts';
import { createRandom } from './random.ts';
import { createTimers } from './timers.ts';

export interface SandboxOptions {
  /** The credentials of the fake Briqpay API; by default `sandbox` / `sandbox-secret`, with unsigned hooks. */
  readonly briqpay?: BriqpayOptions;
  /** The same for BridgerPay; by default `sandbox` / `sandbox-password`, `sandbox-api-key`, `sandbox-cashier-key`. */
  readonly bridgerpay?: BridgerpayOptions;
  readonly now?: () => number;
  /** Makes ids. They are random even with a seed, so that two runs never share a session. */
  readonly uuid?: () => string;
  /** Makes shuffles, delays and drops of hooks repeatable. */
  readonly seed?: number;
  /** The pauses between the attempts to deliver a hook, milliseconds; after the last one the hook is given up. */
  readonly retryMs?: readonly number[];
  readonly hookTimeoutMs?: number;
  /** Sessions and orders are kept in this file; by default they end with the process. */
  readonly stateFile?: string;
}

export const defaultBriqpay: BriqpayOptions = { username: 'sandbox', secret: 'sandbox-secret' };

export const defaultBridgerpay: BridgerpayOptions = {
  username: 'sandbox',
  password: 'sandbox-password',
  apiKey: 'sandbox-api-key',
  cashierKey: 'sandbox-cashier-key',
};

/**
 * Fake payment providers over HTTP, not listening yet. Closing ends every timer and connection.
 * @throws JournalError for a state file that cannot be used
 */
export function createSandbox(options: SandboxOptions = {}): FastifyInstance {
  const timers = createTimers();
  const random = createRandom(options.seed ?? randomInt(2 ** 32));
  const shared = {
    now: options.now ?? Date.now,
    uuid: options.uuid ?? randomUUID,
    random,
    timers,
    retryMs: options.retryMs ?? [1_000, 5_000, 15_000],
    hookTimeoutMs: options.hookTimeoutMs ?? 10_000,
  };
  const journal = options.stateFile === undefined ? undefined : openJournal(options.stateFile);
  const providers = [
    createBriqpay(options.briqpay ?? defaultBriqpay, { ...shared, journal: journal?.of<Session>('briqpay') }),
    createBridgerpay(options.bridgerpay ?? defaultBridgerpay, {
      ...shared,
      journal: journal?.of<BridgerpayOrder>('bridgerpay'),
    }),
  ];

  // Closing cuts open connections, since a scripted hang would otherwise block it for ever.
  const app = fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Order ids may be long, and percent escapes make them longer.
    routerOptions: { maxParamLength: 10_000 },
  });
  speakJson(app);
  for (const provider of providers) void app.register(provider.plugin);
  app.get('/', () => ({ sandbox: ['briqpay', 'bridgerpay'] }));
  app.post('/sandbox/reset', (_request, reply) => {
    journal?.clear();
    reset();
    return reply.code(204).send();
  });
  app.addHook('onClose', async () => {
    reset();
    journal?.close();
  });

  function reset() {
    timers.clear();
    random.reset();
    for (const provider of providers) provider.reset();
  }

  return app;
}
