import fc from 'fast-check';
import { codes } from '../../src/domain/escalation/codes.ts';
import { absorb } from '../../src/domain/money/absorb.ts';
import { amountsOf } from '../../src/domain/money/amounts.ts';
import { check } from '../../src/domain/money/checks.ts';
import {
  noFacts,
  settlements,
  type Facts,
  type Movement,
  type MovementKind,
  type RaisedFlag,
  type Reading,
} from '../../src/domain/money/payment.ts';
import { statusOf } from '../../src/domain/money/status.ts';
import type { Command } from '../../src/domain/order/commands.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import {
  anyClaim,
  anyReading,
  authorization,
  capture,
  day,
  hint,
  hintOf,
  hour,
  minute,
  play,
  reading,
  refund,
  sek,
  t0,
  terms,
  times,
  total,
  type Answer,
  type At,
} from '../domain/support.ts';
import {
  captured,
  depositOf,
  escalationsOf,
  notification,
  page,
  paid,
  readBy,
  reasonsOf,
  sessionOf,
  startWire,
  tell,
  type Told,
  type Turn,
  type Wire,
} from './support.ts';

// The laws of issue 16 as properties. What they compare with is written from the laws, on what was told alone.

// All small readings

type Entries = readonly Movement[];

/** Every list of at most two entries of one kind. */
function listsOf(
  kind: MovementKind,
  ids: readonly [string, string],
  amounts: readonly number[],
): readonly Entries[] {
  const entriesOf = (id: string) =>
    settlements.flatMap((status) =>
      amounts.map((amount): Movement => ({ kind, id, status, amount, currency: 'SEK' })),
    );
  const [first, second] = [entriesOf(ids[0]), entriesOf(ids[1])];
  return [
    [],
    ...[...first, ...second].map((one) => [one]),
    ...first.flatMap((a) => second.map((b) => [a, b])),
  ];
}

/** Briqpay's order statuses; undefined: the provider has no word. */
const words = {
  none: {},
  order_pending: { outcome: 'pending' },
  order_approved_not_captured: { outcome: 'approved' },
  order_rejected: { outcome: 'rejected' },
  order_cancelled: { outcome: 'cancelled' },
  captured_partial: { outcome: 'approved', captured: 'partial' },
  captured_full: { outcome: 'approved', captured: 'full' },
} as const satisfies Record<string, Partial<Reading>>;

type Word = keyof typeof words;
const allWords = Object.keys(words) as readonly Word[];

const amountBy: Readonly<Record<string, number>> = { '1': 100, '2': 200 };
const priced = (list: Entries) => list.map((one) => ({ ...one, amount: amountBy[one.id]! }));
const smallAttempts = listsOf('authorization', ['1', '2'], [0]).map(priced);
const smallCaptures = listsOf('capture', ['1', '2'], [0]).map(priced);
const smallRefunds = listsOf('refund', ['1', '2'], [0]).map(priced);

function told(movements: Entries, word: Word = 'none', presence: Reading['presence'] = 'closed'): Reading {
  return { presence, ...words[word], movements, ordered: sek(300) };
}

const isOfOne = (list: Entries) => list.every(({ id }) => id === '1');

/** A reading, what it was made of, and the facts after it. */
interface Small {
  readonly entries: Entries;
  readonly attempts: Entries;
  readonly captures: Entries;
  readonly word: Word;
  readonly reading: Reading;
  readonly facts: Facts;
}

let small: readonly Small[];

/**
 * Every reading with at most two attempts and two captures, each id with its own amount, a refund or none, under every
 * word. Two refunds are in the readings of refunds alone: one more changes nothing but its own sum.
 */
beforeAll(() => {
  small = smallAttempts.flatMap((attempts) =>
    smallCaptures.flatMap((captures) =>
      smallRefunds.filter(isOfOne).flatMap((refunds) => {
        const entries = [...attempts, ...captures, ...refunds];
        return allWords.map((word) => {
          const one = told(entries, word);
          return { entries, attempts, captures, word, reading: one, facts: after(one) };
        });
      }),
    ),
  );
});

const after = (...readings: readonly Reading[]): Facts =>
  readings.reduce((facts, one) => absorb(facts, one, times).facts, noFacts);

