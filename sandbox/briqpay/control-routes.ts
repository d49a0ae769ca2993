import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../answers.ts';
import { hooksPlanSchema } from '../hooks-plan.ts';
import { actionSchema, scriptSchema } from './actions.ts';
import { behaviourSchema } from './behaviour.ts';
import { createBodyOf, newSessionSchema } from './control-schemas.ts';
import type { StateMachine } from './state-machine.ts';
import { faultsSchema, patchesSchema } from './faults.ts';
import { forge } from './forge.ts';
import { summaryOf } from './summary.ts';
import { wireSession } from './view.ts';

const base = '/sandbox/briqpay';
const one = `${base}/sessions/:id`;

interface One {
  Params: { id: string };
}

/** The controls of the sandbox. They need no login, so the sandbox must listen on loopback only. */
export function controlRoutes(app: FastifyInstance, machine: StateMachine): void {
  sessionRoutes(app, machine);
  settingRoutes(app, machine);
  defaultRoutes(app, machine);
  app.get(`${base}/ledger`, (request) => {
    const { sessionId } = parse(z.strictObject({ sessionId: z.string().optional() }), request.query, 'query');
    return { ...machine.ledger.view(sessionId), pendingHooks: machine.courier.pending(sessionId) };
  });
}

function sessionRoutes(app: FastifyInstance, machine: StateMachine) {
  app.post(`${base}/sessions`, (request, reply) => {
    const given = parse(newSessionSchema, request.body ?? {});
    const { behaviour = machine.defaults.behaviour, script = behaviour.script } = given;
    const { sessionId } = machine.open(createBodyOf(given), { ...behaviour, script });
    const held = machine.store.held(sessionId);
    held.plan = given.hooksPlan;
    held.faults.set(given.faults);
    held.patches.set(given.patches);
    return reply.code(201).send(summaryOf(machine.store.current(sessionId)));
  });

  app.get(`${base}/sessions`, () => ({ sessions: machine.store.all().slice(-100).reverse().map(summaryOf) }));

  app.get<One>(one, ({ params: { id } }) => {
    const session = machine.store.current(id);
    const { faults, patches, plan = machine.defaults.plan } = machine.store.held(id);
    return {
      ...summaryOf(session),
      behaviour: session.behaviour,
      hooksPlan: plan,
      faults: faults.left(),
      patches: patches.left(),
      pendingHooks: machine.courier.pending(id),
      session: wireSession(session),
    };
  });

  app.post<One>(`${one}/actions`, ({ params: { id }, body }) => {
    machine.store.current(id);
    const { session, ids, hooks } = machine.applyAndRecord(id, parse(actionSchema, body), 'hand');
    return { ...summaryOf(session), ids, hooks };
  });

  app.post<One>(`${one}/script`, ({ params: { id }, body }, reply) => {
    machine.store.current(id);
    const script = parse(scriptSchema, body);
    machine.run(id, script);
    return reply.code(202).send({ steps: script.length });
  });

  app.post<One>(`${one}/hooks`, ({ params: { id }, body }, reply) =>
    reply.code(202).send(forge(machine, id, body)),
  );
}

function settingRoutes(app: FastifyInstance, machine: StateMachine) {
  app.put<One>(`${one}/faults`, ({ params: { id }, body }) => {
    const { faults } = machine.store.held(id);
    faults.set(parse(faultsSchema, body));
    return { faults: faults.left() };
  });

  app.delete<One>(`${one}/faults`, ({ params: { id } }, reply) => {
    machine.store.held(id).faults.set([]);
    return reply.code(204).send();
  });

  app.put<One>(`${one}/patches`, ({ params: { id }, body }) => {
    const { patches } = machine.store.held(id);
    patches.set(parse(patchesSchema, body));
    return { patches: patches.left() };
  });

  app.delete<One>(`${one}/patches`, ({ params: { id } }, reply) => {
    machine.store.held(id).patches.set([]);
    return reply.code(204).send();
  });

  app.put<One>(`${one}/hooks-plan`, ({ params: { id }, body }) => {
    const held = machine.store.held(id);
    held.plan = parse(hooksPlanSchema, body ?? {});
    return held.plan;
  });

  app.delete<One>(`${one}/hooks-plan`, ({ params: { id } }, reply) => {
    machine.store.held(id).plan = undefined;
    return reply.code(204).send();
  });

  app.put<One>(`${one}/behaviour`, ({ params: { id }, body }) => {
    const session = machine.store.current(id);
    const behaviour = parse(behaviourSchema, body ?? {});
    machine.store.amend({ ...session, behaviour });
    return behaviour;
  });
}

function defaultRoutes(app: FastifyInstance, machine: StateMachine) {
  app.get(base, () => ({
    sessions: machine.store.all().length,
    behaviour: machine.defaults.behaviour,
    hooksPlan: machine.defaults.plan,
    faults: machine.faults.left(),
    patches: machine.patches.left(),
    pendingHooks: machine.courier.pending(),
  }));

  app.put(`${base}/faults`, ({ body }) => {
    machine.faults.set(parse(faultsSchema, body));
    return { faults: machine.faults.left() };
  });

  app.delete(`${base}/faults`, (_request, reply) => {
    machine.faults.set([]);
    return reply.code(204).send();
  });

  app.put(`${base}/patches`, ({ body }) => {
    machine.patches.set(parse(patchesSchema, body));
    return { patches: machine.patches.left() };
  });

  app.delete(`${base}/patches`, (_request, reply) => {
    machine.patches.set([]);
    return reply.code(204).send();
  });

  app.put(`${base}/hooks-plan`, ({ body }) => {
    machine.defaults.plan = parse(hooksPlanSchema, body ?? {});
    return machine.defaults.plan;
  });

  app.put(`${base}/behaviour`, ({ body }) => {
    machine.defaults.behaviour = parse(behaviourSchema, body ?? {});
    return machine.defaults.behaviour;
  });
}
