import type { FastifyInstance } from 'fastify';
import { apiRoutes } from './api-routes.ts';
import type { Credentials } from './auth.ts';
import { controlRoutes } from './control-routes.ts';
import { type StateMachineOptions, createStateMachine } from './state-machine.ts';
import { createEndpointWrapper } from './endpoint-wrapper.ts';

export interface BriqpayOptions extends Credentials {
  /** Signs POST hooks with `x-briq-signature`; unsigned without it. */
  readonly signingSecret?: string | undefined;
}

/** A fake Briqpay: its API under `/v3`, its controls under `/sandbox/briqpay`. */
export function createBriqpay(options: BriqpayOptions, shared: Omit<StateMachineOptions, 'signingSecret'>) {
  const machine = createStateMachine({ ...shared, signingSecret: options.signingSecret });
  return {
    plugin: async (app: FastifyInstance) => {
      apiRoutes(app, machine, createEndpointWrapper(machine, options, shared.timers));
      controlRoutes(app, machine);
    },
    reset: () => machine.reset(),
  };
}