// What was told

/** Each entry as the last reading that listed it said; that a settled one is pending comes from an older copy. */
function lastTold(readings: readonly Reading[]): readonly Movement[] {
  const entries = new Map<string, Movement>();
  for (const { movements } of readings)
    for (const entry of movements) {
      const name = `${entry.kind} ${entry.id}`;
      const before = entries.get(name);
      if (!before || before.status === 'pending' || entry.status !== 'pending') entries.set(name, entry);
    }
  return [...entries.values()];
}

const sum = (entries: Entries, kind: MovementKind, status: Movement['status']) =>
  entries
    .filter((one) => one.kind === kind && one.status === status)
    .reduce((all, { amount = 0 }) => all + amount, 0);

const hasAny = (entries: Entries, kind: MovementKind, status?: Movement['status']) =>
  entries.some((one) => one.kind === kind && (status === undefined || one.status === status));

/** The sums that entries make, of those kinds that have any. */
function sumsOf(entries: Entries): Record<string, number> {
  return {
    ...(hasAny(entries, 'authorization', 'approved') && {
      authorized: sum(entries, 'authorization', 'approved'),
    }),
    ...(hasAny(entries, 'capture') && { captured: sum(entries, 'capture', 'approved') }),
    capturePending: sum(entries, 'capture', 'pending'),
    refunded: sum(entries, 'refund', 'approved'),
    refundPending: sum(entries, 'refund', 'pending'),
  };
}

/** Fails with the smallest of the examples, since a hundred thousand of them tell nobody anything. */
function none(broken: readonly { readonly readings: readonly Reading[]; readonly said: unknown }[]): void {
  const [worst] = broken.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  expect({ count: broken.length, smallest: worst }).toEqual({ count: 0, smallest: undefined });
}

type Broken = Parameters<typeof none>[0][number];

function differences(said: object, expected: Record<string, unknown>): Record<string, unknown> {
  const held = said as Record<string, unknown>;
  const off = Object.keys(expected).filter((name) => held[name] !== expected[name]);
  return Object.fromEntries(off.map((name) => [name, { said: held[name], told: expected[name] }]));
}

