import fc from 'fast-check';
import { agendaOf, type ReadReason } from '../../src/domain/order/agenda.ts';
import { refusalOf, type Command } from '../../src/domain/order/commands.ts';
import type { MerchantEvent } from '../../src/domain/order/events.ts';
import type { Claim, Disposition, Hint } from '../../src/domain/order/hints.ts';
import { step, type Input } from '../../src/domain/order/step.ts';
import {
  movementKey,
  noFacts,
  type Facts,
  type Movement,
  type MovementKind,
  type ReadFailure,
  type Reading,
  type ReadResult,
  type Settlement,
  type Terms,
} from '../../src/domain/money/payment.ts';
import { assertNever, without } from '../../src/domain/values.ts';
import { absorb } from '../../src/domain/money/absorb.ts';
import { inFlight } from '../../src/domain/money/attempts.ts';
import { defaultPolicy, type Policy } from '../../src/domain/escalation/policy.ts';
import { openOrder, type Identity, type OrderState } from '../../src/domain/order/state.ts';
import { viewOf, type Order } from '../../src/domain/order/view.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** When every play begins; the times in scripts and in what is played are counted from it. */
export const t0 = Date.UTC(2026, 0, 5, 9);

export const deposit: Identity = {
  id: 'acme-se:61c16f84',
  account: 'acme-se',
  provider: 'briqpay',
  kind: 'deposit',
  key: '61c16f84',
};
export const payout: Identity = {
  id: 'acme-eu:payout:77',
  account: 'acme-eu',
  provider: 'bridgerpay',
  kind: 'payout',
  key: '77',
};

export const total = 30_000;
export const sek = (amount: number) => ({ amount, currency: 'SEK' });
export const terms: Terms = { expected: sek(total), reference: '1000123' };

// What a provider says

const movementOf =
  (kind: MovementKind) =>
  (id: string, status: Settlement = 'approved', amount = total, currency = 'SEK'): Movement => ({
    kind,
    id,
    status,
    amount,
    currency,
  });
export const authorization = movementOf('authorization');
export const capture = movementOf('capture');
export const refund = movementOf('refund');

/** The same movement, of which the provider names no amount. */
export function unpriced(movement: Movement): Movement {
  const { amount: _, ...rest } = movement;
  return rest;
}

export function reading(part: Partial<Reading> = {}): Reading {
  return { presence: 'closed', ordered: sek(total), movements: [], ...part };
}

/** What a provider says of an approved order with these movements, besides the authorization; its word fits them. */
export function approvedWith(...movements: readonly Movement[]): Reading {
  const captured = movements
    .filter(({ kind, status }) => kind === 'capture' && status === 'approved')
    .reduce((sum, { amount = 0 }) => sum + amount, 0);
  return reading({
    outcome: 'approved',
    ...(captured > 0 && { captured: captured >= total ? 'full' : 'partial' }),
    movements: [authorization('a'), ...movements],
  });
}

/** An order of 300.00 SEK in its ordinary course. */
export const says = {
  absent: { presence: 'absent', movements: [] },
  open: reading({ presence: 'open' }),
  closed: reading(),
  pending: reading({ outcome: 'pending', movements: [authorization('a', 'pending')] }),
  placed: approvedWith(),
  rejected: reading({ outcome: 'rejected', movements: [authorization('a', 'rejected')] }),
  cancelled: reading({ outcome: 'cancelled', movements: [authorization('a', 'cancelled')] }),
  partlyCaptured: approvedWith(capture('c1', 'approved', 10_000)),
  captured: approvedWith(capture('c1')),
  partlyRefunded: approvedWith(capture('c1'), refund('r1', 'approved', 10_000)),
  refunded: approvedWith(capture('c1'), refund('r1')),
} as const satisfies Record<string, Reading>;

/** Every reading of a test that has no clock. */
export const times = { now: t0, before: t0 };

/** What one reading tells, or several in their order. */
export function factsFrom(...readings: readonly Reading[]): Facts {
  return readings.reduce((facts, told) => absorb(facts, told, times).facts, noFacts);
}

/** The facts of an approved order that consist of these movements alone. */
export function factsOf(...movements: readonly Movement[]): Facts {
  return {
    presence: 'closed',
    outcome: 'approved',
    movements: Object.fromEntries(
      movements.map((held) => [movementKey(held.kind, held.id), { ...held, since: t0 }]),
    ),
  };
}

// What hooks claim

