import { briqpayHooks } from '../../../src/providers/briqpay/hooks.ts';
import { readingOf } from '../../../src/providers/briqpay/reading.ts';
import { sessionSchema } from '../../../src/providers/briqpay/schemas.ts';
import type { ReadAttempt } from '../../../src/providers/provider.ts';
import { plainBehaviour } from '../../../sandbox/briqpay/behaviour.ts';
import type { Action } from '../../../sandbox/briqpay/actions.ts';
import { hookBody } from '../../../sandbox/briqpay/hooks.ts';
import { applyAction } from '../../../sandbox/briqpay/apply-action.ts';
import { orderStatusOf, type HookEvent, type Session } from '../../../sandbox/briqpay/session.ts';
import { wireSession } from '../../../sandbox/briqpay/view.ts';
import type { Dice } from '../dice.ts';
import { briqpayMoves } from './briqpay-moves.ts';
import type { Entry, Moment, Outcome, Told, Truth, WireHook, World } from './world.ts';

const unknownSession: ReadAttempt = {
  ok: false,
  failure: 'unknown_session',
  detail: 'HTTP 404',
  isTransient: false,
};

/** One payment at Briqpay. Its sessions and hooks are the sandbox's, and what is read passes the product's own parser. */
export function briqpayWorld(dice: Dice, from: number): World {
  const exists = dice.chance(0.94);
  const session = newSession(dice, from);
  const moments: Moment[] = exists ? [momentOf(session, from, 'the session is created', [])] : [];
  let current = session;
  for (const { at, what, action } of exists ? briqpayMoves(dice, session, from) : []) {
    if (action === 'strange') {
      moments.push(strangeMoment(current, at, what));
      continue;
    }
    const change = applyAction(current, fill(action), { now: () => at, uuid: () => dice.uuid() });
    current = change.session;
    moments.push(momentOf(current, at, what, change.hooks));
  }
  return {
    hooks: briqpayHooks,
    kind: 'deposit',
    key: session.sessionId,
    asked: { amount: session.order.amountIncVat, currency: session.order.currency },
    moments,
    before: unknownSession,
    hasTakenBack: hasTakenBack(moments),
    inventions: inventionsFor(dice, current),
    invent: (own) =>
      wireHook(current, { event: 'capture_status', status: 'approved', captureId: own.uuid() }),
  };
}

/** An action as somebody at the provider gives it; what it leaves out is as usual. */
export type Move = { readonly action: Action['action'] } & Partial<Record<string, unknown>>;

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

function newSession(dice: Dice, from: number): Session {
  const currency = dice.weighted([
    [6, 'SEK'],
    [2, 'EUR'],
    [1, 'JPY'],
  ]);
  const amount = dice.weighted([
    [6, 30_000],
    [3, dice.whole(100, 999_999)],
    [1, dice.whole(1, 3)],
  ]);
  return {
    sessionId: dice.uuid(),
    createdAt: new Date(from).toISOString(),
    status: 'started',
    customerType: 'consumer',
    country: 'SE',
    locale: 'sv-se',
    references: { reference1: `ref-${dice.whole(1000, 9999)}` },
    order: { currency, amountIncVat: amount, amountExVat: amount, cart: [] },
    people: {},
    hooks: [],
    behaviour: { ...plainBehaviour, legacyLists: dice.chance(0.1) },
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
    truth: truthOf(session),
    full: parse(wire),
    poor: parse({
      ...wire,
      captures: undefined,
      refunds: undefined,
      data: { order, transactions: withoutAmounts },
    }),
  };
}

/** The provider has a new word for the order: it may mean anything, and what it is about goes on being so. */
function strangeMoment(session: Session, at: number, what: string): Moment {
  const wire = JSON.parse(JSON.stringify(wireSession(session)));
  const moduleStatus = { payment: { orderStatus: 'order_under_observation' } };
  const { outcome: _, ...truth } = truthOf(session);
  const read = parse({ ...wire, moduleStatus });
  return { at, what, hooks: [], truth: { ...truth, isStrange: true }, full: read, poor: read };
}

