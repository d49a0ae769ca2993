import { Refusal, parse } from '../answers.ts';
import { plainPlan } from '../hooks-plan.ts';
import { plainBehaviour } from './behaviour.ts';
import { forgedHookSchema, newOrderSchema, paymentRequestOf } from './control-schemas.ts';
import type { StateMachine } from './state-machine.ts';
import { type Notification, notificationOf } from './notifications.ts';
import { type Attempt, type BridgerpayOrder, beginAttempt, keyOf, newestOf, openOrder } from './order.ts';
import { type Kind, isOneOf, transactionOutcomes } from './vocabulary.ts';

/** Sends a forged notification: one that no change caused, even for an order that does not exist. */
export function forge(machine: StateMachine, orderId: string, given: unknown) {
  const { type, url, copies, concurrency, overrides, omit, ...rest } = parse(forgedHookSchema, given);
  const kind = rest.kind ?? kindOf(machine, orderId);
  const key = keyOf(kind, orderId);
  const known = machine.store.find(key);
  const order = withoutPayload(known ?? inventedOrder(machine, orderId, kind), rest.withPayload);
  const behaviour = known ? machine.store.held(key).behaviour : plainBehaviour;
  const attempt = claimed(newestOf(order) ?? beginAttempt(order, undefined, machine.source), type);
  const genuine = notificationOf({ type, order, attempt, behaviour, at: machine.source.now() });
  const body = without(overlaid(genuine, overrides), omit);

  const target = url ?? machine.hookUrlOf(key);
  if (target === undefined) throw new Refusal(400, 'INVALID_DATA', 'body.url: required, no hook URL is set');
  machine.post(key, target, body, { ...plainPlan, copies, concurrency });
  return { body, sent: { url: target, copies } };
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

function overlaid(base: Notification, over: Notification): Notification {
  const laid = Object.entries(over).map(([name, value]) => {
    const below = base[name];
    return [name, isObject(below) && isObject(value) ? overlaid(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(laid) };
}

function without(body: Notification, paths: readonly string[]): Notification {
  return paths.map((path) => path.split('.')).reduce(cut, body);
}

function cut(body: Notification, [name = '', ...rest]: readonly string[]): Notification {
  const { [name]: below, ...others } = body;
  if (rest.length === 0) return others;
  return isObject(below) ? { ...body, [name]: cut(below, rest) } : body;
}

function isObject(value: unknown): value is Notification {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