/** A hook with this claim. Copies of one hook share their id. */
export function hintOf(claim: Claim, id = JSON.stringify(claim)): Hint {
  const status = 'status' in claim ? claim.status : 'odd';
  return { id, event: `${claim.of}_status`, status, claim };
}

export const hint = {
  payment: (status: Settlement) => hintOf({ of: 'payment', status }),
  capture: (id: string, status: Settlement = 'approved') => hintOf({ of: 'capture', id, status }),
  refund: (id: string, status: Settlement = 'approved') => hintOf({ of: 'refund', id, status }),
  session: (status: 'opened' | 'completed' | 'closed') => hintOf({ of: 'session', status }),
  change: hintOf({ of: 'change' }),
  odd: hintOf({ of: 'nothing' }),
} as const;

// The player

export type Answer = Reading | ReadFailure;
export type At<Thing> = readonly [at: number, thing: Thing];

/** A provider, its hooks and the people around one order, in virtual time. */
export interface Script {
  /** What the provider answers from these times on; before the first it knows no such session. */
  readonly world: readonly At<Answer>[];
  readonly hints?: readonly At<Hint>[];
  readonly commands?: readonly At<Command>[];
  readonly identity?: Identity;
  readonly terms?: Terms | undefined;
  readonly policy?: Partial<Policy>;
  readonly carry?: OrderState;
  readonly from?: number;
  readonly until: number;
  /** How long a read takes. It tells the world as it was when it began. */
  readonly latency?: number;
  /** The state goes through JSON before every step, as it does over a continue-as-new. */
  readonly isCarriedOver?: boolean;
  /** A closed order opens again, from its carry, with the next thing that comes in. */
  readonly reopens?: boolean;
  /** Sees the state after every step. */
  readonly watch?: (state: OrderState, now: number) => void;
}

export interface Played {
  readonly state: OrderState;
  readonly order: Order;
  readonly events: readonly MerchantEvent[];
  /** The types of the events, in order. */
  readonly told: readonly string[];
  /** What the merchant last heard of the order itself; absent before the first `order.…` event. */
  readonly lastTold?: Pick<Order, 'status' | 'amounts'>;
  readonly reads: readonly { readonly at: number; readonly why: ReadReason; readonly ok: boolean }[];
  readonly refusals: readonly string[];
  /** When the run ended; absent while it goes on. */
  readonly closedAt?: number;
}

/** More than any play has use for. */
const readsAtMost = 10_000;

/**
 * Plays an order as its workflow does: takes in what comes, does what the agenda says, ends when that says close. Throws
 * where the core breaks what holds in every play: no step changes its input or the sequence by more than its events, no
 * run closes too early, the agenda makes progress.
 */
export function play(script: Script): Played {
  const { latency = 0, until } = script;
  const inputs = inputsOf(script);
  const events: MerchantEvent[] = [];
  const reads: Played['reads'][number][] = [];
  const refusals: string[] = [];
  let now = script.from ?? 0;
  let state = opened(script, script.carry, now);
  let lastTold: Played['lastTold'];
  let heardAt = -Infinity;
  let unprompted = 0;

  const take = (input: Input) => {
    const before = script.isCarriedOver ? deepFreeze(throughJson(state)) : state;
    const next = step(before, input, t0 + now);
    mustCount(before, next.state, next.events);
    state = deepFreeze(next.state);
    events.push(...next.events);
    if (next.events.some(({ type }) => type.startsWith('order.'))) lastTold = viewOf(state);
    script.watch?.(state, now);
  };
  const deliverUpTo = (time: number) => {
    while (inputs[0] && inputs[0].at <= time) {
      const { at, input } = inputs.shift()!;
      now = Math.max(now, at);
      unprompted = 0;
      if (input.type === 'hint') heardAt = now;
      const refusal = input.type === 'command' ? refusalOf(state, input.command, t0 + now) : undefined;
      if (refusal) refusals.push(refusal.code);
      else take(input);
    }
  };
  const end = (closedAt?: number): Played => ({
    state,
    order: viewOf(state),
    events,
    told: events.map(({ type }) => type),
    reads,
    refusals,
    ...(lastTold && { lastTold }),
    ...(closedAt !== undefined && { closedAt }),
  });

  for (;;) {
    deliverUpTo(now);
    const agenda = agendaOf(state, t0 + now);
    switch (agenda.do) {
      case 'read': {
        unprompted = reads.at(-1)?.at === now - latency ? unprompted + 1 : 0;
        if (reads.length > readsAtMost) throw new Error(`reads without end: ${agenda.why}`);
        if (unprompted > (latency > 0 ? 2 : 0))
          throw new Error(`reads again at once for ever: ${agenda.why}`);
        const answer = answerAt(script.world, now);
        take({ type: 'readStarted' });
        reads.push({ at: now, why: agenda.why, ok: typeof answer !== 'string' });
        const answeredAt = now + latency;
        if (latency > 0) deliverUpTo(answeredAt);
        now = answeredAt;
        take({ type: 'readEnded', result: resultOf(answer), why: agenda.why });
        break;
      }
      case 'wait': {
        const next = Math.min((agenda.until ?? Infinity) - t0, inputs[0]?.at ?? Infinity);
        if (next <= now) throw new Error(`waits at ${now} until ${next}: no progress`);
        if (next > until) return end();
        now = next;
        break;
      }
      case 'close': {
        mayClose(state, now, heardAt);
        // Only a hook or somebody who wants a read opens a closed order again.
        while (inputs[0] && !wakes(inputs[0].input)) inputs.shift();
        const next = inputs[0]?.at;
        if (!script.reopens || next === undefined || next > until) return end(now);
        now = Math.max(now, next);
        state = opened(script, throughJson(state), now);
        break;
      }
      default:
        return assertNever(agenda);
    }
  }
}

