import fc from 'fast-check';
import { absorb } from '../../src/domain/money/absorb.ts';
import { amountsOf } from '../../src/domain/money/amounts.ts';
import type { Claim } from '../../src/domain/order/hints.ts';
import { step } from '../../src/domain/order/step.ts';
import type { Facts, Movement, Reading, Settlement } from '../../src/domain/money/payment.ts';
import { defaultPolicy } from '../../src/domain/escalation/policy.ts';
import { openOrder, type OrderState } from '../../src/domain/order/state.ts';
import type { Reason } from '../../src/domain/escalation/reasons.ts';
import { isFinal, statusOf, statuses, type Status } from '../../src/domain/money/status.ts';
import { viewOf } from '../../src/domain/order/view.ts';
import { without } from '../../src/domain/values.ts';
import {
  anyClaim,
  anyFailure,
  anyMovement,
  anyReading,
  anyStory,
  authorization,
  capture,
  day,
  deepFreeze,
  deposit,
  dispositionsOf,
  factsFrom,
  findingsOf,
  hint,
  hintOf,
  hour,
  minute,
  orderAfter,
  payout,
  play,
  reading,
  resultOf,
  says,
  second,
  sumOf,
  t0,
  terms,
  throughJson,
  times,
  total,
  type Answer,
  type At,
  type Played,
  type Turn,
} from './support.ts';

// `LAW_SHARE=10` tries twenty times as many cases; a mutation run meets each of thousands of mutants with a part of them.
const share = Number(process.env['LAW_SHARE'] ?? 0.5);

/** A property with its own number of runs; fast-check names the seed and the smallest example when it fails. */
function law<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  holds: (...values: Values) => void,
  numRuns = 200,
): void {
  fc.assert(fc.property(...arbitraries, holds), { numRuns: Math.ceil(numRuns * share) });
}

describe('the result depends on the last read alone', () => {
  test('whatever the order, the number and the loss of hooks, and whenever the merchant registers', () => {
    law([anyCourse, fc.constantFrom('never', 'first', 'late')], (course, registers) => {
      const played = playCourse(course, registers);
      expect(played.order).toMatchObject(
        bookkeeping(course.turns.at(-1)!.reading, played, registers !== 'never'),
      );
      const last = course.turns.at(-1)!.reading;
      const isOff =
        registers !== 'never' &&
        ['pending', 'approved'].includes(outcomeIn(last) ?? '') &&
        last.ordered!.amount !== total;
      const codes = findingsAtEnd(played);
      if (isOff) expect(codes).toContain('amount_mismatch');
      // An amount that was off while the payment stood is history where it ended.
      const others = codes.filter((code) => code !== 'amount_mismatch');
      const isUncancelled =
        last.outcome === 'cancelled' && oracle(last).captured > 0 && oracle(last).cancelled === 0;
      expect(others).toEqual(isUncancelled ? ['cancelled_after_capture'] : []);
      expect(codes.includes('amount_mismatch')).toBe(
        codes.includes('amount_mismatch') && registers !== 'never' && last.ordered!.amount !== total,
      );
      expect(dispositionsOf(played)).not.toContain('contradicted');
      const { status, amounts } = played.order;
      // Nobody is told that an order was created, nor what is only under way or released.
      if (status === 'created') return;
      const { captured, refunded } = amounts;
      expect(played.lastTold).toMatchObject({ status, amounts: { captured, refunded } });
    });
  });

  test('with reads that take their time, so that hooks arrive while one is under way', () => {
    law([anyCourse], (course) => {
      const played = playCourse(course, 'first', { latency: 700 });
      expect(played.order).toMatchObject(bookkeeping(course.turns.at(-1)!.reading, played, true));
    });
  });

  test('and a state that goes through JSON before every step comes to the very same', () => {
    law(
      [anyCourse],
      (course) => {
        const played = playCourse(course, 'late');
        const carried = playCourse(course, 'late', { isCarriedOver: true });
        expect({ state: carried.state, events: carried.events }).toEqual({
          state: played.state,
          events: played.events,
        });
      },
      100,
    );
  });

  test('every hook ends with a disposition', () => {
    law([anyCourse], (course) => {
      const { order: _, ...played } = playCourse(course, 'first');
      const later = play({
        world: worldOf(course),
        carry: played.state,
        from: endOf(course),
        until: endOf(course) + hour,
      });
      expect(dispositionsOf(later)).not.toContain('none');
    });
  });
});

