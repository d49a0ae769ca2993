import type { ReadFailure, Reading } from '../../../src/domain/money/payment.ts';
import { agendaOf } from '../../../src/domain/order/agenda.ts';
import type { Command } from '../../../src/domain/order/commands.ts';
import { step } from '../../../src/domain/order/step.ts';
import type { OrderState } from '../../../src/domain/order/state.ts';
import { needsAttention, viewOf } from '../../../src/domain/order/view.ts';
import {
  approvedWith,
  capture,
  day,
  findingsOf,
  hint,
  hour,
  minute,
  orderAfter,
  play,
  refund,
  resultOf,
  says,
  second,
  t0,
  terms,
  type Answer,
  type At,
  type Played,
  type Script,
} from '../support.ts';

const resolve: Command = { type: 'resolveEscalation', by: 'ada', reason: 'answered' };

const escalationsOf = ({ events }: Played) =>
  events.filter(({ type }) => type.startsWith('escalation')).map(({ type, at }) => [type, at - t0]);

const askedAt = ({ reads }: Played) => reads.map(({ at, why }) => [at, why]);

describe('a final order is read a day after its end and once more before it closes (R10)', () => {
  const ended = (first: Reading, ...more: readonly At<Answer>[]) =>
    play({ world: [[0, first], ...more], hints: [[0, hint.odd]], terms, until: 10 * day });

  test.each(['refunded', 'rejected', 'cancelled'] as const)('%s', (life) => {
    const played = ended(says[life]);
    expect(askedAt(played)).toEqual([
      [0, 'hook'],
      [day, 'recheck'],
      [7 * day, 'closing'],
    ]);
    expect(played.closedAt).toBe(7 * day);
  });

  test('a read that somebody asked for after that day does for it', () => {
    const played = play({
      world: [
        [0, says.refunded],
        [day, 'unavailable'],
        [day + 30 * second, says.refunded],
      ],
      hints: [[0, hint.odd]],
      commands: [[day + minute / 2, { type: 'recheck', by: 'ada' }]],
      terms,
      until: 6 * day,
    });
    expect(askedAt(played)).toEqual([
      [0, 'hook'],
      [day, 'recheck'],
      [day + minute / 2, 'command'],
    ]);
  });

  const taken = approvedWith(capture('c1', 'cancelled'), refund('r1'));

  test.each([
    ['a day after', 20 * hour, day],
    ['before the close', 2 * day, 7 * day],
  ])('money that the provider took back is found then: %s', (_, at, foundAt) => {
    const played = ended(says.refunded, [at, taken]);
    expect(findingsOf(played)).toContain('money_taken_back');
    expect(escalationsOf(played)[0]).toEqual(['escalation.opened', foundAt]);
    expect(played.order.escalation?.reasons).toContain('money_taken_back');
    expect(played.closedAt).toBeUndefined();
  });

  test('a captured deposit that is voided is never a silent captured (sample 6)', () => {
    const voided = {
      ...says.cancelled,
      movements: [...says.cancelled.movements, capture('c1', 'cancelled')],
    };
    const played = play({
      world: [
        [0, says.captured],
        [day, voided],
      ],
      hints: [
        [0, hint.odd],
        [day, hint.change],
      ],
      terms,
      until: day,
    });
    expect(played.order).toMatchObject({
      status: 'cancelled',
      amounts: { captured: 0 },
      escalation: { level: 1, reasons: ['money_taken_back'] },
    });
    expect(played.told).toEqual(['order.captured', 'order.corrected', 'escalation.opened']);
  });

  test('money that comes back ends it', () => {
    const played = ended(says.refunded, [20 * hour, taken], [25 * hour, says.refunded]);
    expect(played.order).toMatchObject({ status: 'refunded', escalation: null });
    expect(played.closedAt).toBeDefined();
  });
});

