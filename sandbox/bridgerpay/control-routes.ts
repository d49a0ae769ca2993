import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../answers.ts';
import type { FaultList } from '../faults.ts';
import { type HooksPlan, hooksPlanSchema } from '../hooks-plan.ts';
import { actionSchema, scriptSchema } from './actions.ts';
import { type Behaviour, behaviourSchema } from './behaviour.ts';
import { newOrderSchema, paymentRequestOf, urlSchema } from './control-schemas.ts';
import type { StateMachine } from './state-machine.ts';
import { type BridgerpayFault, type Patch, faultsSchema, patchesSchema } from './faults.ts';
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

/** The controls of the sandbox. They need no login, so the sandbox must listen on loopback only. */
export function controlRoutes(app: FastifyInstance, machine: StateMachine, tokens: Tokens): void {
  orderRoutes(app, machine);
  settingRoutes(app, one, (request) => machine.store.held(keyFor(machine, request)));
  settingRoutes(app, base, () => machine.defaults);
  accountRoutes(app, machine, tokens);
  app.get(`${base}/ledger`, ({ query }) => {
    const { orderId, kind } = parse(ledgerSchema, query, 'query');
    return { ...machine.ledger.view(orderId, kind), pendingHooks: pendingOf(machine, orderId, kind) };
  });
}

function orderRoutes(app: FastifyInstance, machine: StateMachine) {
  app.post(`${base}/orders`, (request, reply) => {
    const given = parse(newOrderSchema, request.body ?? {});
    const { kind, orderId = `order-${machine.source.uuid()}` } = given;
    const { order, ids } = machine.open({ orderId, kind, request: paymentRequestOf(given) }, (held) => {
      const behaviour = given.behaviour ?? held.behaviour;
      held.behaviour = given.script ? { ...behaviour, script: given.script } : behaviour;
      held.plan = given.hooksPlan ?? held.plan;
      held.hookUrl = given.hookUrl ?? held.hookUrl;
      held.faults.set(given.faults);
      held.patches.set(given.patches);
    });
    return reply.code(201).send({ ...summaryOf(order), ids });
  });

  app.get(`${base}/orders`, () => ({ orders: machine.store.all().slice(-100).reverse().map(summaryOf) }));

  app.get(one, (request) => {
    const key = keyFor(machine, request);
    const order = machine.store.current(key);
    const { behaviour, faults, patches, plan = machine.defaults.plan } = machine.store.held(key);
    const newest = newestOf(order);
    const wire = order.kind === 'deposit' ? wireDeposit : wirePayout;
    return {
      ...summaryOf(order),
      payload: order.request.payload,
      behaviour,
      hookUrl: machine.hookUrlOf(key) ?? null,
      hooksPlan: plan,
      faults: faults.left(),
      patches: patches.left(),
      pendingHooks: machine.courier.pending(key),
      [order.kind]: newest ? wire(order, newest, shownOf(order, newest, behaviour)) : null,
    };
  });

  app.post(`${one}/actions`, (request) => {
    const key = keyFor(machine, request);
    const { order, ids, hooks } = machine.applyAndRecord(key, parse(actionSchema, request.body), 'hand');
    return { ...summaryOf(order), ids, hooks: hooks.map(({ type }) => type) };
  });

  app.delete(`${one}/hooks-plan`, (request, reply) => {
    machine.store.held(keyFor(machine, request)).plan = undefined;
    return reply.code(204).send();
  });

  app.post(`${one}/script`, (request, reply) => {
    const key = keyFor(machine, request);
    const script = parse(scriptSchema, request.body);
    machine.run(key, script);
    return reply.code(202).send({ steps: script.length });
  });

  app.post(`${one}/hooks`, (request, reply) => {
    const { id } = parse(idSchema, request.params, 'path');
    return reply.code(202).send(forge(machine, id, request.body));
  });
}

/** The settings of one order, or of all. */
interface Settings {
  readonly faults: FaultList<BridgerpayFault>;
  readonly patches: FaultList<Patch>;
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

  app.put(`${path}/patches`, (request) => {
    const { patches } = settingsOf(request);
    patches.set(parse(patchesSchema, request.body));
    return { patches: patches.left() };
  });

  app.delete(`${path}/patches`, (request, reply) => {
    settingsOf(request).patches.set([]);
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

/** The settings of the whole account, as BridgerPay's dashboard has them. */
function accountRoutes(app: FastifyInstance, machine: StateMachine, tokens: Tokens) {
  app.get(base, () => ({
    orders: machine.store.all().length,
    hookUrl: machine.defaults.hookUrl ?? null,
    behaviour: machine.defaults.behaviour,
    hooksPlan: machine.defaults.plan,
    faults: machine.defaults.faults.left(),
    patches: machine.defaults.patches.left(),
    pendingHooks: machine.courier.pending(),
  }));

  app.put(`${base}/hook-url`, ({ body }) => {
    const { url } = parse(hookUrlSchema, body);
    machine.defaults.hookUrl = url ?? undefined;
    return { url };
  });

  app.delete(`${base}/tokens`, (_request, reply) => {
    tokens.revoke();
    return reply.code(204).send();
  });
}

function keyFor(machine: StateMachine, { params, query }: FastifyRequest): string {
  const { id } = parse(idSchema, params, 'path');
  const { kind } = parse(kindSchema, query, 'query');
  return machine.store.keyFor(id, kind);
}

function pendingOf(machine: StateMachine, orderId: string | undefined, kind: Kind | undefined): number {
  if (orderId === undefined) return machine.courier.pending();
  const wanted: readonly Kind[] = kind === undefined ? kinds : [kind];
  return wanted.reduce((sum, each) => sum + machine.courier.pending(keyOf(each, orderId)), 0);
}
