import { parseExactly } from '../../../src/providers/exact-json.ts';
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
import { briqpayMoves, type Blemish, type Move } from './briqpay-moves.ts';
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
  const form = random.weighted<Form>([8, 'plain'], [1, 'texts'], [1, 'digits']);
  const newId = form === 'digits' ? () => longNumber(random) : () => random.uuid();
  const session = newSession(random, from, form);
  const moments: Moment[] = exists ? [momentOf(session, from, 'the session is created', [], form)] : [];
  let current = session;
  for (const { at, what, action } of exists ? briqpayMoves(random, session, from, newId) : []) {
    if (typeof action === 'string') {
      moments.push(blemishedMoment(current, at, what, action, form));
      continue;
    }
    const change = applyAction(current, fill(action), { now: () => at, uuid: newId });
    current = change.session;
    moments.push(momentOf(current, at, what, change.hooks, form));
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
    ...(move.action === 'complete' && { method: 'Invoice', expiresAt: null, keepOpen: false }),
    ...(move.action === 'hide' && { part: 'entry', on: true }),
    ...(move.action === 'add_transaction' && { status: 'approved', position: 'last' }),
    ...move,
  } as Action;
}

/** How the provider writes its answers: ids of 19 digits as numbers, or text and empty lists where others are due. */
type Form = 'plain' | 'texts' | 'digits';

// Neighbours, so that a number that is not read exactly is another one.
function longNumber(random: Random): string {
  return `1${String(random.int(1, 999)).padStart(18, '0')}`;
}

function newSession(random: Random, from: number, form: Form): Session {
  const currency = random.weighted([6, 'SEK'], [2, 'EUR'], [1, 'JPY']);
  const amount = random.weighted([6, 30_000], [3, random.int(100, 999_999)], [1, random.int(1, 3)]);
  return {
    sessionId: random.uuid(),
    createdAt: new Date(from).toISOString(),
    status: 'started',
    customerType: 'consumer',
    country: 'SE',
    locale: 'sv-se',
    // PHP's empty list in place of a map.
    references: form === 'texts' ? {} : { reference1: `ref-${random.int(1000, 9999)}` },
    order: { currency, amountIncVat: amount, amountExVat: amount, cart: [] },
    people: {},
    hooks: [],
    behaviour: { ...plainBehaviour, legacyLists: random.chance(0.1) },
    transactions: [],
    captures: [],
    refunds: [],
  };
}

function momentOf(
  session: Session,
  at: number,
  what: string,
  events: readonly HookEvent[],
  form: Form,
): Moment {
  const wire = wireSession(session);
  const { order, transactions } = wire.data;
  const withoutAmounts = transactions.map((entry) => ({ ...entry, amountIncVat: undefined }));
  const poor = {
    ...wire,
    captures: undefined,
    refunds: undefined,
    data: { order, transactions: withoutAmounts },
  };
  return {
    at,
    what,
    hooks: events.map((event) => wireHook(session, event)),
    truth: truthOfSession(session),
    full: parse(wire, at, form),
    poor: parse(poor, at, form),
  };
}

/** What a read shows for a while: an unknown word, whose outcome may be anything, or an amount that cannot be read. */
function blemishedMoment(session: Session, at: number, what: string, blemish: Blemish, form: Form): Moment {
  if (blemish === 'unknown-word')
    return momentOf({ ...session, word: 'order_under_observation' }, at, what, [], form);
  const plain = momentOf(session, at, what, [], form);
  const wire = wireSession(session);
  const last = wire.data.transactions.length - 1;
  const transactions = wire.data.transactions.map((entry, index) =>
    index === last ? { ...entry, amountIncVat: '12,5x' } : entry,
  );
  const spoilt = session.transactions.filter(({ isHidden }) => !isHidden).at(-1)?.transactionId;
  const entries = plain.truth.entries.map((entry) =>
    entry.id === spoilt ? { ...entry, amount: undefined } : entry,
  );
  return {
    ...plain,
    truth: { ...plain.truth, entries, ...(spoilt !== undefined && { hasUnreadable: true }) },
    full: parse({ ...wire, data: { ...wire.data, transactions } }, at, form),
  };
}

/** Reads an answer as the product does, from the text that the provider sends. */
function parse(wire: unknown, now: number, form: Form): ReadAttempt {
  const parsed = sessionSchema.safeParse(parseExactly(textIn(form, wire)));
  if (!parsed.success)
    return { ok: false, failure: 'malformed', detail: 'unexpected shape', isTransient: true };
  return { ok: true, reading: readingOf(parsed.data, now) };
}

function textIn(form: Form, wire: unknown): string {
  const text = JSON.stringify(wire, (name, value: unknown) => {
    if (form !== 'texts') return value;
    if (name === 'references') return [];
    if (name === 'createdAt' && typeof value === 'string')
      return value.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  });
  return form === 'digits' ? text.replaceAll(/"(1\d{18})"/g, '$1') : text;
}

function wireHook(session: Session, event: HookEvent): WireHook {
  return { what: `${event.event} ${event.status}`, fields: hookBody(session, event), claim: claimOf(event) };
}

function claimOf({ event, status, captureId, refundId }: HookEvent): Claim {
  switch (event) {
    case 'session_status':
      return { of: 'session', status: 'completed' };
    case 'order_status': {
      const isCaptured = status === 'captured_full' || status === 'captured_partial';
      const claimed = isCaptured ? 'approved' : briqpayOutcomes[status as keyof typeof briqpayOutcomes];
      return claimed ? { of: 'outcome', status: claimed } : { of: 'nothing' };
    }
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
  const withoutStatus: WireHook = {
    what: 'order_status null',
    fields: { event: 'order_status', status: null, sessionId: session.sessionId },
    claim: { of: 'nothing' },
  };
  return [...events.map((event) => wireHook(session, event)), unknownWord, withoutStatus];
}