describe('absorbing', () => {
  test('is total, leaves its arguments alone, and a second time changes nothing', () => {
    law(
      [fc.array(anyReading, { maxLength: 4 }), anyReading],
      (earlier, last) => {
        const once = absorb(deepFreeze(factsFrom(...earlier)), deepFreeze(last), times);
        const twice = absorb(deepFreeze(once.facts), last, times);
        expect(twice).toEqual({ facts: once.facts, findings: [] });
      },
      500,
    );
  });

  test('a reading that misses entries, or has them pending again, regresses nothing', () => {
    const anyLoss = fc.array(fc.constantFrom('missing', 'pending', 'kept'), { minLength: 20, maxLength: 20 });
    const anyOutcome = fc.constantFrom<Settlement | undefined>('pending', undefined);
    law([anyStory, anyLoss, anyOutcome], (turns, losses, outcome) => {
      fc.pre(turns.length > 0);
      const facts = factsFrom(...turns.map((turn) => turn.reading));
      const last = turns.at(-1)!.reading;
      const { outcome: _, captured: __, ...rest } = last;
      const poorer: Reading = {
        ...rest,
        ...(outcome && last.outcome && { outcome }),
        movements: last.movements.flatMap((movement, index) => {
          const loss = losses[index];
          if (loss === 'missing') return [];
          return loss === 'pending' ? [{ ...movement, status: 'pending' as const }] : [movement];
        }),
      };
      const after = absorb(facts, poorer, times);
      expect(listed(after.facts)).toEqual(listed(facts));
      expect(after.findings).toEqual([]);
    });
  });

  test('the readings of a provider that goes forward may come in any order', () => {
    law([anyStory, fc.infiniteStream(fc.nat())], (turns, numbers) => {
      const readings = turns.map((turn) => turn.reading);
      // Between an approval and its cancel the last read wins: that is no older reading, but another word. So it is
      // between two words about captures.
      const last = readings.at(-1);
      fc.pre(last !== undefined && outcomeIn(last) !== undefined && outcomeIn(last) !== 'cancelled');
      fc.pre(readings.every(({ outcome, movements }) => outcome === undefined || movements.length === 0));
      const shuffled = readings
        .map((told) => ({ told, rank: numbers.next().value as number }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ told }) => told);
      expect(listed(factsFrom(...shuffled))).toEqual(listed(factsFrom(...readings)));
    });
  });

  test.each(['capture', 'refund'] as const)(
    'each %s counts once by its id, however often it is read',
    (kind) => {
      const anyIds = fc.array(fc.constantFrom('1', '2', '3', '4', '5'), { minLength: 1, maxLength: 12 });
      law([anyIds, fc.integer({ min: 1, max: 9_999 })], (ids, amount) => {
        const readings = ids.map((id) => reading({ movements: [{ ...capture(id), kind, amount }] }));
        const bucket = kind === 'capture' ? 'captured' : 'refunded';
        expect(amountsOf(factsFrom(...readings))[bucket]).toBe(new Set(ids).size * amount);
      });
    },
  );
});