describe('the sums are those of the entries that the last readings told', () => {
  const judge = (readings: readonly Reading[], broken: Broken[]) => {
    const said = differences(amountsOf(after(...readings)), sumsOf(lastTold(readings)));
    if (Object.keys(said).length > 0) broken.push({ readings, said });
  };

  test('for every small reading and every word', () => {
    const broken = small.flatMap(({ entries, reading: one, facts }) => {
      const said = differences(amountsOf(facts), sumsOf(entries));
      return Object.keys(said).length > 0 ? [{ readings: [one], said }] : [];
    });
    expect(small.length).toBe(25 * 25 * 5 * 7);
    none(broken);
  });

  test.each(['authorization', 'capture', 'refund'] as const)(
    'for every two readings of small lists: %s',
    (kind) => {
      const broken: Broken[] = [];
      const rest = kind === 'authorization' ? [] : [authorization('1', 'approved', 300)];
      const lists = listsOf(kind, ['1', '2'], [100, 200]).map((list) => told([...rest, ...list]));
      for (const first of lists) for (const last of lists) judge([first, last], broken);
      none(broken);
    },
  );

  test('a word of captured money without any entry has no sum', () => {
    for (const word of ['captured_partial', 'captured_full'] as const)
      expect(amountsOf(after(told([authorization('1', 'approved', 300)], word)))).not.toHaveProperty(
        'captured',
      );
  });

  test('for any number of large readings', () => {
    const entry = fc.record({
      kind: fc.constantFrom<MovementKind>('authorization', 'capture', 'refund'),
      id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'),
      status: fc.constantFrom(...settlements),
      amount: fc.constantFrom(0, 1, 999, 1_000, 30_000),
      currency: fc.constant('SEK'),
    });
    const readings = fc.array(
      fc.record({
        list: fc.uniqueArray(entry, { maxLength: 20, selector: ({ kind, id }) => kind + id }),
        word: fc.constantFrom(...allWords),
        presence: fc.constantFrom('open' as const, 'closed' as const),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(readings, (all) => {
        const said = all.map(({ list, word, presence }) => told(list, word, presence));
        expect(amountsOf(after(...said))).toMatchObject(sumsOf(lastTold(said)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('aliases in any order give the same facts', () => {
  let wire: Wire;
  beforeAll(async () => {
    wire = await startWire();
  });
  afterAll(() => wire.stop());

  const approvedReading = async (provider: 'briqpay' | 'bridgerpay', from: Told) => {
    const answer = await wire.read(provider, from);
    if (typeof answer === 'string') throw new Error(answer);
    return answer;
  };

  /** How many payments the names are, where names that were told together are one. */
  function payments(views: readonly (readonly string[])[]): readonly string[] {
    let groups: (readonly string[])[] = [];
    for (const names of views.filter((one) => one.length > 0)) {
      const joined = groups.filter((group) => group.some((name) => names.includes(name)));
      groups = [
        ...groups.filter((group) => !joined.includes(group)),
        [...new Set([...names, ...joined.flat()])],
      ];
    }
    return groups.map((group) => group.toSorted().join(' ')).toSorted();
  }

  const namesIn = (facts: Facts, kind: MovementKind) =>
    Object.values(facts.movements)
      .filter((one) => one.kind === kind)
      .map(({ id, aliases = [] }) => [id, ...aliases].toSorted().join(' '))
      .toSorted();

  const sequences = <T>(all: readonly T[], length: number): readonly (readonly T[])[] =>
    length === 0 ? [[]] : sequences(all, length - 1).flatMap((rest) => all.map((one) => [...rest, one]));

  test('Briqpay: two transactions by transaction id, reservation id or both, in every sequence of three', async () => {
    const viewsOf = (name: string) => [[], [`t${name}`], [`r${name}`], [`t${name}`, `r${name}`]];
    const transaction = (names: readonly string[]) => ({
      ...paid(),
      transactionId: names.find((name) => name.startsWith('t')) ?? null,
      reservationId: names.find((name) => name.startsWith('r')) ?? null,
    });
    const all: { names: string[][]; says: Reading }[] = [];
    for (const first of viewsOf('1'))
      for (const second of viewsOf('2')) {
        const names = [first, second].filter((one) => one.length > 0);
        const transactions = names.map(transaction);
        const says = await approvedReading(
          'briqpay',
          sessionOf('order_approved_not_captured', { transactions }),
        );
        all.push({ names, says });
      }
    const broken = sequences(all, 3).flatMap((told3) => {
      const facts = after(...told3.map(({ says }) => says));
      const expected = payments(told3.flatMap(({ names }) => names));
      const said = namesIn(facts, 'authorization');
      const authorized = amountsOf(facts).authorized ?? 0;
      const isSo = said.join() === expected.join() && authorized === 30_000 * expected.length;
      return isSo ? [] : [{ told: told3.map(({ names }) => names), said, expected, authorized }];
    });
    expect({ count: broken.length, example: broken[0] }).toEqual({ count: 0, example: undefined });
  });

  test('BridgerPay: one deposit by its own id, its transaction id, both or only its group, in every sequence', async () => {
    const views = [
      { names: ['group-1'], ids: { transaction_id: null } },
      { names: ['group-1', 'tx-1'], ids: {} },
      { names: ['group-1', 'tx-1', 'id-1'], ids: { id: 'id-1' } },
    ];
    const said: { names: string[]; says: Reading }[] = [];
    for (const { names, ids } of views)
      said.push({ names, says: await approvedReading('bridgerpay', depositOf('approved', ids)) });
    for (const sequence of sequences(said, 4)) {
      const facts = after(...sequence.map(({ says }) => says));
      expect(namesIn(facts, 'authorization')).toHaveLength(1);
      expect(namesIn(facts, 'capture')).toHaveLength(1);
      expect(amountsOf(facts)).toMatchObject({ authorized: 2_296, captured: 2_296 });
    }
  });
});

describe('a word alone never beats an entry', () => {
  test('sums of a kind that has entries, and the status where both kinds have, are the same under every word', () => {
    let bare = small[0]!;
    const broken = small.flatMap((one): readonly Broken[] => {
      const { entries, attempts, captures, word, facts } = one;
      if (word === 'none') bare = one;
      if (attempts.length === 0) return [];
      // Captures that are not listed, what is captured of an amount that no entry tells, and a cancel, are what no entry
      // can tell.
      const isTold =
        captures.length > 0 ? hasAny(attempts, 'authorization', 'approved') : !('captured' in words[word]);
      const same = {
        ...sumsOf(entries),
        ...(isTold && word !== 'order_cancelled' && { status: statusOf(bare.facts, 'deposit') }),
      };
      const said = differences({ ...amountsOf(facts), status: statusOf(facts, 'deposit') }, same);
      return Object.keys(said).length > 0 ? [{ readings: [one.reading], said }] : [];
    });
    none(broken);
  });

  test('settled entries that say otherwise than the word are a word_mismatch, and nothing else is', () => {
    const broken: Broken[] = [];
    for (const attempts of smallAttempts)
      for (const captures of smallCaptures) {
        const entries = [...attempts, ...captures];
        const isOneEnd = new Set(attempts.map(({ status }) => status)).size === 1;
        // Releases say how much is left of "in full" in more ways than one.
        if (!isOneEnd || hasAny(entries, 'authorization', 'cancelled')) continue;
        if (hasAny(entries, 'authorization', 'pending') || hasAny(entries, 'capture', 'pending')) continue;
        if (hasAny(entries, 'capture', 'approved') && !hasAny(entries, 'authorization', 'approved')) continue;
        for (const word of allWords) {
          if (word === 'none' || word === 'order_cancelled') continue;
          const { outcome } = words[word];
          const wordSays = 'captured' in words[word] ? words[word].captured : 'nothing';
          const taken = sum(captures, 'capture', 'approved');
          const entriesSay =
            taken === 0
              ? 'nothing'
              : taken >= sum(attempts, 'authorization', 'approved')
                ? 'full'
                : 'partial';
          const isOff =
            outcome !== attempts[0]!.status ||
            (outcome === 'approved' && captures.length > 0 && wordSays !== entriesSay);
          const one = told(entries, word);
          const isTold = check(after(one)).some(({ code }) => code === 'word_mismatch');
          if (isTold !== isOff) broken.push({ readings: [one], said: { isTold, isOff } });
        }
      }
    none(broken);
  });
});

describe('no state is final with money in flight', () => {
  const finals = ['refunded', 'rejected', 'cancelled', 'expired', 'paid_out'];

  /** Why an order of which this was told last must not be final. */
  function openMoney(entries: Entries, word: Word): readonly string[] {
    const rest = sum(entries, 'authorization', 'approved') - sum(entries, 'capture', 'approved');
    return [
      ...(['authorization', 'capture', 'refund'] as const)
        .filter((kind) => hasAny(entries, kind, 'pending'))
        .map((kind) => `a pending ${kind}`),
      ...(rest > 0 && word !== 'order_cancelled' ? ['an uncaptured rest'] : []),
    ];
  }

  test('for every small reading and every word', () => {
    const broken = small.flatMap(({ entries, word, reading: one, facts }) => {
      const open = openMoney(entries, word);
      const status = statusOf(facts, 'deposit');
      return open.length > 0 && finals.includes(status) ? [{ readings: [one], said: { status, open } }] : [];
    });
    none(broken);
  });

  test('for every small reading after every small one of captures', () => {
    const broken: Broken[] = [];
    const firsts = smallCaptures
      .filter(isOfOne)
      .map((captures) => told([authorization('1', 'approved', 300), ...captures]));
    for (const first of firsts)
      for (const attempts of smallAttempts)
        for (const refunds of smallRefunds.filter(isOfOne))
          for (const word of ['none', 'order_cancelled', 'order_rejected'] as const) {
            const readings = [first, told([...attempts, ...refunds], word)];
            const open = openMoney(lastTold(readings), word);
            const status = statusOf(after(...readings), 'deposit');
            if (open.length > 0 && finals.includes(status)) broken.push({ readings, said: { status, open } });
          }
    none(broken);
  });

  const daily = [day] as const;
  const swift = {
    pending: { recheck: daily, escalate: daily },
    settled: { recheck: daily },
    closeAfter: 2 * day,
    refundWindow: 2 * day,
  };

  test('and no run closes with any, whatever reads and hooks say and whatever a person resolves', () => {
    const turn = fc.record({
      says: anyReading,
      claim: anyClaim,
      gap: fc.constantFrom(minute, hour, 2 * day),
      resolves: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), (turns) => {
        let at = 0;
        const starts = turns.map(({ gap }) => (at += gap));
        const world = turns.map(({ says }, index) => [starts[index]!, says] as const);
        const played = play({
          world,
          hints: turns.map(({ claim }, index) => [starts[index]!, hintOf(claim)] as const),
          commands: [
            ...starts.map((start) => [start, { type: 'recheck', by: 'shop' }] as const),
            ...turns.flatMap(({ resolves }, index) =>
              resolves ? [[starts[index]! + 30 * minute, resolve] as const] : [],
            ),
          ],
          terms,
          policy: swift,
          until: at + 10 * day,
        });
        if (played.closedAt === undefined) return;
        // What the last read lists: an attempt that is no longer listed may be given up.
        const readAt = played.reads.at(-1)?.at ?? -1;
        const last = world.findLast(([start]) => start <= readAt)?.[1];
        const isOlder = (one: Movement) => {
          // An entry without an id may be joined to one with an id: by its group, or since there is one alone.
          const isSomeApproved = Object.values(played.state.facts.movements).some(
            ({ kind, status }) => kind === one.kind && status === 'approved',
          );
          if (one.isUnnamed && (one.kind !== 'authorization' || one.group !== undefined || isSomeApproved))
            return true;
          const names = [one.id, ...(one.aliases ?? [])];
          return Object.values(played.state.facts.movements).some(
            (held) =>
              held.kind === one.kind &&
              held.status !== 'pending' &&
              [held.id, ...(held.aliases ?? [])].some((name) => names.includes(name)),
          );
        };
        const pending = (last?.movements ?? []).filter((one) => one.status === 'pending' && !isOlder(one));
        const excluded = (last?.ruledOut ?? []).map(({ kind, id }) => `${kind} ${id}`);
        expect(pending.filter(({ kind, id }) => !excluded.includes(`${kind} ${id}`))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

const resolve: Command = { type: 'resolveEscalation', by: 'ada', reason: 'known' };

describe('every code that needs a person has opened a reason', () => {
  let wire: Wire;
  beforeAll(async () => {
    wire = await startWire();
  });
  afterAll(() => wire.stop());

  type NeedsPerson = {
    [C in keyof typeof codes]: (typeof codes)[C]['needsPerson'] extends true ? C : never;
  }[keyof typeof codes];

  const briqpay = (from: Told) => () => wire.read('briqpay', from);
  const bridgerpay = (from: Told) => () => wire.read('bridgerpay', from);

  /** What the provider sends so that the code holds, one read an hour after another, with a hook for the last. */
  const stories: Record<
    NeedsPerson,
    { readonly reads: readonly (() => Promise<Answer>)[]; readonly hook?: object; readonly level: 0 | 1 }
  > = {
    double_payment: {
      reads: [
        bridgerpay(depositOf('approved')),
        bridgerpay(depositOf('approved', { transaction_id: 'tx-2', psp_order_id: 'group-2' })),
      ],
      level: 1,
    },
    amount_mismatch: { reads: [bridgerpay(depositOf('approved', { amount: '22.97' }))], level: 1 },
    amount_missing: { reads: [bridgerpay(depositOf('authorized', { amount: null }))], level: 1 },
    currency_mismatch: { reads: [bridgerpay(depositOf('approved', { currency: 'USD' }))], level: 1 },
    word_mismatch: {
      reads: [briqpay(sessionOf('captured_full', { captures: [captured('c1', 'approved', 100)] }))],
      level: 1,
    },
    unreadable_entry: {
      reads: [briqpay(sessionOf('captured_full', { captures: [captured('c1', 'approved', 'much')] }))],
      level: 1,
    },
    money_taken_back: {
      reads: [bridgerpay(depositOf('approved')), bridgerpay(depositOf('declined'))],
      level: 1,
    },
    chargeback: { reads: [bridgerpay(depositOf('chargeback'))], level: 1 },
    refund_claimed: {
      reads: [bridgerpay(depositOf('approved'))],
      hook: notification('refunded', {}, { amount: -5 }),
      level: 1,
    },
    unknown_status: { reads: [bridgerpay(depositOf('teleported'))], level: 1 },
    on_hold: { reads: [bridgerpay(depositOf('approved_on_hold'))], level: 1 },
  };

  test.each(Object.keys(stories) as NeedsPerson[])('%s', async (code) => {
    const { reads, hook, level } = stories[code];
    const turns: Turn[] = [];
    for (const [index, read] of reads.entries()) turns.push({ at: index * hour, says: await read() });
    const last = turns.at(-1)!.at;
    if (hook) turns.push({ at: last, hook });
    const isBriqpay = code === 'word_mismatch' || code === 'unreadable_entry';
    // The re-read ladder of a claim, and the first rung of those that have one.
    const until = last + 16 * minute;
    const played = tell(isBriqpay ? 'briqpay' : 'bridgerpay', turns, { until });
    expect(reasonsOf(played).map((reason) => reason.split(' ')[0])).toContain(code);
    expect(played.order.escalation?.reasons).toContain(code);
    expect(played.order.escalation?.level).toBeGreaterThanOrEqual(level);
  });

  /** Ruling R2: at level 1 with the read that shows them. */
  const atOnce = [
    'on_hold',
    'unknown_status',
    'amount_mismatch',
    'currency_mismatch',
    'amount_missing',
    'word_mismatch',
    'unreadable_entry',
    'money_taken_back',
    'chargeback',
  ] as const;

  test.each(atOnce)('%s is told with the read that shows it', async (code) => {
    const { reads } = stories[code];
    const turns: Turn[] = [];
    for (const [index, read] of reads.entries()) turns.push({ at: index * hour, says: await read() });
    const { at } = turns.at(-1)!;
    const isBriqpay = code === 'word_mismatch' || code === 'unreadable_entry';
    const played = tell(isBriqpay ? 'briqpay' : 'bridgerpay', turns, { until: at });
    expect(escalationsOf(played)).toContainEqual(['escalation.opened', at]);
    expect(played.order.escalation).toMatchObject({ level: 1, state: 'open' });
  });

  test('in any state: a finding that needs a person stands beside its reason', () => {
    const needing = (Object.keys(codes) as (keyof typeof codes)[]).filter((code) => codes[code].needsPerson);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(minute, day), anyReading, anyClaim), {
          minLength: 1,
          maxLength: 6,
        }),
        (turns) => {
          let at = 0;
          const starts = turns.map(([gap]) => (at += gap));
          const seen: unknown[] = [];
          const watch = (state: OrderState, now: number) => {
            const fresh = state.findings.filter((finding) => finding.at === t0 + now).map(({ code }) => code);
            const held = state.heldReasons.map(({ code }) => code as string);
            seen.push(...fresh.filter((code) => needing.includes(code) && !held.includes(code)));
          };
          play({
            world: turns.map(([, says], index): At<Answer> => [starts[index]!, says]),
            hints: turns.map(([, , claim], index) => [starts[index]!, hintOf(claim)] as const),
            terms,
            until: at + hour,
            watch,
          });
          expect(seen).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe('silencing one subject never silences another', () => {
  interface Trouble {
    readonly movements?: Entries;
    readonly flags?: readonly RaisedFlag[];
    readonly unknown?: readonly string[];
    readonly unreadable?: readonly string[];
    readonly claims?: readonly string[];
  }

  const troubles: Record<string, Trouble> = {
    'refund_failed f1': { movements: [refund('f1', 'rejected', 11)] },
    'refund_failed f2': { movements: [refund('f2', 'rejected', 12)] },
    'capture_failed c2': { movements: [capture('c2', 'rejected', 13)] },
    'capture_failed c3': { movements: [capture('c3', 'rejected', 14)] },
    'capture_pending c4': { movements: [capture('c4', 'pending', 15)] },
    'capture_pending c5': { movements: [capture('c5', 'pending', 16)] },
    'refund_pending p1': { movements: [refund('p1', 'pending', 17)] },
    'refund_pending p2': { movements: [refund('p2', 'pending', 17)] },
    'pending b': { movements: [authorization('b', 'pending', 18)] },
    'pending d': { movements: [authorization('d', 'pending', 19)] },
    'unknown_status one': { unknown: ['one'] },
    'unknown_status two': { unknown: ['two'] },
    'unreadable_entry one': { unreadable: ['one'] },
    'unreadable_entry two': { unreadable: ['two'] },
    'on_hold a': { flags: [{ code: 'on_hold', subject: 'a' }] },
    'on_hold b': { flags: [{ code: 'on_hold', subject: 'b' }] },
    'chargeback a': { flags: [{ code: 'chargeback', subject: 'a' }] },
    'chargeback b': { flags: [{ code: 'chargeback', subject: 'b' }] },
    'contradiction one': { claims: ['one'] },
    'contradiction two': { claims: ['two'] },
  };

  /** A payment of which a third is captured, with these troubles. */
  const worldOf = (...held: readonly Trouble[]): Reading => {
    return reading({
      outcome: 'approved',
      captured: 'partial',
      movements: [
        authorization('a'),
        capture('c1', 'approved', total / 3),
        ...held.flatMap(({ movements = [] }) => movements),
      ],
      flags: held.flatMap(({ flags = [] }) => flags),
      unknown: held.flatMap(({ unknown = [] }) => unknown),
      unreadable: held.flatMap(({ unreadable = [] }) => unreadable),
    });
  };

  const names = Object.keys(troubles);
  const pairs = names.flatMap((first) =>
    names.filter((other) => other !== first).map((other) => [first, other] as const),
  );

  test(`for each of ${pairs.length} pairs of subjects`, () => {
    const broken = pairs.flatMap(([first, other]) => {
      const [one, two] = [troubles[first]!, troubles[other]!];
      const claims = ({ claims: ids = [] }: Trouble, at: number) =>
        ids.map((id) => [at, hint.capture(id)] as const);
      const both = 6 * hour;
      const played = play({
        world: [
          [0, worldOf(one)],
          [both, worldOf(one, two)],
        ],
        hints: [[0, hint.odd], ...claims(one, 0), [both, hint.change], ...claims(two, both)],
        commands: [[4 * hour, resolve]],
        terms,
        until: both + 90 * minute,
      });
      const [code = ''] = other.split(' ');
      const opened = escalationsOf(played).filter(([type, at]) => type === 'escalation.opened' && at >= both);
      const { escalation } = played.order;
      const isHeard =
        opened.length === 1 &&
        escalation?.state === 'open' &&
        (escalation.reasons as string[]).includes(code);
      // And the first stays silent.
      const [silent = ''] = first.split(' ');
      const isSilent = silent === code || !(escalation?.reasons as string[] | undefined)?.includes(silent);
      return isHeard && isSilent ? [] : [{ first, other, opened, escalation }];
    });
    expect({ count: broken.length, example: broken[0] }).toEqual({ count: 0, example: undefined });
  });

  test.each([
    [1, 'a larger sum'],
    [0, 'the same sum'],
    [-1, 'a smaller sum'],
  ])('an overpaid refund that is resolved: %i more is %s', (more) => {
    const over = (amount: number) =>
      reading({
        outcome: 'approved',
        captured: 'full',
        movements: [authorization('a'), capture('c1'), refund('r1', 'approved', amount)],
      });
    const played = play({
      world: [
        [0, over(total + 10)],
        [6 * hour, over(total + 10 + more)],
      ],
      hints: [
        [0, hint.odd],
        [6 * hour, hint.change],
      ],
      commands: [[4 * hour, resolve]],
      terms,
      until: 7 * hour,
    });
    expect(escalationsOf(played).filter(([, at]) => at >= 6 * hour)).toHaveLength(more > 0 ? 1 : 0);
  });
});

test('a page of the road is no reading, so no law can be broken by one', async () => {
  const wire = await startWire();
  wire.answer('/v3/session/', page(200));
  expect(await readBy(wire.client('briqpay'), { kind: 'deposit', key: 's' })).toBe('unavailable');
  wire.stop();
});
