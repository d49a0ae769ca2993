import type { FastifyInstance } from 'fastify';
import { apiRoutes } from './api-routes.ts';
import type { Credentials } from './auth.ts';
import { controlRoutes } from './control-routes.ts';
import { type DeskOptions, createDesk } from './desk.ts';
import { createServe } from './serve.ts';

export interface BriqpayOptions extends Credentials {
  /** Where set, POST hooks carry `x-briq-signature`. */
  readonly signingSecret?: string | undefined;
}

/** A fake Briqpay: its API under `/v3`, its strings under `/sandbox/briqpay`. */
export function createBriqpay(options: BriqpayOptions, room: Omit<DeskOptions, 'signingSecret'>) {
  const desk = createDesk({ ...room, signingSecret: options.signingSecret });
  return {
    plugin: async (app: FastifyInstance) => {
      apiRoutes(app, desk, createServe(desk, options, room.timers));
      controlRoutes(app, desk);
    },
    reset: () => desk.reset(),
  };
}