describe('statuses', () => {
  test('arbitrary facts reach every one', () => {
    const kinds = ['deposit', 'payout'] as const;
    const found = fc
      .sample(fc.tuple(fc.array(anyReading, { maxLength: 3 }), fc.constantFrom(...kinds)), {
        numRuns: 3_000,
        seed: 1,
      })
      .map(([readings, kind]) => statusOf(factsFrom(...readings), kind));
    expect([...new Set(found)].toSorted()).toEqual([...statuses].toSorted());
  });

  test.each<[Status, readonly Answer[]]>([
    ['created', [says.absent]],
    ['pending', [says.open, says.pending]],
    ['placed', [says.pending, says.placed]],
    ['partially_captured', [says.placed, says.partlyCaptured]],
    ['captured', [says.placed, says.captured]],
    ['partially_refunded', [says.captured, says.partlyRefunded]],
    ['refunded', [says.captured, says.refunded]],
    ['rejected', [says.pending, says.rejected]],
    ['cancelled', [says.placed, says.cancelled]],
    ['expired', [says.open, says.closed]],
  ])('a deposit comes to be %s', (status, readings) => {
    expect(orderAfter(readings).order.status).toBe(status);
  });

  test.each<[Status, Reading]>([
    ['pending', says.pending],
    ['paid_out', says.placed],
    ['rejected', says.rejected],
  ])('a payout comes to be %s', (status, told) => {
    expect(orderAfter([told], { identity: payout }).order.status).toBe(status);
  });

  test('nothing final moves without a finding "corrected"', () => {
    law(
      [fc.array(anyReading, { minLength: 2, maxLength: 6 }), fc.constantFrom(deposit, payout)],
      (readings, who) => {
        eachRead(readings, who, (before, after) => {
          if (!isFinal(before.status) || after.status === before.status) return;
          // Contract 10: while the shopper may try again, a rejection is that of one attempt.
          if (before.status === 'rejected' && before.facts.presence === 'open') return;
          expect(after.findings.map(({ code }) => code)).toContain('corrected');
        });
      },
      500,
    );
  });

  test('captured or refunded money does not shrink without a finding', () => {
    law(
      [fc.array(anyReading, { minLength: 2, maxLength: 6 })],
      (readings) => {
        eachRead(readings, deposit, (before, after) => {
          const was = amountsOf(before.facts, terms);
          const is = amountsOf(after.facts, terms);
          for (const bucket of ['captured', 'refunded'] as const) {
            if (!((is[bucket] ?? Infinity) < (was[bucket] ?? 0))) continue;
            const codes = after.findings.map(({ code }) => code);
            expect(codes.includes('corrected') || codes.includes('changed_fact')).toBe(true);
          }
        });
      },
      500,
    );
  });

  test('captured money is never unsaid by a cancel', () => {
    const paid: readonly Status[] = ['partially_captured', 'captured', 'partially_refunded', 'refunded'];
    law(
      [fc.array(anyReading, { minLength: 1, maxLength: 4 }), fc.boolean()],
      (readings, isListed) => {
        const facts = factsFrom(...readings);
        const before = { status: statusOf(facts, 'deposit'), ...amountsOf(facts, terms) };
        fc.pre(paid.includes(before.status));
        const held = Object.values(facts.movements);
        // An entry without an id is known only as long as it is listed.
        fc.pre(held.every(({ isUnnamed }) => !isUnnamed));
        // Whether an attempt that was cancelled had been approved before, or for how much, nobody can tell.
        const attempts = held.filter(({ kind }) => kind === 'authorization');
        fc.pre(attempts.every(({ status, amount }) => status !== 'cancelled' && amount !== undefined));
        const cancel = reading({
          outcome: 'cancelled',
          movements: held.flatMap((movement): Movement[] => {
            if (movement.kind !== 'authorization') return isListed ? [movement] : [];
            return [movement.status === 'approved' ? { ...movement, status: 'cancelled' } : movement];
          }),
        });
        const cancelled = factsFrom(...readings, cancel);
        const after = { status: statusOf(cancelled, 'deposit'), ...amountsOf(cancelled, terms) };
        expect([after.captured, after.refunded]).toEqual([before.captured, before.refunded]);
        expect(paid.indexOf(after.status)).toBeGreaterThanOrEqual(paid.indexOf(before.status));
      },
      500,
    );
  });
});

