import { briqpayHooks } from '../../../src/providers/briqpay/hooks.ts';
import { readingOf } from '../../../src/providers/briqpay/reading.ts';
import { sessionSchema } from '../../../src/providers/briqpay/schemas.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';
import { plainBehaviour } from '../../../sandbox/briqpay/behaviour.ts';
import type { Action } from '../../../sandbox/briqpay/actions.ts';
import { hookBody } from '../../../sandbox/briqpay/hooks.ts';
import { applyAction } from '../../../sandbox/briqpay/apply-action.ts';
import type { HookEvent, Session } from '../../../sandbox/briqpay/session.ts';
import { wireSession } from '../../../sandbox/briqpay/view.ts';
import type { Random } from '../../kit/random.ts';
import { briqpayOutcomes, truthOfSession } from '../../kit/oracle/briqpay.ts';
import type { Claim } from '../../kit/oracle/claims.ts';
import type { Outcome } from '../../kit/oracle/truth.ts';
import { briqpayMoves, type Move } from './briqpay-moves.ts';
import type { Moment, WireHook, World } from './world.ts';

const unknownSession: ReadAttempt = {
  ok: false,
  failure: 'unknown_session',
  detail: 'HTTP 404',
  isTransient: false,
};

/** One payment at Briqpay: it follows the sandbox's rules, and reads pass the product's own parser. */
export function briqpayWorld(random: Random, from: number): World {
  const exists = random.chance(0.94);
  const session = newSession(random, from);
  const moments: Moment[] = exists ? [momentOf(session, from, 'the session is created', [])] : [];
  let current = session;
  for (const { at, what, action } of exists ? briqpayMoves(random, session, from) : []) {
    if (action === 'unknown-word') {
      moments.push(unknownWordMoment(current, at, what));
      continue;
    }
    const change = applyAction(current, fill(action), { now: () => at, uuid: () => random.uuid() });
    current = change.session;
    moments.push(momentOf(current, at, what, change.hooks));
  }
  return {
    hooks: briqpayHooks,
    kind: 'deposit',
    key: session.sessionId,
    ordered: { amount: session.order.amountIncVat, currency: session.order.currency },
    moments,
    before: unknownSession,
    forgeries: forgeriesFor(random, current),
    newForgery: (own) =>
      wireHook(current, { event: 'capture_status', status: 'approved', captureId: own.uuid() }),
  };
}

function fill(move: Move): Action {
  const isMovement = move.action === 'capture' || move.action === 'refund';
  return {
    hooks: true,
    ...(isMovement && { status: 'approved', hideStatus: false }),
    ...(move.action === 'capture' && { autoCaptured: false, isPreExistingCapture: false }),
    ...(move.action === 'complete' && { method: 'Invoice', expiresAt: null }),
    ...(move.action === 'add_transaction' && { status: 'approved', position: 'last' }),
    ...move,
  } as Action;
}

function newSession(random: Random, from: number): Session {
  const currency = random.weighted([6, 'SEK'], [2, 'EUR'], [1, 'JPY']);
  const amount = random.weighted([6, 30_000], [3, random.int(100, 999_999)], [1, random.int(1, 3)]);
  return {
    sessionId: random.uuid(),
    createdAt: new Date(from).toISOString(),
    status: 'started',
    customerType: 'consumer',
    country: 'SE',
    locale: 'sv-se',
    references: { reference1: `ref-${random.int(1000, 9999)}` },
    order: { currency, amountIncVat: amount, amountExVat: amount, cart: [] },
    people: {},
    hooks: [],
    behaviour: { ...plainBehaviour, legacyLists: random.chance(0.1) },
    transactions: [],
    captures: [],
    refunds: [],
  };
}

function momentOf(session: Session, at: number, what: string, events: readonly HookEvent[]): Moment {
  const wire = JSON.parse(JSON.stringify(wireSession(session)));
  const { order, transactions } = wire.data;
  const withoutAmounts = transactions.map((entry: object) => ({ ...entry, amountIncVat: undefined }));
  return {
    at,
    what,
    hooks: events.map((event) => wireHook(session, event)),
    truth: truthOfSession(session),
    full: parse(wire, at),
    poor: parse(
      {
        ...wire,
        captures: undefined,
        refunds: undefined,
        data: { order, transactions: withoutAmounts },
      },
      at,
    ),
  };
}

/** The provider uses an unknown word for the order: its outcome may be anything, its entries stay as they were. */
function unknownWordMoment(session: Session, at: number, what: string): Moment {
  const wire = JSON.parse(JSON.stringify(wireSession(session)));
  const moduleStatus = { payment: { orderStatus: 'order_under_observation' } };
  const read = parse({ ...wire, moduleStatus }, at);
  const truth = truthOfSession({ ...session, word: 'order_under_observation' });
  return { at, what, hooks: [], truth, full: read, poor: read };
}

function parse(wire: unknown, now: number): ReadAttempt {
  const parsed = sessionSchema.safeParse(wire);
  if (!parsed.success)
    return { ok: false, failure: 'malformed', detail: 'unexpected shape', isTransient: true };
  return { ok: true, reading: readingOf(parsed.data, now) };
}

function wireHook(session: Session, event: HookEvent): WireHook {
  return { what: `${event.event} ${event.status}`, fields: hookBody(session, event), claim: claimOf(event) };
}

function claimOf({ event, status, captureId, refundId }: HookEvent): Claim {
  switch (event) {
    case 'session_status':
      return { of: 'session', status: 'completed' };
    case 'order_status':
      return { of: 'outcome', status: briqpayOutcomes[status as keyof typeof briqpayOutcomes] };
    case 'capture_status':
      return { of: 'capture', id: captureId!, status: status as Outcome };
    case 'refund_status':
      return { of: 'refund', id: refundId!, status: status as Outcome };
  }
}

/** Forged hooks, and one that no read can confirm. */
function forgeriesFor(random: Random, session: Session): WireHook[] {
  const events: HookEvent[] = [
    { event: 'order_status', status: random.pick(Object.keys(briqpayOutcomes)) },
    { event: 'capture_status', status: 'approved', captureId: random.uuid() },
    { event: 'refund_status', status: 'approved', refundId: random.uuid() },
    ...session.captures.map(({ captureId }) => ({
      event: 'capture_status' as const,
      status: random.pick(['approved', 'rejected', 'cancelled']),
      captureId,
    })),
    { event: 'session_status', status: 'completed' },
  ];
  const unknownWord: WireHook = {
    what: 'dispute_status opened',
    fields: { event: 'dispute_status', status: 'opened', sessionId: session.sessionId },
    claim: { of: 'nothing' },
  };
  return [...events.map((event) => wireHook(session, event)), unknownWord];
}
