import type { FastifyInstance } from 'fastify';
import { apiRoutes } from './api-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { type DeskOptions, createDesk } from './desk.ts';
import { createServe } from './serve.ts';
import { type Credentials, createTokens } from './tokens.ts';

export interface BridgerpayOptions extends Credentials {
  /** Where notifications go, as the dashboard sets it; the strings can change it. Nowhere by default. */
  readonly hookUrl?: string | undefined;
}

/** A fake BridgerPay: its API under `/v2`, its strings under `/sandbox/bridgerpay`. */
export function createBridgerpay(options: BridgerpayOptions, room: DeskOptions) {
  const desk = createDesk(room, options.hookUrl);
  const tokens = createTokens(options, room);
  const serve = createServe(desk, tokens, room.timers);
  return {
    plugin: async (app: FastifyInstance) => {
      await app.register((api) => apiRoutes(api, desk, serve, tokens, options), { prefix: '/v2' });
      controlRoutes(app, desk, tokens);
    },
    reset() {
      desk.reset();
      tokens.revoke();
    },
  };
}