describe('sums', () => {
  test('refunded <= captured <= authorized, or a finding and an escalation say otherwise', () => {
    law(
      [fc.array(anyReading, { minLength: 1, maxLength: 4 })],
      (readings) => {
        const { state, order } = orderAfter(readings);
        const { authorized, captured, refunded } = order.amounts;
        const codes = state.findings.map(({ code }) => code);
        const isAbove = (more = 0, less = Infinity) => more > less;
        if (isAbove(captured, authorized)) expect(codes).toContain('over_captured');
        if (isAbove(refunded, captured)) expect(codes).toContain('over_refunded');
        const holds = (reason: Reason) => state.heldReasons.some(({ code }) => code === reason);
        expect(holds('over_captured')).toBe(isAbove(captured, authorized));
        expect(holds('over_refunded')).toBe(isAbove(refunded, captured));
      },
      400,
    );
  });

  test('two approved authorizations above the expected amount are a double payment', () => {
    const anyAmount = fc.integer({ min: 1, max: total });
    law([anyAmount, anyAmount], (one, other) => {
      const told = reading({
        outcome: 'approved',
        movements: [authorization('1', 'approved', one), authorization('2', 'approved', other)],
      });
      expect(findingsOf(orderAfter([told])).includes('double_payment')).toBe(one + other > total);
    });
  });

  test('whatever the amounts, a bucket is a whole number that doubles hold, or absent', () => {
    const anyAmount = fc.constantFrom(1, total, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER);
    const anyHuge = fc.array(fc.tuple(anyMovement, anyAmount), { minLength: 2, maxLength: 10 });
    law(
      [anyReading, anyHuge],
      (told, huge) => {
        const movements = huge.map(([movement, amount]) => ({ ...movement, amount }));
        const { currency: _, ...amounts } = amountsOf(factsFrom({ ...told, movements }), terms);
        for (const [bucket, amount] of Object.entries(amounts))
          expect([bucket, Number.isSafeInteger(amount)]).toEqual([bucket, true]);
      },
      1_000,
    );
  });

  test('a bucket with a movement of unknown amount is absent, never 0 and never a part', () => {
    law(
      [fc.array(anyMovement, { minLength: 1, maxLength: 8 })],
      (movements) => {
        const facts = factsFrom(reading({ outcome: 'pending', movements }));
        const amounts = amountsOf(facts, terms);
        for (const [bucket, kind, status] of buckets) {
          const parts = Object.values(facts.movements).filter(
            (one) => one.kind === kind && one.status === status,
          );
          const isKnown = parts.every(({ amount }) => amount !== undefined);
          expect(amounts[bucket]).toBe(isKnown ? sumOf(parts, kind, status) : undefined);
        }
      },
      400,
    );
  });
});

describe('hooks', () => {
  const lives = { says: fc.constantFrom(...(Object.keys(says) as (keyof typeof says)[])) };
  const ladder = [0, 2 * second, 12 * second, 72 * second, 372 * second];

  test('one that claims more than the provider confirms changes nothing and ends contradicted after five reads', () => {
    law(
      [lives.says, anyClaim],
      (life, claim) => {
        fc.pre(claimsMore(claim, says[life]));
        const quiet = { pending: { recheck: [365 * day], escalate: [365 * day] } } as const;
        const script = { world: [[0, says[life]]], terms, policy: quiet, until: 20 * minute } as const;
        const forged = hintOf(claim);
        const settled = play({ ...script, commands: [[0, { type: 'recheck', by: 'test' }]] });
        const attacked = play({ ...script, carry: settled.state, from: minute, hints: [[minute, forged]] });

        expect(attacked.reads.map(({ at }) => at - minute)).toEqual(ladder);
        expect(attacked.order).toMatchObject({
          status: settled.order.status,
          amounts: settled.order.amounts,
        });
        expect(attacked.told).toEqual([]);
        expect(dispositionsOf(attacked)).toEqual(['contradicted']);
        expect(findingsOf(attacked)).toContain('contradiction');
      },
      300,
    );
  });

  test('any number of forged ones, of any kind, at any time, leave status and amounts to the provider', () => {
    // A close may shorten the wait for a payment that nobody makes: order.test.ts.
    const anyForgery = anyClaim.filter((claim) => claim.of !== 'session' || claim.status !== 'closed');
    const anyHints = fc.array(fc.tuple(fc.nat(30 * minute), anyForgery), { maxLength: 12 });
    law([anyStory, anyHints], (turns, forged) => {
      const world = turns.map((turn, index) => [index * 10 * minute, turn.reading] as const);
      const until = turns.length * 10 * minute + hour;
      const commands = [[until, { type: 'recheck', by: 'test' }]] as const;
      const hints = forged.map(([at, claim]) => [at, hintOf(claim)] as const);
      const [honest, attacked] = [[], hints].map((told) =>
        play({ world, hints: told, commands, terms, until }),
      );
      expect(attacked!.order.amounts).toEqual(honest!.order.amounts);
      expect(attacked!.order.status).toBe(honest!.order.status);
    });
  });

  test('one that tells nothing new costs no read, however often it comes', () => {
    law([anyStory, fc.nat(), fc.integer({ min: 1, max: 20 })], (turns, pick, copies) => {
      fc.pre(turns.length > 0 && outcomeIn(turns.at(-1)!.reading) !== 'cancelled');
      const world = [[0, turns.at(-1)!.reading]] as const;
      const script = { world, terms, policy: { closeAfter: 365 * day }, until: 40 * second };
      const known = play({ ...script, commands: [[0, { type: 'recheck', by: 'test' }]] });
      const { hint: old } = turns[pick % turns.length]!;
      const hints = Array.from({ length: copies }, (_, index) => [second + index, old] as const);
      const played = play({ ...script, carry: known.state, from: second, hints });

      expect(played.reads).toEqual([]);
      expect(played.order).toMatchObject({ status: known.order.status, sequence: known.order.sequence });
      const [first, ...others] = dispositionsOf(played);
      expect(['applied', 'stale']).toContain(first);
      expect(others.every((disposition) => disposition === 'duplicate')).toBe(true);
    });
  });

  test('a burst of them costs one read more than the one that is under way', () => {
    law([fc.array(fc.nat(499), { minLength: 1, maxLength: 30 })], (times) => {
      const hints = times.map((at, index) => [at, hintOf({ of: 'nothing' }, `${index}`)] as const);
      const { reads } = play({ world: [[0, says.placed]], hints, latency: 500, until: 20 * minute });
      expect(reads.length).toBeLessThanOrEqual(2);
    });
  });
});