describe('a chargeback (R10)', () => {
  const disputed: Reading = { ...says.captured, flags: [{ code: 'chargeback', subject: 'a' }] };
  const note: Command = {
    type: 'note',
    code: 'chargeback',
    by: 'ada',
    reason: 'letter of the bank',
    amount: 30_000,
    currency: 'SEK',
  };

  test('that the provider tells stays when it tells it no longer, until a person resolves it', () => {
    const world = [
      [0, disputed],
      [hour, says.captured],
    ] as const;
    const script = { world, hints: world.map(([at]) => [at, hint.change] as const), terms };
    const open = play({ ...script, until: 300 * day });
    expect(open.order).toMatchObject({
      status: 'captured',
      amounts: { captured: 30_000 },
      escalation: { level: 3, reasons: ['chargeback'] },
    });
    expect(open.closedAt).toBeUndefined();
    const { order } = play({ ...script, commands: [[2 * hour, resolve]], until: 3 * hour });
    expect(order.escalation).toBeNull();
  });

  test('that is resolved while the provider tells it is listed as resolved; another one is news', () => {
    const world = [
      [0, disputed],
      [2 * hour, { ...disputed, flags: [...disputed.flags!, { code: 'chargeback', subject: 'b' }] }],
    ] as const;
    const script: Omit<Script, 'until'> = {
      world,
      hints: world.map(([at]) => [at, hint.change] as const),
      commands: [[hour, resolve]],
      terms,
    };
    expect(play({ ...script, until: hour }).order.escalation).toMatchObject({
      state: 'resolved',
      reasons: ['chargeback'],
    });
    expect(escalationsOf(play({ ...script, until: 2 * hour }))).toEqual([
      ['escalation.opened', 0],
      ['escalation.resolved', hour],
      ['escalation.opened', 2 * hour],
    ]);
  });

  test('that a person notes escalates at once without a read, and changes neither status nor sums', () => {
    const before = orderAfter([says.captured]).state;
    const { state, events } = step(
      before,
      { type: 'command', command: note, key: 'k1', hash: 'h' },
      t0 + hour,
    );
    expect(events).toMatchObject([{ type: 'escalation.opened', at: t0 + hour }]);
    expect(viewOf(state)).toMatchObject({
      status: 'captured',
      amounts: viewOf(before).amounts,
      escalation: { level: 1, reasons: ['chargeback'] },
    });
    expect(state.timeline.entries.map(({ kind, summary }) => [kind, summary]).slice(-2)).toEqual([
      ['person', 'ada noted a chargeback of 300.00 SEK: letter of the bank'],
      ['escalation', 'opened, level 1: chargeback'],
    ]);
  });

  test('that is noted holds until it is resolved; a second note is another', () => {
    const script: Omit<Script, 'until'> = { world: [[0, says.captured]], hints: [[0, hint.odd]], terms };
    const commands = [
      [hour, note],
      [2 * day, resolve],
      [3 * day, { ...note, reason: 'another' }],
    ] as const;
    const played = play({ ...script, commands, until: 4 * day - 1 });
    expect(escalationsOf(played)).toEqual([
      ['escalation.opened', hour],
      ['escalation.raised', 3 * hour],
      ['escalation.raised', hour + day],
      ['escalation.resolved', 2 * day],
      ['escalation.opened', 3 * day],
      ['escalation.raised', 3 * day + 2 * hour],
    ]);
    const over = play({ ...script, commands: commands.slice(0, 2), until: 2 * day });
    expect(over.order.escalation).toBeNull();
    const open = play({ ...script, commands: commands.slice(0, 1), until: 300 * day });
    expect(open.closedAt).toBeUndefined();
  });
});

describe('another paid order of the same reference (law 10, R11)', () => {
  const captured = () => orderAfter([says.captured]).state;
  const told = (state: OrderState, ids: readonly string[], at: number) =>
    step(state, { type: 'paidTwice', ids }, t0 + at);
  /** The read of the ladder's rung. */
  const asked = (state: OrderState, at: number) => {
    const begun = step(state, { type: 'readStarted' }, t0 + at).state;
    const input = { type: 'readEnded', result: resultOf(says.captured), why: 'escalation' } as const;
    return step(begun, input, t0 + at);
  };

  test('is a double payment that asks a person at once, and escalates by the ladder', () => {
    const { state, events } = told(captured(), ['s2'], hour);
    expect([needsAttention(state), events]).toEqual([true, []]);
    expect(viewOf(state).findings).toMatchObject([{ code: 'double_payment', detail: 'paid too: s2' }]);
    const { recheckAt: _, ...waiting } = state;
    expect(agendaOf(waiting, t0 + hour)).toEqual({
      do: 'wait',
      until: t0 + hour + 15 * minute,
      why: 'next escalation',
    });
    const later = asked(state, hour + 15 * minute);
    expect(later.events.map(({ type }) => type)).toEqual(['escalation.opened']);
    expect(viewOf(later.state)).toMatchObject({
      status: 'captured',
      escalation: { reasons: ['double_payment'] },
    });
  });

  test('ends when it is over', () => {
    const open = asked(told(captured(), ['s2'], hour).state, 2 * hour).state;
    const { state, events } = told(open, [], 3 * hour);
    expect(events.map(({ type }) => type)).toEqual(['escalation.resolved']);
    expect([needsAttention(state), state.paidTwice, state.escalation]).toEqual([false, undefined, undefined]);
  });

  test('told again, in whatever order, it changes nothing; and nothing is over where nothing was', () => {
    const { state } = told(captured(), ['s3', 's2'], hour);
    expect(told(state, ['s2', 's3'], 2 * hour)).toEqual({ state, events: [] });
    expect(state.paidTwice).toEqual({ ids: ['s2', 's3'], at: t0 + hour });
    expect(told(captured(), [], hour)).toEqual({ state: captured(), events: [] });
  });

  test('with one more order it is another subject, also after it was resolved', () => {
    const open = asked(told(captured(), ['s2'], hour).state, 2 * hour).state;
    const silent = step(
      open,
      { type: 'command', command: resolve, key: 'r', hash: 'h' },
      t0 + 3 * hour,
    ).state;
    expect(silent.escalation?.state).toBe('resolved');
    const more = told(silent, ['s2', 's3'], 4 * hour).state;
    expect(needsAttention(more)).toBe(true);
    expect(asked(more, 5 * hour).events.map(({ type }) => type)).toEqual(['escalation.opened']);
  });
});

