import type { FastifyInstance } from 'fastify';
import { apiRoutes, mpiRoutes } from './api-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { type StateMachineOptions, createStateMachine } from './state-machine.ts';
import { createEndpointWrapper } from './endpoint-wrapper.ts';
import { type Credentials, createTokens } from './tokens.ts';

export interface BridgerpayOptions extends Credentials {
  /** The URL of notifications, as set in the dashboard; the controls can change it. None by default. */
  readonly hookUrl?: string | undefined;
}

/** A fake BridgerPay: its API under `/v2` and `/mpi/v2`, its controls under `/sandbox/bridgerpay`. */
export function createBridgerpay(options: BridgerpayOptions, shared: StateMachineOptions) {
  const machine = createStateMachine(shared, options.hookUrl);
  const tokens = createTokens(options, shared);
  const endpoint = createEndpointWrapper(machine, tokens, shared.timers);
  return {
    plugin: async (app: FastifyInstance) => {
      await app.register((api) => apiRoutes(api, machine, endpoint, tokens, options), { prefix: '/v2' });
      await app.register((api) => mpiRoutes(api, machine, endpoint), { prefix: '/mpi/v2' });
      controlRoutes(app, machine, tokens);
    },
    reset() {
      machine.reset();
      tokens.revoke();
    },
  };
}