describe('escalations', () => {
  test('each rung of any ladder escalates once while pending lasts, and the provider is asked before it', () => {
    const anyLadder = fc
      .uniqueArray(fc.integer({ min: 1, max: 40 * 24 * 60 }), { minLength: 1, maxLength: 4 })
      .map((steps) => steps.toSorted((a, b) => a - b).map((step) => step * minute) as [number, ...number[]]);
    const anyCopies = fc.array(fc.nat(45 * 24 * 60), { maxLength: 5 });
    law(
      [anyLadder, anyCopies, fc.constantFrom(0, 900)],
      (escalate, copies, latency) => {
        const { events, reads } = play({
          world: [[0, says.pending]],
          hints: [
            [0, hint.payment('pending')],
            ...copies.map((at) => [at * minute, hint.payment('pending')] as const),
          ],
          terms,
          policy: { pending: { ...defaultPolicy.pending, escalate } },
          latency,
          until: 45 * day,
        });
        const began = latency;
        expect(events.map(({ type, at }) => [type, at - t0])).toEqual([
          ['order.pending', began],
          ...escalate.map((step, index) => [
            `escalation.${index === 0 ? 'opened' : 'raised'}`,
            began + step + latency,
          ]),
        ]);
        for (const step of escalate) expect(reads.map(({ at }) => at)).toContain(began + step);
      },
      30,
    );
  });

  test('reads that fail keep all facts, are tried again by the pending ladder and, in time, escalate', () => {
    law(
      [anyFailure, fc.constantFrom(says.open, says.placed, says.captured)],
      (failure, known) => {
        const lost = 2 * minute;
        const script = {
          world: [
            [0, known],
            [lost, failure],
          ] as const,
          terms,
          until: 5 * hour,
        };
        const commands = [0, lost].map((at) => [at, { type: 'recheck', by: 'test' }] as const);
        const before = play({ ...script, commands, until: minute });
        const after = play({ ...script, commands });

        expect(after.order).toMatchObject({
          status: before.order.status,
          amounts: before.order.amounts,
          verified: before.order.verified,
          unverifiedSince: new Date(t0 + lost).toISOString(),
          escalation: { level: 2, openedAt: new Date(t0 + lost + 15 * minute).toISOString() },
        });
        expect(after.order.escalation?.reasons).toContain('unverified');
        const retries = after.reads.filter(({ why }) => why === 'retry').map(({ at }) => at - lost);
        expect(retries.slice(0, 2)).toEqual([minute, 6 * minute]);

        const back = play({
          ...script,
          world: [[0, known]],
          carry: after.state,
          from: 5 * hour,
          commands: [[5 * hour, { type: 'recheck', by: 'test' }]],
          until: 5 * hour,
        });
        expect(back.order.unverifiedSince).toBeNull();
        expect(back.order.escalation?.reasons ?? []).not.toContain('unverified');
      },
      60,
    );
  });
});