function inputsOf({ hints = [], commands = [] }: Script): { readonly at: number; readonly input: Input }[] {
  const heard = hints.map(([at, told]) => ({ at, input: { type: 'hint', hint: told } as const }));
  const asked = commands.map(([at, command], index) => ({
    at,
    input: { type: 'command', command, key: `${command.type}:${index}`, hash: `${index}` } as const,
  }));
  return [...heard, ...asked].toSorted((a, b) => a.at - b.at);
}

function opened({ identity = deposit, terms, policy }: Script, carry: OrderState | undefined, now: number) {
  const start = { identity, policy: { ...defaultPolicy, ...policy } };
  return deepFreeze(openOrder({ ...start, ...(terms && { terms }), ...(carry && { carry }) }, t0 + now));
}

/** What the provider answers at a time. */
function answerAt(world: Script['world'], now: number): Answer {
  return world.findLast(([at]) => at <= now)?.[1] ?? 'unknown_session';
}

export function resultOf(answer: Answer): ReadResult {
  return typeof answer === 'string'
    ? { ok: false, failure: answer, detail: `HTTP says ${answer}`, attempts: 1 }
    : { ok: true, reading: answer, attempts: 1 };
}

function mustCount(before: OrderState, after: OrderState, events: readonly MerchantEvent[]) {
  const expected = events.map((_, index) => before.sequence + 1 + index);
  const numbers = events.map(({ sequence }) => sequence);
  if (numbers.join() !== expected.join() || after.sequence !== before.sequence + events.length)
    throw new Error(`sequence ${before.sequence} → ${after.sequence} with the events ${numbers.join()}`);
}

function wakes(input: Input): boolean {
  return input.type === 'hint' || (input.type === 'command' && input.command.type === 'recheck');
}

function mayClose(state: OrderState, now: number, heardAt: number) {
  const readAt = state.lastReadAt - t0;
  const faults = [
    ...(state.escalation && state.escalation.state !== 'resolved' ? ['an escalation is open'] : []),
    ...(inFlight(state.facts).length > 0 ? ['money is in flight'] : []),
    ...(state.hints.length > 0 ? ['a hint has no disposition'] : []),
    ...(now - heardAt < 10 * minute ? [`the last hint is ${now - heardAt} ms old`] : []),
    ...(now - readAt > 10 * minute ? ['there was no last read'] : []),
    ...(state.failures > 0 ? ['the last read failed'] : []),
  ];
  if (faults.length > 0) throw new Error(`closes although ${faults.join(' and ')}`);
}

export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}

// What a play shows

/** The dispositions of the hooks in the timeline, oldest first, each as often as it was given. */
export function dispositionsOf({ state }: Pick<Played, 'state'>): readonly (Disposition | 'none')[] {
  return state.timeline.entries
    .filter(({ kind }) => kind === 'hook')
    .flatMap(({ disposition = 'none' as const, times = 1 }) =>
      Array.from({ length: times }, () => disposition),
    );
}

export function findingsOf({ order }: Pick<Played, 'order'>): readonly string[] {
  return order.findings.map(({ code }) => code);
}

/** An order that a merchant registered, to which one reading after another was told, a minute apart. */
export function orderAfter(readings: readonly Answer[], script: Partial<Script> = {}): Played {
  const world = readings.map((answer, index) => [index * minute, answer] as const);
  const commands = world.map(([at]) => [at, { type: 'recheck', by: 'test' }] as const);
  return play({ world, commands, terms, until: (readings.length - 1) * minute, ...script });
}

