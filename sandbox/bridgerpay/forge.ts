import { Refusal, parse } from '../answers.ts';
import { plainPlan } from '../hooks-plan.ts';
import { plainBehaviour } from './behaviour.ts';
import { forgedHookSchema, newOrderSchema, termsOf } from './control-schemas.ts';
import type { Desk } from './desk.ts';
import { type Notification, notificationOf } from './notifications.ts';
import { type Attempt, type Order, beginAttempt, keyOf, newestOf, openOrder } from './order.ts';
import { type Kind, isOneOf, outcomes } from './vocabulary.ts';

/** Sends a notification that no change made, also of an order that does not exist. */
export function forge(desk: Desk, orderId: string, given: unknown) {
  const { type, url, copies, concurrency, overrides, omit, ...rest } = parse(forgedHookSchema, given);
  const kind = rest.kind ?? kindOf(desk, orderId);
  const key = keyOf(kind, orderId);
  const known = desk.store.find(key);
  const order = withoutPayload(known ?? inventedOrder(desk, orderId, kind), rest.withPayload);
  const behaviour = known ? desk.store.held(key).behaviour : plainBehaviour;
  const attempt = claimed(newestOf(order) ?? beginAttempt(order, undefined, desk.source), type);
  const genuine = notificationOf({ type, order, attempt, behaviour, at: desk.source.now() });
  const body = without(overlaid(genuine, overrides), omit);

  const target = url ?? desk.hookUrlOf(key);
  if (target === undefined) throw new Refusal(400, 'INVALID_DATA', 'body.url: required, no hook URL is set');
  desk.post(key, target, body, { ...plainPlan, copies, concurrency });
  return { body, sent: { url: target, copies } };
}

function kindOf(desk: Desk, orderId: string): Kind {
  const isPayout = desk.store.find(keyOf('payout', orderId)) !== undefined;
  return isPayout && desk.store.find(keyOf('deposit', orderId)) === undefined ? 'payout' : 'deposit';
}

function inventedOrder({ source }: Desk, orderId: string, kind: Kind): Order {
  const terms = termsOf(newOrderSchema.parse({}));
  return openOrder(undefined, { orderId, kind, terms }, source).order;
}

function withoutPayload(order: Order, isKept: boolean): Order {
  if (isKept) return order;
  const terms = { ...order.terms, payload: null };
  const sessions = order.sessions.map((each) => ({ ...each, terms: { ...each.terms, payload: null } }));
  return { ...order, terms, sessions };
}

/** The transaction as the notification's type would have it. */
function claimed(attempt: Attempt, type: string): Attempt {
  if (!isOneOf(outcomes, type)) return attempt;
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