describe('closing', () => {
  test('a closed order that opens again and hears nothing new closes again and tells nobody', () => {
    law(
      [anyStory, fc.nat(), fc.integer({ min: 1, max: 800 })],
      (turns, pick, days) => {
        fc.pre(turns.length > 0);
        const world = [[0, turns.at(-1)!.reading]] as const;
        const first = play({ world, terms, until: 400 * day });
        fc.pre(first.closedAt !== undefined);
        const from = first.closedAt + days * day;
        const old = turns[pick % turns.length]!.hint;
        const again = play({
          world,
          carry: throughJson(first.state),
          from,
          hints: [[from, old]],
          until: from + day,
        });

        expect(again.closedAt).toBe(from + 10 * minute);
        expect(again.told).toEqual([]);
        const { verified: _, updatedAt: __, ...before } = first.order;
        expect(again.order).toMatchObject(before);
        expect(again.reads.length).toBeGreaterThan(0);
      },
      100,
    );
  });

  test('every story of a payment that ends comes to a close', () => {
    law(
      [anyCourse],
      (course) => {
        fc.pre(
          !['placed', 'partially_captured', 'pending'].includes(oracle(course.turns.at(-1)!.reading).status),
        );
        const end = endOf(course);
        const { state } = playCourse(course, 'first');
        fc.pre(state.escalation === undefined && state.heldReasons.length === 0);
        const later = play({
          world: worldOf(course),
          carry: throughJson(state),
          from: end,
          until: end + 400 * day,
        });
        expect(later.closedAt).toBeDefined();
      },
      60,
    );
  });
});

test('reads that flip end with the status that stays, a finding and a handful of events', () => {
  const settled = [says.placed, says.rejected, says.cancelled, says.captured] as const;
  const anyPair = fc.shuffledSubarray([...settled], { minLength: 2, maxLength: 2 });
  const anyPresence = fc.constantFrom('open' as const, 'closed' as const);
  law([anyPair, fc.integer({ min: 4, max: 30 }), anyPresence], ([a, b], flips, presence) => {
    // Captured money is not unsaid: there is nothing to flip.
    fc.pre(a !== says.captured && b !== says.captured);
    const readings = Array.from({ length: flips }, (_, index) => ({ ...(index % 2 ? b! : a!), presence }));
    const last = readings.at(-1)!;
    const played = orderAfter([...readings, last, last]);
    expect(findingsOf(played)).toContain('flapping');
    expect(played.told.length).toBeLessThanOrEqual(4);
    expect(played.lastTold?.status).toBe(played.order.status);
    expect(played.order.status).toBe(oracle(last).status);
  });
});

describe('in any turmoil', () => {
  test('the sequence counts events, the object stays small, runs close rightly and the agenda makes progress', () => {
    law(
      [anyTurmoil],
      (turmoil) => {
        const inputs = turmoil.hints.length + turmoil.commands.length;
        const { reads } = play({
          ...turmoil,
          until: 3 * day,
          reopens: true,
          watch: (state) => {
            const order = viewOf(state);
            expect(Buffer.byteLength(JSON.stringify(order))).toBeLessThanOrEqual(2048);
            expect(order.sequence).toBe(state.sequence);
            expect(state.timeline.entries.length).toBeLessThanOrEqual(200);
          },
        });
        const busiest = reads.map(
          ({ at }) => reads.filter((read) => read.at >= at && read.at < at + hour).length,
        );
        expect(Math.max(0, ...busiest)).toBeLessThanOrEqual(20 + 6 * inputs);
      },
      150,
    );
  });

  test('going through JSON changes nothing', () => {
    law(
      [anyTurmoil],
      (turmoil) => {
        const [one, other] = [false, true].map((isCarriedOver) =>
          play({ ...turmoil, isCarriedOver, until: 2 * day }),
        );
        expect(other).toEqual(one);
      },
      60,
    );
  });
});

// Courses: a story in time, with its hooks delivered somehow

interface Course {
  readonly turns: readonly Turn[];
  readonly gaps: readonly number[];
  readonly deliveries: readonly (readonly number[])[];
}

const turnsAtMost = 17;
const anyGap = fc.constantFrom(second, 30 * second, 10 * minute, 3 * hour, 2 * day);
const anyDelays = fc.array(fc.constantFrom(0, second, 7 * minute, 3 * day, 40 * day), { maxLength: 3 });
const anyCourse: fc.Arbitrary<Course> = fc.record({
  turns: anyStory.filter((turns) => turns.length > 0),
  gaps: fc.array(anyGap, { minLength: turnsAtMost, maxLength: turnsAtMost }),
  deliveries: fc.array(anyDelays, { minLength: turnsAtMost, maxLength: turnsAtMost }),
});

