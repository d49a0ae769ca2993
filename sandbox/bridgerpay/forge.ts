import { Refusal, parse } from '../answers.ts';
import { plainPlan } from '../hooks-plan.ts';
import { overlaid } from '../overlay.ts';
import { toJson } from '../raw-json.ts';
import { plainBehaviour } from './behaviour.ts';
import { forgedHookSchema, newOrderSchema, paymentRequestOf } from './control-schemas.ts';
import type { StateMachine } from './state-machine.ts';
import { notificationOf } from './notifications.ts';
import { type Attempt, type BridgerpayOrder, beginAttempt, keyOf, newestOf, openOrder } from './order.ts';
import { type Kind, isOneOf, transactionOutcomes } from './vocabulary.ts';

/** Sends a forged notification: one that no change caused, even for an order that does not exist. */
export function forge(machine: StateMachine, orderId: string, given: unknown) {
  const {
    type = 'approved',
    url,
    copies,
    concurrency,
    overrides,
    omit,
    body: whole,
    ...rest
  } = parse(forgedHookSchema, given);
  const kind = rest.kind ?? kindOf(machine, orderId);
  const key = keyOf(kind, orderId);
  const known = machine.store.find(key);
  const order = withoutPayload(known ?? inventedOrder(machine, orderId, kind), rest.withPayload);
  const behaviour = known ? machine.store.held(key).behaviour : plainBehaviour;
  const attempt = claimed(newestOf(order) ?? beginAttempt(order, undefined, machine.source), type);
  const genuine = notificationOf({ type, order, attempt, behaviour, at: machine.source.now() });
  const body = overlaid(genuine, { set: overrides, omit });
  const text = rest.text ?? (whole === undefined ? undefined : toJson(whole));

  const target = url ?? machine.hookUrlOf(key);
  if (target === undefined) throw new Refusal(400, 'INVALID_DATA', 'body.url: required, no hook URL is set');
  const plan = { ...plainPlan, copies, concurrency };
  if (text === undefined) machine.post(key, target, body, plan);
  else machine.postText(key, target, { text, body: { text } }, plan);
  return { body: text ?? body, sent: { url: target, copies } };
}

function kindOf(machine: StateMachine, orderId: string): Kind {
  const isPayout = machine.store.find(keyOf('payout', orderId)) !== undefined;
  return isPayout && machine.store.find(keyOf('deposit', orderId)) === undefined ? 'payout' : 'deposit';
}

function inventedOrder({ source }: StateMachine, orderId: string, kind: Kind): BridgerpayOrder {
  const request = paymentRequestOf(newOrderSchema.parse({}));
  return openOrder(undefined, { orderId, kind, request: request }, source).order;
}

function withoutPayload(order: BridgerpayOrder, isKept: boolean): BridgerpayOrder {
  if (isKept) return order;
  const request = { ...order.request, payload: null };
  const sessions = order.sessions.map((each) => ({ ...each, request: { ...each.request, payload: null } }));
  return { ...order, request: request, sessions };
}

/** The transaction in the state that the notification's type claims. */
function claimed(attempt: Attempt, type: string): Attempt {
  if (!isOneOf(transactionOutcomes, type)) return attempt;
  const isDeclined = type === 'declined';
  return {
    ...attempt,
    status: type,
    declineCode: isDeclined ? -4 : null,
    declineReason: isDeclined ? 'User Authentication Failed' : null,
  };
}