// Arbitrary worlds

const settlements: readonly Settlement[] = ['pending', 'approved', 'rejected', 'cancelled'];
const anySettlement = fc.constantFrom(...settlements);

/** What a hook may claim, with ids that a world may or may not have. */
export const anyClaim: fc.Arbitrary<Claim> = fc.oneof(
  anySettlement.map((status) => ({ of: 'payment', status }) as const),
  fc
    .tuple(
      fc.constantFrom('authorization', 'capture', 'refund'),
      fc.constantFrom('1', 'a', 'c1', 'forged'),
      anySettlement,
    )
    .map(([of, id, status]) => ({ of, id, status }) as const),
  fc.constantFrom('opened', 'completed', 'closed').map((status) => ({ of: 'session', status }) as const),
  fc.constantFrom('change', 'nothing').map((of) => ({ of }) as const),
);

/** Any movement; amounts may be missing, and are such that sums often do not fit. */
export const anyMovement: fc.Arbitrary<Movement> = fc
  .record({
    kind: fc.constantFrom<MovementKind>('authorization', 'capture', 'refund'),
    id: fc.constantFrom('1', '2', '3'),
    status: anySettlement,
    amount: fc.option(fc.constantFrom(0, 1, 10_000, 20_000, total), { nil: undefined }),
  })
  .map(({ amount, ...rest }) => ({ ...rest, currency: 'SEK', ...(amount !== undefined && { amount }) }));

/** Any movement, with other names, a group, or what only some providers tell of a capture. */
const anyNamedMovement: fc.Arbitrary<Movement> = fc
  .record({
    movement: anyMovement,
    alias: fc.option(fc.constantFrom('2', '3', 'r'), { nil: undefined, freq: 2 }),
    group: fc.option(fc.constantFrom('g', 'h'), { nil: undefined, freq: 2 }),
    isUnnamed: fc.constantFrom(undefined, undefined, undefined, undefined, true as const),
    isWhole: fc.constantFrom(undefined, undefined, true as const),
    refunded: fc.constantFrom(undefined, undefined, 'partial' as const, 'full' as const),
  })
  .map(({ movement, alias, group, isUnnamed, isWhole, refunded }) => ({
    ...movement,
    ...(alias !== undefined && alias !== movement.id && !isUnnamed && { aliases: [alias] }),
    ...(group !== undefined && { group }),
    ...(isUnnamed && { isUnnamed }),
    ...(movement.kind === 'capture' && isWhole && { isWhole }),
    ...(movement.kind === 'capture' && refunded && { refunded }),
  }));

/** Any reading in one currency, however little sense it makes. */
export const anyReading: fc.Arbitrary<Reading> = fc
  .record({
    presence: fc.constantFrom('absent', 'open', 'closed'),
    outcome: fc.option(anySettlement, { nil: undefined }),
    captured: fc.option(fc.constantFrom('partial', 'full'), { nil: undefined }),
    movements: fc.uniqueArray(anyNamedMovement, { maxLength: 5, selector: ({ kind, id }) => kind + id }),
    ruledOut: fc.option(
      fc.constantFrom('1', '2', '3').map((id) => [{ kind: 'capture' as const, id }]),
      { nil: undefined, freq: 2 },
    ),
    flags: fc.constantFrom(undefined, undefined, [{ code: 'on_hold' as const, subject: '1' }]),
    unknown: fc.constantFrom(undefined, undefined, ['brand_new']),
    unreadable: fc.constantFrom(undefined, undefined, undefined, ['capture 1: amount']),
  })
  .map(({ presence, movements, ...rest }) => ({
    presence,
    movements,
    ordered: sek(total),
    ...(Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    ) as Partial<Reading>),
  }));

export const anyFailure = fc.constantFrom<ReadFailure>(
  'unknown_session',
  'foreign_session',
  'malformed',
  'credentials',
  'rate_limited',
  'timeout',
  'unavailable',
  'refused',
);

/** One thing that happened at a provider: what it says from then on, and the hook that tells of it. */
export interface Turn {
  readonly reading: Reading;
  readonly hint: Hint;
}

const acts = [
  'open',
  'complete',
  'approve',
  'reject',
  'capture',
  'settle',
  'refund',
  'cancel',
  'close',
] as const;
type Act = readonly [(typeof acts)[number], number];

/**
 * A provider that only goes forward: what is there stays there, and what is settled stays settled, but that an approved
 * order may be cancelled. Every turn is legal in itself, and each tells all that is known by then.
 */
