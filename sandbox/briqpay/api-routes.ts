import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Answer, parse } from '../answers.ts';
import { cancel, capture, captureSchema, refund, refundSchema } from './commands.ts';
import { createSchema, referencesSchema } from './create.ts';
import { decideOn, decisionSchema } from './decision.ts';
import type { Desk } from './desk.ts';
import { type Fault, distort } from './faults.ts';
import type { Ask, Serve } from './serve.ts';
import type { Session } from './session.ts';
import { pick, wireSession } from './view.ts';

const metadataSchema = z.looseObject({ references: referencesSchema });

/** The endpoints of Briqpay's API, v3. */
export function apiRoutes(app: FastifyInstance, desk: Desk, serve: Serve): void {
  const session = '/v3/session/:id';
  app.post('/v3/session', serve('create', created));
  app.get(session, serve('read', read));
  app.post(`${session}/order/capture`, serve('capture', captured));
  app.post(`${session}/order/refund`, serve('refund', refunded));
  app.post(`${session}/order/cancel`, serve('cancel', cancelled));
  app.patch(`${session}/metadata`, serve('metadata', referred));
  app.patch(`${session}/order/update/references`, serve('metadata', referred));
  app.post(`${session}/decision`, serve('decision', decided));

  function created({ body, fields }: Ask): Answer {
    return shown(201, desk.open(parse(createSchema, body)), fields);
  }

  function read({ id, fields, fault }: Ask): Answer {
    return shown(200, desk.store.seen(id, fault), fields, fault);
  }

  function captured({ id, body }: Ask): Answer {
    desk.store.current(id);
    const terms = parse(captureSchema, body);
    const { session: next, ids } = desk.change(id, (current) => capture(current, terms, desk.source));
    const { captures } = wireSession(next).data;
    return { status: 201, body: captures.find(({ captureId }) => captureId === ids.captureId) };
  }

  function refunded({ id, body }: Ask): Answer {
    desk.store.current(id);
    const terms = parse(refundSchema, body);
    const { session: next, ids } = desk.change(id, (current) => refund(current, terms, desk.source));
    const { refunds } = wireSession(next).data;
    return { status: 201, body: refunds.find(({ refundId }) => refundId === ids.refundId) };
  }

  function cancelled({ id }: Ask): Answer {
    desk.change(id, cancel);
    return { status: 204 };
  }

  /** Replaces the map, does not merge it: Briqpay's plugins read and merge before they write. */
  function referred({ id, body, fields }: Ask): Answer {
    desk.store.current(id);
    const { references } = parse(metadataSchema, body);
    const { session: next } = desk.change(id, (current) => ({
      session: { ...current, references },
      hooks: [],
      ids: {},
    }));
    return shown(200, next, fields);
  }

  function decided({ id, body }: Ask): Answer {
    desk.store.current(id);
    const decision = parse(decisionSchema, body);
    desk.change(id, (current) => decideOn(current, decision));
    return { status: 204 };
  }
}

/** `fields=none` asks for no body at all. */
function shown(status: number, session: Session, fields: string | undefined, fault?: Fault): Answer {
  if (fields === 'none') return { status: 204 };
  return { status, body: pick(distort(wireSession(session), fault), fields) };
}