describe('a session that nobody registered and no read has found (R15)', () => {
  const lookFor = (world: readonly At<Answer>[], more: Partial<Script> = {}) => {
    const unverified: number[] = [];
    const played = play({
      world,
      hints: [[0, hint.odd]],
      until: day,
      watch: ({ heldReasons }, now) => {
        if (heldReasons.some(({ code }) => code === 'unverified')) unverified.push(now);
      },
      ...more,
    });
    return { ...played, unverified };
  };
  const ladder = [0, 2 * second, 12 * second, 72 * second, 372 * second];
  const lastTry = 372 * second + hour;

  test.each<ReadFailure>(['unavailable', 'timeout', 'malformed', 'credentials', 'refused', 'rate_limited'])(
    'that is %s is looked for once more an hour after its ladder, then ends, and nobody hears of it',
    (failure) => {
      const played = lookFor([[0, failure]]);
      expect(played.reads.map(({ at }) => at)).toEqual([...ladder, lastTry]);
      expect([played.told, played.unverified, played.closedAt]).toEqual([[], [], lastTry]);
      expect(played.order).toMatchObject({ status: 'expired', escalation: null });
    },
  );

  test.each<ReadFailure>(['unknown_session', 'foreign_session'])(
    'that is %s ends with its ladder',
    (failure) => {
      const played = lookFor([[0, failure]]);
      expect(played.reads.map(({ at }) => at)).toEqual(ladder);
      expect([played.told, played.unverified, played.closedAt]).toEqual([[], [], 10 * minute]);
    },
  );

  test('a gateway page for 8 minutes, then captured: it is found (sample 13)', () => {
    const played = lookFor([
      [0, 'unavailable'],
      [8 * minute, says.captured],
    ]);
    expect(played.told).toEqual(['order.captured']);
    expect([played.unverified, played.reads.at(5)?.at]).toEqual([[], lastTry]);
    expect(played.order.status).toBe('captured');
  });

  test('the answer at the end of its ladder counts', () => {
    const known = lookFor([
      [0, 'unavailable'],
      [5 * minute, 'unknown_session'],
    ]);
    expect(known.reads.map(({ at }) => at)).toEqual(ladder);
    const lost = lookFor([
      [0, 'unknown_session'],
      [5 * minute, 'unavailable'],
    ]);
    expect(lost.reads.map(({ at }) => at)).toEqual([...ladder, lastTry]);
  });

  test('once it is registered, reads that fail are unverified and escalate', () => {
    const played = lookFor([[0, 'unavailable']], {
      commands: [[minute, { type: 'register', terms }]],
      until: hour,
    });
    expect(played.told).toEqual(['escalation.opened']);
    expect(played.order.escalation).toMatchObject({ reasons: ['unverified'] });
  });

  test('and once a read has found it, too', () => {
    const played = lookFor(
      [
        [0, says.placed],
        [hour, 'unavailable'],
      ],
      { commands: [[hour, { type: 'recheck', by: 'ada' }]], until: 2 * hour },
    );
    expect(played.order.escalation).toMatchObject({ reasons: ['unverified'] });
  });
});