function worldOf({ turns, gaps }: Course): readonly At<Reading>[] {
  let at = 0;
  return turns.map((turn, index) => [(at += gaps[index]!), turn.reading]);
}

/** When all has happened and every hook has come. */
function endOf(course: Course): number {
  const times = hintsOf(course).map(([at]) => at);
  return Math.max(worldOf(course).at(-1)![0], ...times) + minute;
}

function hintsOf(course: Course) {
  return worldOf(course).flatMap(([at], index) =>
    course.deliveries[index]!.map((delay) => [at + delay, course.turns[index]!.hint] as const),
  );
}

/** Plays a course to its end and reads once more. */
function playCourse(
  course: Course,
  registers: 'never' | 'first' | 'late',
  more: { latency?: number; isCarriedOver?: boolean } = {},
): Played {
  const end = endOf(course);
  return play({
    world: worldOf(course),
    hints: hintsOf(course),
    terms: registers === 'first' ? terms : undefined,
    commands: [
      [end, { type: 'recheck', by: 'test' }],
      ...(registers === 'late' ? [[end, { type: 'register', terms }] as const] : []),
    ],
    reopens: true,
    until: end + second,
    ...more,
  });
}

/** What an order must say after a last reading, by a bookkeeper who has seen nothing else. */
function bookkeeping(last: Reading, { state }: Played, isRegistered: boolean) {
  const { status, ...amounts } = oracle(last);
  const isOverdue = status === 'created' && state.lastReadAt - state.waitingSince >= day;
  return {
    status: isOverdue ? 'expired' : status,
    amounts: { ...amounts, currency: 'SEK', ...(isRegistered && { expected: total }) },
    unverifiedSince: null,
  };
}

/** How the payment stands by the one attempt that a story has. */
function outcomeIn({ outcome, movements }: Reading): Settlement | undefined {
  return outcome ?? movements.find(({ kind }) => kind === 'authorization')?.status;
}

/** The findings that follow from a last reading; what an order went through on its way there is history. */
function findingsAtEnd(played: Played): readonly string[] {
  return findingsOf(played).filter((code) => code !== 'corrected' && code !== 'foreign_session');
}

function oracle(told: Reading) {
  const { presence, movements, ordered } = told;
  const outcome = outcomeIn(told);
  const price = ordered!.amount;
  const authorized = outcome === 'approved' || outcome === 'cancelled' ? price : 0;
  const captured = sumOf(movements, 'capture', 'approved');
  const refunded = sumOf(movements, 'refund', 'approved');
  const cancelled = outcome === 'cancelled' ? price - captured : 0;
  const amounts = {
    authorized,
    captured,
    capturePending: sumOf(movements, 'capture', 'pending'),
    refunded,
    refundPending: sumOf(movements, 'refund', 'pending'),
    cancelled,
  };
  const status = (): Status => {
    const isOpen =
      captured < authorized - cancelled || movements.some(({ status: one }) => one === 'pending');
    if (captured > 0 && refunded >= captured && !isOpen) return 'refunded';
    if (refunded > 0) return 'partially_refunded';
    if (captured > 0) return captured >= authorized - cancelled ? 'captured' : 'partially_captured';
    if (outcome) return outcome === 'approved' ? 'placed' : outcome;
    return presence === 'closed' ? 'expired' : 'created';
  };
  return { status: status(), ...amounts };
}

// Turmoil: anything at any time