function parse(wire: unknown): ReadAttempt {
  const parsed = sessionSchema.safeParse(wire);
  if (!parsed.success)
    return { ok: false, failure: 'malformed', detail: 'unexpected shape', isTransient: true };
  return { ok: true, reading: readingOf(parsed.data) };
}

const outcomes = {
  order_pending: 'pending',
  order_approved_not_captured: 'approved',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
} as const satisfies Record<NonNullable<Session['outcome']>, Outcome>;

function truthOf(session: Session): Truth {
  const { outcome, status, order, transactions, captures, refunds, references } = session;
  const word = orderStatusOf(session);
  // That of the transaction that paid: the simulator's ones all share it.
  const expiresAt = Date.parse(transactions.at(-1)?.expiresAt ?? '');
  return {
    // Once money was taken the provider says how much of it, and no longer what became of the rest.
    ...(outcome && { outcome: word?.startsWith('captured') ? 'approved' : outcomes[outcome] }),
    isOver: status !== 'started',
    entries: [
      ...transactions.map((entry) => entryOf('authorization', entry.transactionId, entry)),
      ...captures.map((entry) => entryOf('capture', entry.captureId, entry)),
      ...refunds.map((entry) => entryOf('refund', entry.refundId, entry)),
    ],
    ordered: { amount: order.amountIncVat, currency: order.currency },
    ...(word === 'captured_full' && { capturedWord: 'full' }),
    ...(word === 'captured_partial' && { capturedWord: 'partial' }),
    ...(references['reference1'] !== undefined && { reference: references['reference1'] }),
    ...(Number.isFinite(expiresAt) && { expiresAt }),
    told: [],
  };
}

function entryOf(
  kind: Entry['kind'],
  id: string,
  {
    status,
    amountIncVat,
    currency,
  }: { readonly status: Outcome; readonly amountIncVat: number; readonly currency: string },
): Entry {
  return { kind, id, status, amount: amountIncVat, currency };
}

function wireHook(session: Session, event: HookEvent): WireHook {
  return { what: `${event.event} ${event.status}`, fields: hookBody(session, event), told: toldBy(event) };
}

function toldBy({ event, status, captureId, refundId }: HookEvent): Told {
  switch (event) {
    case 'session_status':
      return { of: 'session', status: 'completed' };
    case 'order_status':
      return { of: 'outcome', status: outcomes[status as keyof typeof outcomes] };
    case 'capture_status':
      return { of: 'capture', id: captureId!, status: status as Outcome };
    case 'refund_status':
      return { of: 'refund', id: refundId!, status: status as Outcome };
  }
}

/** Hooks in the provider's shape that somebody made up, or that say what no read can confirm. */
function inventionsFor(dice: Dice, session: Session): WireHook[] {
  const events: HookEvent[] = [
    { event: 'order_status', status: dice.pick(Object.keys(outcomes)) },
    { event: 'capture_status', status: 'approved', captureId: dice.uuid() },
    { event: 'refund_status', status: 'approved', refundId: dice.uuid() },
    ...session.captures.map(({ captureId }) => ({
      event: 'capture_status' as const,
      status: dice.pick(['approved', 'rejected', 'cancelled']),
      captureId,
    })),
    { event: 'session_status', status: 'completed' },
  ];
  const strange: WireHook = {
    what: 'dispute_status opened',
    fields: { event: 'dispute_status', status: 'opened', sessionId: session.sessionId },
    told: { of: 'nothing' },
  };
  return [...events.map((event) => wireHook(session, event)), strange];
}

function hasTakenBack(moments: readonly Moment[]): boolean {
  return moments.some(({ truth }, index) => {
    const before = moments[index - 1]?.truth;
    const isOtherOutcome = isSettledOtherwise(before?.outcome, truth.outcome);
    return (
      isOtherOutcome ||
      truth.entries.some(({ kind, id, status }) =>
        isSettledOtherwise(
          before?.entries.find((entry) => entry.kind === kind && entry.id === id)?.status,
          status,
        ),
      )
    );
  });
}

function isSettledOtherwise(before: Outcome | undefined, now: Outcome | undefined): boolean {
  return before !== undefined && before !== 'pending' && now !== before;
}