export const anyStory: fc.Arbitrary<readonly Turn[]> = fc
  .record({
    hasWord: fc.boolean(),
    ordered: fc.constantFrom(total, total - 100),
    // Most stories shall come to money; the rest is up to the acts.
    prelude: fc.constantFrom<readonly Act[]>(
      [],
      [['approve', 0]],
      [
        ['approve', 0],
        ['capture', 2],
        ['settle', 0],
      ],
    ),
    acts: fc.array(fc.tuple(fc.constantFrom(...acts), fc.nat(9)), { maxLength: 14 }),
  })
  .map(({ hasWord, ordered, prelude, acts: further }) =>
    storyOf([...prelude, ...further], hasWord, sek(ordered)),
  );

function storyOf(script: readonly Act[], hasWord: boolean, ordered: { amount: number; currency: string }) {
  const turns: Turn[] = [];
  let told: Reading = { presence: 'absent', movements: [] };
  for (const [act, n] of script) {
    const next = enact(told, act, n, ordered.amount);
    if (!next) continue;
    const word = sumOf(next.reading.movements, 'capture', 'approved');
    const captured =
      word === 0 ? undefined : word < ordered.amount ? ('partial' as const) : ('full' as const);
    told = { ...without(next.reading, 'captured'), ordered, ...(hasWord && captured && { captured }) };
    // A provider without words tells attempts and captures alone.
    const isWordless = !hasWord && told.movements.length > 0;
    turns.push({ reading: isWordless ? without(told, 'outcome') : told, hint: next.hint });
  }
  return turns;
}

function enact(told: Reading, act: Act[0], n: number, price: number): Turn | undefined {
  const { presence, outcome, movements } = told;
  const withPayment = (status: Settlement) => ({
    reading: {
      ...told,
      presence: 'closed' as const,
      outcome: status,
      movements: [
        { ...authorization('a', status, price), expiresAt: t0 + 3_000 * day },
        ...movements.filter(({ kind }) => kind !== 'authorization'),
      ],
    },
    hint: hint.payment(status),
  });
  const held = movements.filter(({ kind, status }) => kind !== 'authorization' && status === 'pending');
  const taken = sumOf(movements, 'capture', 'approved', 'pending');
  const given = sumOf(movements, 'refund', 'approved', 'pending');
  const id = `${movements.length}`;
  switch (act) {
    case 'open':
      return presence === 'absent'
        ? { reading: { ...told, presence: 'open' }, hint: hint.session('opened') }
        : undefined;
    case 'close':
      return presence !== 'closed' && !outcome
        ? { reading: { ...told, presence: 'closed' }, hint: hint.session('closed') }
        : undefined;
    case 'complete':
      return !outcome && presence !== 'closed' ? withPayment('pending') : undefined;
    case 'approve':
    case 'reject':
      if (outcome ? outcome !== 'pending' : presence === 'closed') return undefined;
      return withPayment(act === 'approve' ? 'approved' : 'rejected');
    case 'cancel':
      return outcome === 'approved' && held.length === 0 ? withPayment('cancelled') : undefined;
    case 'capture': {
      const amount = Math.min(price - taken, (n % 3) + 1 === 3 ? price : 10_000);
      if (outcome !== 'approved' || amount <= 0) return undefined;
      return {
        reading: { ...told, movements: [...movements, capture(id, 'pending', amount)] },
        hint: hint.capture(id, 'pending'),
      };
    }
    case 'refund': {
      const amount = Math.min(sumOf(movements, 'capture', 'approved') - given, n % 2 ? price : 10_000);
      if (amount <= 0) return undefined;
      return {
        reading: { ...told, movements: [...movements, refund(id, 'pending', amount)] },
        hint: hint.refund(id, 'pending'),
      };
    }
    case 'settle': {
      const one = held[n % Math.max(1, held.length)];
      if (!one) return undefined;
      const status = n > 7 ? 'rejected' : 'approved';
      return {
        reading: {
          ...told,
          movements: movements.map((other) => (other === one ? { ...other, status } : other)),
        },
        hint: hintOf({ of: one.kind as 'capture' | 'refund', id: one.id, status }),
      };
    }
  }
}

/** The sum of a provider's movements, as a bookkeeper would take it. */
export function sumOf(movements: readonly Movement[], kind: MovementKind, ...statuses: Settlement[]): number {
  return movements
    .filter((one) => one.kind === kind && statuses.includes(one.status))
    .reduce((sum, { amount = 0 }) => sum + amount, 0);
}