const anyTime = fc.nat(2 * 24 * 60).map((minutes) => minutes * minute);
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('\u0001'.repeat(300)));
const anyCommand = fc.oneof(
  fc.constant({ type: 'recheck', by: 'ada' } as const),
  fc.constant({ type: 'register', terms } as const),
  fc.constant({ type: 'acknowledgeEscalation', by: 'ada', reason: 'mine' } as const),
  fc.constant({ type: 'resolveEscalation', by: 'bob', reason: 'paid by hand' } as const),
  fc.constant({ type: 'reopenEscalation', by: 'ada', reason: 'not yet' } as const),
  fc.constant({ type: 'note', code: 'chargeback', by: 'ada', reason: 'the bank wrote' } as const),
  anyTime.map((at) => ({ type: 'snoozeEscalation', by: 'ada', reason: 'later', until: t0 + at }) as const),
);
const anyHint = fc.oneof(
  { weight: 4, arbitrary: anyClaim.map((claim) => hintOf(claim)) },
  {
    weight: 1,
    arbitrary: fc.tuple(anyMovement, fc.constantFrom('1', '2', 'forged')).map(([movement, payment]) => {
      const proof = { movement: { ...movement, kind: 'refund' as const }, payments: [payment] };
      return { ...hint.refund(movement.id), proof };
    }),
  },
);
const anyAnswer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 3, arbitrary: anyReading },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyReading, anyText, anyText)
      .map(([told, reference, method]) => ({ ...told, reference, method })),
  },
  { weight: 2, arbitrary: anyFailure },
);
const anySteps = fc.constantFrom<[number, ...number[]]>(
  [second],
  [minute, hour],
  [minute, 5 * minute, 15 * minute, hour, 4 * hour],
);
const anyTurmoil = fc
  .record({
    world: fc.array(fc.tuple(anyTime, anyAnswer), { maxLength: 10 }),
    hints: fc.array(fc.tuple(anyTime, anyHint), { maxLength: 12 }),
    commands: fc.array(fc.tuple(anyTime, anyCommand), { maxLength: 8 }),
    terms: fc.constantFrom(terms, undefined),
    identity: fc.constantFrom(deposit, payout),
    latency: fc.constantFrom(0, 0, 1_500),
    policy: fc.record({
      pending: fc.record({ recheck: fc.constant(defaultPolicy.pending.recheck), escalate: anySteps }),
      reread: anySteps,
      closeAfter: fc.constantFrom(second, hour, 7 * day),
      refundWindow: fc.constantFrom(minute, day, 180 * day),
      abandonAfter: fc.constantFrom(hour, day),
      requireRegistration: fc.boolean(),
    }),
  })
  .map(({ world, ...rest }) => ({ ...rest, world: world.toSorted(([a], [b]) => a - b) }));

// Small things

const buckets = [
  ['captured', 'capture', 'approved'],
  ['capturePending', 'capture', 'pending'],
  ['refunded', 'refund', 'approved'],
  ['refundPending', 'refund', 'pending'],
] as const;

/** The money, whenever a pending attempt was last listed. */
function listed(facts: Facts) {
  const { movements, ...money } = moneyOf(facts);
  return {
    ...money,
    movements: Object.keys(movements)
      .toSorted()
      .map((key) => without(movements[key]!, 'lastListedAt')),
  };
}

function moneyOf(facts: Facts) {
  return { movements: facts.movements, status: statusOf(facts, 'deposit'), ...amountsOf(facts, terms) };
}

/** Lets an order read one reading after another, an hour apart, and shows each step with the findings that it alone made. */
function eachRead(
  readings: readonly Reading[],
  identity: typeof deposit,
  see: (before: OrderState, after: OrderState) => void,
) {
  let now = t0;
  let state = openOrder({ identity, policy: defaultPolicy, terms }, now);
  for (const told of readings) {
    now += hour;
    const asking = step({ ...state, findings: [] }, { type: 'readStarted' }, now).state;
    const answer = { type: 'readEnded', result: resultOf(told), why: 'recheck' } as const;
    const after = step(deepFreeze(asking), answer, now).state;
    see(state, after);
    state = after;
  }
}

/** An approval comes before the cancel: the hook is late. */
function isLate({ of, status }: Claim & { status: string }, held: Settlement | undefined): boolean {
  return of !== 'capture' && of !== 'refund' && status === 'approved' && held === 'cancelled';
}

/** Whether a claim goes beyond what the provider says, by the words of contract 3 alone. */
function claimsMore(claim: Claim, told: Reading): boolean {
  const { presence, movements } = told;
  const outcome = outcomeIn(told);
  const isOver = presence === 'closed' || outcome !== undefined;
  switch (claim.of) {
    case 'change':
    case 'nothing':
      return false;
    case 'session':
      // That a shopper came or went is for no read to confirm.
      return claim.status === 'completed' && !isOver;
    case 'payment':
      if (claim.status === outcome || (claim.status === 'pending' && outcome !== undefined)) return false;
      return !isLate(claim, outcome);
    default: {
      const held = movements.find(({ kind, id }) => kind === claim.of && id === claim.id)?.status;
      if (held !== undefined)
        return !(claim.status === held || claim.status === 'pending' || isLate(claim, held));
      // A failed attempt says little about an order that another one has brought further.
      return claim.of !== 'authorization' || claim.status === 'approved' || outcome === undefined;
    }
  }
}
