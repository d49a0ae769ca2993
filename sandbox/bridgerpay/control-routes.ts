import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../answers.ts';
import type { FaultList } from '../faults.ts';
import { type HooksPlan, hooksPlanSchema } from '../hooks-plan.ts';
import { actionSchema, scriptSchema } from './actions.ts';
import { type Behaviour, behaviourSchema } from './behaviour.ts';
import { newOrderSchema, termsOf, urlSchema } from './control-schemas.ts';
import type { Desk } from './desk.ts';
import { type Fault, faultsSchema } from './faults.ts';
import { forge } from './forge.ts';
import { keyOf, newestOf } from './order.ts';
import { summaryOf } from './summary.ts';
import type { Tokens } from './tokens.ts';
import { shownOf, wireDeposit, wirePayout } from './view.ts';
import { type Kind, kinds } from './vocabulary.ts';

const base = '/sandbox/bridgerpay';
const one = `${base}/orders/:id`;

const idSchema = z.object({ id: z.string() });
const kindSchema = z.object({ kind: z.enum(kinds).optional() });
const ledgerSchema = z.strictObject({ orderId: z.string().optional(), kind: z.enum(kinds).optional() });
const hookUrlSchema = z.strictObject({ url: urlSchema.nullable() });

/** The strings of the puppet: no log-in, so listen on the loopback only. */
export function controlRoutes(app: FastifyInstance, desk: Desk, tokens: Tokens): void {
  orderRoutes(app, desk);
  settingRoutes(app, one, (request) => desk.store.held(keyFor(desk, request)));
  settingRoutes(app, base, () => desk.defaults);
  accountRoutes(app, desk, tokens);
  app.get(`${base}/ledger`, ({ query }) => {
    const { orderId, kind } = parse(ledgerSchema, query, 'query');
    return { ...desk.ledger.view(orderId, kind), pendingHooks: pendingOf(desk, orderId, kind) };
  });
}

function orderRoutes(app: FastifyInstance, desk: Desk) {
  app.post(`${base}/orders`, (request, reply) => {
    const given = parse(newOrderSchema, request.body ?? {});
    const { kind, orderId = `order-${desk.source.uuid()}` } = given;
    const { order, ids } = desk.open({ orderId, kind, terms: termsOf(given) }, (held) => {
      const behaviour = given.behaviour ?? held.behaviour;
      held.behaviour = given.script ? { ...behaviour, script: given.script } : behaviour;
      held.plan = given.hooksPlan ?? held.plan;
      held.hookUrl = given.hookUrl ?? held.hookUrl;
      held.faults.set(given.faults);
    });
    return reply.code(201).send({ ...summaryOf(order), ids });
  });

  app.get(`${base}/orders`, () => ({ orders: desk.store.all().slice(-100).reverse().map(summaryOf) }));

  app.get(one, (request) => {
    const key = keyFor(desk, request);
    const order = desk.store.current(key);
    const { behaviour, faults, plan = desk.defaults.plan } = desk.store.held(key);
    const newest = newestOf(order);
    const wire = order.kind === 'deposit' ? wireDeposit : wirePayout;
    return {
      ...summaryOf(order),
      payload: order.terms.payload,
      behaviour,
      hookUrl: desk.hookUrlOf(key) ?? null,
      hooksPlan: plan,
      faults: faults.left(),
      pendingHooks: desk.courier.pending(key),
      [order.kind]: newest ? wire(order, newest, shownOf(order, newest, behaviour)) : null,
    };
  });

  app.post(`${one}/actions`, (request) => {
    const key = keyFor(desk, request);
    const { order, ids, hooks } = desk.perform(key, parse(actionSchema, request.body), 'hand');
    return { ...summaryOf(order), ids, hooks: hooks.map(({ type }) => type) };
  });

  app.delete(`${one}/hooks-plan`, (request, reply) => {
    desk.store.held(keyFor(desk, request)).plan = undefined;
    return reply.code(204).send();
  });

  app.post(`${one}/script`, (request, reply) => {
    const key = keyFor(desk, request);
    const script = parse(scriptSchema, request.body);
    desk.run(key, script);
    return reply.code(202).send({ steps: script.length });
  });

  app.post(`${one}/hooks`, (request, reply) => {
    const { id } = parse(idSchema, request.params, 'path');
    return reply.code(202).send(forge(desk, id, request.body));
  });
}

/** What can be set for one order, or for all. */
interface Settings {
  readonly faults: FaultList<Fault>;
  behaviour: Behaviour;
  plan?: HooksPlan | undefined;
}

function settingRoutes(
  app: FastifyInstance,
  path: string,
  settingsOf: (request: FastifyRequest) => Settings,
) {
  app.put(`${path}/faults`, (request) => {
    const { faults } = settingsOf(request);
    faults.set(parse(faultsSchema, request.body));
    return { faults: faults.left() };
  });

  app.delete(`${path}/faults`, (request, reply) => {
    settingsOf(request).faults.set([]);
    return reply.code(204).send();
  });

  app.put(`${path}/hooks-plan`, (request) => {
    const settings = settingsOf(request);
    settings.plan = parse(hooksPlanSchema, request.body ?? {});
    return settings.plan;
  });

  app.put(`${path}/behaviour`, (request) => {
    const settings = settingsOf(request);
    settings.behaviour = parse(behaviourSchema, request.body ?? {});
    return settings.behaviour;
  });
}

/** What the dashboard sets for all orders, and what it shows. */
function accountRoutes(app: FastifyInstance, desk: Desk, tokens: Tokens) {
  app.get(base, () => ({
    orders: desk.store.all().length,
    hookUrl: desk.defaults.hookUrl ?? null,
    behaviour: desk.defaults.behaviour,
    hooksPlan: desk.defaults.plan,
    faults: desk.defaults.faults.left(),
    pendingHooks: desk.courier.pending(),
  }));

  app.put(`${base}/hook-url`, ({ body }) => {
    const { url } = parse(hookUrlSchema, body);
    desk.defaults.hookUrl = url ?? undefined;
    return { url };
  });

  app.delete(`${base}/tokens`, (_request, reply) => {
    tokens.revoke();
    return reply.code(204).send();
  });
}

function keyFor(desk: Desk, { params, query }: FastifyRequest): string {
  const { id } = parse(idSchema, params, 'path');
  const { kind } = parse(kindSchema, query, 'query');
  return desk.store.keyFor(id, kind);
}

function pendingOf(desk: Desk, orderId: string | undefined, kind: Kind | undefined): number {
  if (orderId === undefined) return desk.courier.pending();
  const wanted: readonly Kind[] = kind === undefined ? kinds : [kind];
  return wanted.reduce((sum, each) => sum + desk.courier.pending(keyOf(each, orderId)), 0);
}
