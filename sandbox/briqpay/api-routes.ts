import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Answer, parse } from '../answers.ts';
import { cancel, capture, captureSchema, refund, refundSchema } from './commands.ts';
import { createSchema, referencesSchema } from './create.ts';
import { decideOn, decisionSchema } from './decision.ts';
import type { StateMachine } from './state-machine.ts';
import { type BriqpayFault, distort } from './faults.ts';
import type { ApiCall, WrapEndpoint } from './endpoint-wrapper.ts';
import type { Session } from './session.ts';
import { pick, wireCapture, wireRefund, wireSession } from './view.ts';

const metadataSchema = z.looseObject({ references: referencesSchema });

/** The endpoints of Briqpay's API, v3. */
export function apiRoutes(app: FastifyInstance, machine: StateMachine, endpoint: WrapEndpoint): void {
  const session = '/v3/session/:id';
  app.post('/v3/session', endpoint('create', created));
  app.get(session, endpoint('read', read));
  app.post(`${session}/order/capture`, endpoint('capture', captured));
  app.post(`${session}/order/refund`, endpoint('refund', refunded));
  app.post(`${session}/order/cancel`, endpoint('cancel', cancelled));
  app.patch(`${session}/metadata`, endpoint('metadata', referencesReplaced));
  app.patch(`${session}/order/update/references`, endpoint('metadata', referencesReplaced));
  app.post(`${session}/decision`, endpoint('decision', decided));

  function created({ body, fields }: ApiCall): Answer {
    return shown(201, machine.open(parse(createSchema, body)), fields);
  }

  function read({ id, fields, fault }: ApiCall): Answer {
    return shown(200, machine.store.seen(id, fault), fields, fault);
  }

  function captured({ id, body }: ApiCall): Answer {
    machine.store.current(id);
    const order = parse(captureSchema, body);
    const { session: next, ids } = machine.change(id, (current) => capture(current, order, machine.source));
    const made = next.captures.find(({ captureId }) => captureId === ids.captureId);
    return { status: 201, body: made && wireCapture(made) };
  }

  function refunded({ id, body }: ApiCall): Answer {
    machine.store.current(id);
    const order = parse(refundSchema, body);
    const { session: next, ids } = machine.change(id, (current) => refund(current, order, machine.source));
    const made = next.refunds.find(({ refundId }) => refundId === ids.refundId);
    return { status: 201, body: made && wireRefund(made) };
  }

  function cancelled({ id }: ApiCall): Answer {
    machine.change(id, cancel);
    return { status: 204 };
  }

  /** Replaces the whole map, as Briqpay does: its plugins read and merge before they write. */
  function referencesReplaced({ id, body, fields }: ApiCall): Answer {
    machine.store.current(id);
    const { references } = parse(metadataSchema, body);
    const { session: next } = machine.change(id, (current) => ({
      session: { ...current, references },
      hooks: [],
      ids: {},
    }));
    return shown(200, next, fields);
  }

  function decided({ id, body }: ApiCall): Answer {
    machine.store.current(id);
    const decision = parse(decisionSchema, body);
    machine.change(id, (current) => decideOn(current, decision));
    return { status: 204 };
  }
}

/** The answer with a session. `fields=none` asks for no body. */
function shown(status: number, session: Session, fields: string | undefined, fault?: BriqpayFault): Answer {
  if (fields === 'none') return { status: 204 };
  return { status, body: pick(distort(wireSession(session), fault), fields) };
}
