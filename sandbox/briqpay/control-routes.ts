import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../answers.ts';
import { hooksPlanSchema } from '../hooks-plan.ts';
import { actionSchema, scriptSchema } from './actions.ts';
import { behaviourSchema } from './behaviour.ts';
import { createBodyOf, newSessionSchema } from './control-schemas.ts';
import type { Desk } from './desk.ts';
import { faultsSchema } from './faults.ts';
import { forge } from './forge.ts';
import { summaryOf } from './summary.ts';
import { wireSession } from './view.ts';

const base = '/sandbox/briqpay';
const one = `${base}/sessions/:id`;

interface One {
  Params: { id: string };
}

/** The strings of the puppet: no log-in, so listen on the loopback only. */
export function controlRoutes(app: FastifyInstance, desk: Desk): void {
  sessionRoutes(app, desk);
  settingRoutes(app, desk);
  defaultRoutes(app, desk);
  app.get(`${base}/ledger`, (request) => {
    const { sessionId } = parse(z.strictObject({ sessionId: z.string().optional() }), request.query, 'query');
    return { ...desk.ledger.view(sessionId), pendingHooks: desk.courier.pending(sessionId) };
  });
}

function sessionRoutes(app: FastifyInstance, desk: Desk) {
  app.post(`${base}/sessions`, (request, reply) => {
    const given = parse(newSessionSchema, request.body ?? {});
    const { behaviour = desk.defaults.behaviour, script = behaviour.script } = given;
    const { sessionId } = desk.open(createBodyOf(given), { ...behaviour, script });
    const held = desk.store.held(sessionId);
    held.plan = given.hooksPlan;
    held.faults.set(given.faults);
    return reply.code(201).send(summaryOf(desk.store.current(sessionId)));
  });

  app.get(`${base}/sessions`, () => ({ sessions: desk.store.all().slice(-100).reverse().map(summaryOf) }));

  app.get<One>(one, ({ params: { id } }) => {
    const session = desk.store.current(id);
    const { faults, plan = desk.defaults.plan } = desk.store.held(id);
    return {
      ...summaryOf(session),
      behaviour: session.behaviour,
      hooksPlan: plan,
      faults: faults.left(),
      pendingHooks: desk.courier.pending(id),
      session: wireSession(session),
    };
  });

  app.post<One>(`${one}/actions`, ({ params: { id }, body }) => {
    desk.store.current(id);
    const { session, ids, hooks } = desk.perform(id, parse(actionSchema, body), 'hand');
    return { ...summaryOf(session), ids, hooks };
  });

  app.post<One>(`${one}/script`, ({ params: { id }, body }, reply) => {
    desk.store.current(id);
    const script = parse(scriptSchema, body);
    desk.run(id, script);
    return reply.code(202).send({ steps: script.length });
  });

  app.post<One>(`${one}/hooks`, ({ params: { id }, body }, reply) =>
    reply.code(202).send(forge(desk, id, body)),
  );
}

function settingRoutes(app: FastifyInstance, desk: Desk) {
  app.put<One>(`${one}/faults`, ({ params: { id }, body }) => {
    const { faults } = desk.store.held(id);
    faults.set(parse(faultsSchema, body));
    return { faults: faults.left() };
  });

  app.delete<One>(`${one}/faults`, ({ params: { id } }, reply) => {
    desk.store.held(id).faults.set([]);
    return reply.code(204).send();
  });

  app.put<One>(`${one}/hooks-plan`, ({ params: { id }, body }) => {
    const held = desk.store.held(id);
    held.plan = parse(hooksPlanSchema, body ?? {});
    return held.plan;
  });

  app.delete<One>(`${one}/hooks-plan`, ({ params: { id } }, reply) => {
    desk.store.held(id).plan = undefined;
    return reply.code(204).send();
  });

  app.put<One>(`${one}/behaviour`, ({ params: { id }, body }) => {
    const session = desk.store.current(id);
    const behaviour = parse(behaviourSchema, body ?? {});
    desk.store.amend({ ...session, behaviour });
    return behaviour;
  });
}

function defaultRoutes(app: FastifyInstance, desk: Desk) {
  app.get(base, () => ({
    sessions: desk.store.all().length,
    behaviour: desk.defaults.behaviour,
    hooksPlan: desk.defaults.plan,
    faults: desk.faults.left(),
    pendingHooks: desk.courier.pending(),
  }));

  app.put(`${base}/faults`, ({ body }) => {
    desk.faults.set(parse(faultsSchema, body));
    return { faults: desk.faults.left() };
  });

  app.delete(`${base}/faults`, (_request, reply) => {
    desk.faults.set([]);
    return reply.code(204).send();
  });

  app.put(`${base}/hooks-plan`, ({ body }) => {
    desk.defaults.plan = parse(hooksPlanSchema, body ?? {});
    return desk.defaults.plan;
  });

  app.put(`${base}/behaviour`, ({ body }) => {
    desk.defaults.behaviour = parse(behaviourSchema, body ?? {});
    return desk.defaults.behaviour;
  });
}
