import {
  dispositionOf,
  standingOf,
  type AttemptClaim,
  type Claim,
  type Disposition,
  type Standing,
} from '../../../src/domain/order/hints.ts';
import { step } from '../../../src/domain/order/step.ts';
import { noFacts, type Movement, type Reading, type Settlement } from '../../../src/domain/money/payment.ts';
import {
  approvedWith,
  authorization,
  capture,
  day,
  dispositionsOf,
  factsFrom,
  findingsOf,
  hint,
  hintOf,
  hour,
  minute,
  orderAfter,
  play,
  reading,
  refund,
  says,
  second,
  t0,
  terms,
  type Answer,
  type Script,
} from '../support.ts';

/** What becomes of one hook when the provider says this all along, and how many reads it takes. */
function heard(
  life: keyof typeof says,
  claim: Claim,
  isKnown: boolean,
): [Disposition | 'none' | undefined, number] {
  const script = { world: [[0, says[life]]], terms, until: 20 * minute } as const;
  const { state } = play({ ...script, commands: [[0, { type: 'recheck', by: 'test' }]], until: second });
  const hook = [[2 * second, hintOf(claim)]] as const;
  const played = play(
    isKnown ? { ...script, carry: state, from: 2 * second, hints: hook } : { ...script, hints: hook },
  );
  const asked = played.reads.filter(({ why }) => why === 'hook' || why === 'reread');
  return [dispositionsOf(played)[0], asked.length];
}

const payment = (status: 'pending' | 'approved' | 'rejected' | 'cancelled') =>
  ({ of: 'payment', status }) as const;

describe('a hook about the payment', () => {
  test.each<[keyof typeof says, ReturnType<typeof payment>['status'], Disposition, number]>([
    ['pending', 'pending', 'applied', 0],
    ['placed', 'approved', 'applied', 0],
    ['placed', 'pending', 'stale', 0],
    ['captured', 'approved', 'applied', 0],
    ['captured', 'pending', 'stale', 0],
    ['refunded', 'approved', 'applied', 0],
    ['rejected', 'rejected', 'applied', 0],
    ['rejected', 'pending', 'stale', 0],
    ['cancelled', 'cancelled', 'applied', 0],
    ['cancelled', 'pending', 'stale', 0],
    ['pending', 'approved', 'contradicted', 5],
    ['pending', 'cancelled', 'contradicted', 5],
    ['placed', 'rejected', 'contradicted', 5],
    ['placed', 'cancelled', 'contradicted', 5],
    ['captured', 'cancelled', 'contradicted', 5],
    ['rejected', 'approved', 'contradicted', 5],
    ['open', 'approved', 'contradicted', 5],
    ['absent', 'approved', 'contradicted', 5],
  ])('the provider says %s, the hook %s: %s after %i reads', (life, status, disposition, reads) => {
    expect(heard(life, payment(status), true)).toEqual([disposition, reads]);
  });

  test('the approval of a cancelled order is late, which one read confirms', () => {
    expect(heard('cancelled', payment('approved'), true)).toEqual(['stale', 1]);
  });
});

describe('that a payment was approved holds by an entry that shows it, whatever the word says:', () => {
  const bare = (...movements: readonly Movement[]) => reading({ presence: 'open', movements });

  test.each<[string, Reading, string]>([
    ['a capture', bare(capture('c1')), 'holds'],
    ['a capture among others', bare(capture('c1', 'rejected'), capture('c2')), 'holds'],
    [
      'the word that a part is captured, without entries',
      reading({ outcome: 'approved', captured: 'partial' }),
      'holds',
    ],
    ['a capture that is under way', bare(capture('c1', 'pending')), 'news'],
    ['a capture that failed', bare(capture('c1', 'rejected')), 'news'],
    ['an authorization', bare(authorization('a')), 'holds'],
    ['an attempt that is under way', bare(authorization('a', 'pending')), 'news'],
    ['a refund', bare(refund('r1')), 'news'],
  ])('%s', (_, told, standing) => {
    expect(standingOf(payment('approved'), factsFrom(told))).toBe(standing);
  });

  test('but not that it was rejected', () => {
    expect(standingOf(payment('rejected'), factsFrom(says.captured))).toBe('news');
  });
});

describe('a hook about a capture or a refund', () => {
  const told = approvedWith(
    capture('1'),
    capture('2', 'pending'),
    capture('3', 'rejected'),
    refund('1', 'pending'),
  );

  test.each([
    ['capture', '1', 'approved', 'holds'],
    ['capture', '1', 'pending', 'overtaken'],
    ['capture', '1', 'rejected', 'news'],
    ['capture', '2', 'pending', 'holds'],
    ['capture', '2', 'approved', 'news'],
    ['capture', '3', 'pending', 'overtaken'],
    ['capture', '4', 'pending', 'news'],
    ['refund', '1', 'pending', 'holds'],
    ['refund', '1', 'approved', 'news'],
    ['refund', '2', 'approved', 'news'],
  ] as const)('%s %s %s: %s', (of, id, status, standing) => {
    expect(standingOf({ of, id, status }, factsFrom(told))).toBe(standing);
  });
});

describe('a hook about one attempt to pay', () => {
  const attempt = (id: string, status: Settlement) =>
    standingOf({ of: 'authorization', id, status }, factsFrom(told));
  const told = reading({
    outcome: 'approved',
    movements: [
      authorization('declined', 'rejected'),
      authorization('void', 'cancelled'),
      authorization('paid'),
    ],
  });

  test.each([
    ['paid', 'approved', 'holds'],
    ['paid', 'pending', 'overtaken'],
    ['paid', 'rejected', 'news'],
    ['declined', 'rejected', 'holds'],
    ['declined', 'approved', 'news'],
    ['void', 'approved', 'implied'],
    ['void', 'cancelled', 'holds'],
    ['void', 'pending', 'overtaken'],
    ['void', 'rejected', 'news'],
    ['other', 'approved', 'news'],
    ['other', 'rejected', 'implied'],
    ['other', 'pending', 'implied'],
  ] as const)('%s %s: %s', (id, status, standing) => {
    expect(attempt(id, status)).toBe(standing);
  });

  test.each<[Standing, Partial<AttemptClaim>, readonly Movement[]]>([
    ['news', {}, []],
    ['news', {}, [capture('paid', 'pending')]],
    ['holds', {}, [capture('paid')]],
    ['holds', {}, [capture('paid', 'cancelled')]],
    ['news', {}, [capture('elsewhere')]],
    ['holds', {}, [{ ...capture('elsewhere'), group: 'g' }]],
    ['news', { id: 'later', group: 'g' }, []],
    ['implied', { id: 'later', group: 'g' }, [{ ...capture('elsewhere'), group: 'g' }]],
  ])('one whose money was taken, while reads showed it reserved: %s', (standing, claim, captures) => {
    const facts = factsFrom(
      reading({ outcome: 'approved', movements: [{ ...authorization('paid'), group: 'g' }, ...captures] }),
    );
    const taken = { of: 'authorization', id: 'paid', status: 'approved', isTaken: true } as const;
    expect(standingOf({ ...taken, ...claim }, facts)).toBe(standing);
  });

  test('one that no read names is as far as the payment is', () => {
    const other = (status: Settlement, facts = factsFrom(says.rejected)) =>
      standingOf({ of: 'authorization', id: 'other', status }, facts);
    expect([other('rejected'), other('cancelled')]).toEqual(['holds', 'implied']);
    expect(other('rejected', factsFrom(says.open))).toBe('news');
  });

  test('a failed one before another that succeeded costs one read and is stale, whichever charge the read names', () => {
    const played = play({
      world: [[0, says.placed]],
      hints: [
        [0, hintOf({ of: 'authorization', id: 'a', status: 'approved' })],
        [minute, hintOf({ of: 'authorization', id: 'earlier', status: 'rejected' })],
      ],
      until: 20 * minute,
    });
    expect(played.order).toMatchObject({ status: 'placed', findings: [] });
    expect(dispositionsOf(played)).toEqual(['applied', 'stale']);
    expect(played.reads).toHaveLength(2);
  });

  test('a reservation that reads last showed as pending went on as the approved entry of its group', () => {
    const [reserved, taken] = [authorization('auth-1', 'pending'), authorization('cap-1')].map((one) => ({
      ...one,
      group: 'g',
    }));
    const facts = factsFrom(reading({ movements: [reserved!] }), reading({ movements: [taken!] }));
    const claim = { of: 'authorization', id: 'auth-1', status: 'approved' } as const;
    expect(standingOf({ ...claim, group: 'g' }, facts)).toBe('implied');
    expect(standingOf({ ...claim, group: 'another' }, facts)).toBe('news');
    expect(standingOf({ ...claim, status: 'rejected', group: 'g' }, facts)).toBe('news');
  });
});

describe('a hook about the session', () => {
  test.each([
    ['opened', 'open', 'holds'],
    ['opened', 'absent', 'news'],
    ['opened', 'placed', 'overtaken'],
    ['completed', 'open', 'news'],
    ['completed', 'pending', 'holds'],
    ['closed', 'open', 'news'],
    ['closed', 'closed', 'holds'],
    ['closed', 'placed', 'holds'],
  ] as const)('%s while it is %s: %s', (status, life, standing) => {
    expect(standingOf({ of: 'session', status }, factsFrom(says[life]))).toBe(standing);
  });

  test('an outcome says that the shopper was done, also where the session is open', () => {
    const facts = factsFrom({ ...says.pending, presence: 'open' });
    expect(standingOf({ of: 'session', status: 'completed' }, facts)).toBe('holds');
    expect(standingOf({ of: 'session', status: 'closed' }, facts)).toBe('holds');
  });

  test('that a shopper came is stale once the payment is on its way', () => {
    const claim = { of: 'session', status: 'opened' } as const;
    const dispositions = (['holds', 'news', 'overtaken'] as const).map((one) => dispositionOf(claim, one));
    expect(dispositions).toEqual(['applied', 'applied', 'stale']);
  });
});

test('that a shopper came or went is for no read to confirm: neither is a contradiction', () => {
  for (const status of ['opened', 'closed'] as const) {
    const claim = { of: 'session', status } as const;
    expect(heard('absent', claim, true)).toEqual(['applied', 1]);
    expect(heard('pending', claim, true)).toEqual([status === 'opened' ? 'stale' : 'applied', 0]);
  }
});

test('before the first read every claim is news', () => {
  for (const told of [hint.payment('pending'), hint.capture('1'), hint.session('opened'), hint.odd])
    expect(standingOf(told.claim, noFacts)).toBe('news');
});

test('every standing but news has a disposition', () => {
  const claim = hint.payment('approved').claim;
  expect(
    ['holds', 'overtaken', 'implied', 'news'].map((standing) => dispositionOf(claim, standing as 'holds')),
  ).toEqual(['applied', 'stale', 'stale', undefined]);
});

describe('a new order', () => {
  test('reads for its first hook, and once where the hook is right', () => {
    expect(heard('placed', payment('approved'), false)).toEqual(['applied', 1]);
    expect(heard('placed', payment('pending'), false)).toEqual(['stale', 1]);
  });

  test('reads once for an event that it does not understand, which is ignored', () => {
    expect(heard('placed', { of: 'nothing' }, false)).toEqual(['ignored', 1]);
  });
});

describe('the re-read ladder', () => {
  const lagging = (after: number): Script => ({
    world: [
      [0, says.pending],
      [after, says.placed],
    ],
    hints: [[0, hint.payment('approved')]],
    terms,
    policy: { pending: { recheck: [day], escalate: [15 * minute] } },
    until: 10 * minute,
  });

  test.each([
    [0, 1],
    [second, 2],
    [10 * second, 3],
    [50 * second, 4],
    [6 * minute, 5],
  ])('ends with the read that confirms the claim: the provider lags %i ms, %i reads', (lag, reads) => {
    const played = play(lagging(lag));
    expect(played.order.status).toBe('placed');
    expect(dispositionsOf(played)).toEqual(['applied']);
    expect(findingsOf(played)).toEqual([]);
    expect(played.reads).toHaveLength(reads);
  });

  test('is the one that the account sets', () => {
    const { reads } = play({
      world: [[0, says.open]],
      hints: [[0, hint.payment('approved')]],
      policy: { reread: [second] },
      until: 30 * second,
    });
    expect(reads.map(({ at }) => at)).toEqual([0, second]);
  });

  test('a claim that comes true after it is confirmed, and its escalation ends by itself', () => {
    const played = play({ ...lagging(hour), policy: {}, until: 2 * hour });
    expect(played.told).toEqual([
      'order.pending',
      'escalation.opened',
      'order.placed',
      'escalation.resolved',
    ]);
    expect(played.order.escalation).toBeNull();
  });

  test('a contradiction says what the hook says', () => {
    const { order } = play({
      world: [[0, says.pending]],
      hints: [[0, hint.payment('approved')]],
      until: hour,
    });
    expect(order.findings).toMatchObject([
      { code: 'contradiction', detail: 'hook says payment_status approved, the provider does not' },
    ]);
  });

  test('a contradiction that comes again is one, with the time of the last; another is another', () => {
    const { state } = play({
      world: [[0, says.placed]],
      hints: [
        [0, hint.payment('cancelled')],
        [hour, hint.refund('x')],
        [2 * hour, hint.payment('cancelled')],
      ],
      until: 3 * hour,
    });
    expect(state.disputes.map(({ claim, at }) => [claim, at - t0])).toEqual([
      [hint.refund('x').claim, hour + 372 * second],
      [hint.payment('cancelled').claim, 2 * hour],
    ]);
  });

  test('of contradictions the last eight are kept', () => {
    const ids = Array.from({ length: 12 }, (_, index) => `r${index}`);
    const hints = ids.map((id, index) => [index * second, hint.refund(id)] as const);
    const { state } = play({ world: [[0, says.placed]], hints, policy: { reread: [second] }, until: hour });
    expect(state.disputes.map(({ claim }) => ('id' in claim ? claim.id : ''))).toEqual(ids.slice(-8));
  });

  test('a contradiction escalates', () => {
    const { order } = play({ world: [[0, says.placed]], hints: [[0, hint.refund('x')]], until: hour });
    expect(order.escalation).toMatchObject({ level: 1, reasons: ['contradiction'] });
    expect(order.findings).toMatchObject([{ code: 'contradiction' }]);
  });
});

describe('copies', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => [index, hint.payment('approved')] as const);

  test('a thousand at once are one effect, two reads at most and 999 duplicates', () => {
    const played = play({ world: [[0, says.placed]], hints: many, latency: 400, until: minute });
    expect(played.reads.length).toBeLessThanOrEqual(2);
    expect(played.told).toEqual(['order.placed']);
    const [first, ...others] = dispositionsOf(played);
    expect(first).toBe('applied');
    expect(others).toEqual(Array.from({ length: 999 }, () => 'duplicate'));
  });

  test('one that comes months later tells nothing new and costs no read', () => {
    const { state, closedAt } = play({
      world: [[0, says.refunded]],
      hints: [[0, hint.payment('approved')]],
      until: 30 * day,
    });
    expect(closedAt).toBe(7 * day);
    const late = play({
      world: [[0, says.refunded]],
      carry: state,
      from: 90 * day,
      hints: [[90 * day, hint.payment('approved')]],
      until: 90 * day + 9 * minute,
    });
    expect(late.reads).toEqual([]);
    expect(dispositionsOf(late)).toEqual(['applied', 'duplicate']);
  });

  test('one of an event that nobody here understands costs no read', () => {
    const hints = [0, hour, 2 * hour].map((at) => [at, hint.odd] as const);
    const played = play({ world: [[0, says.cancelled]], hints, until: 3 * hour });
    expect(dispositionsOf(played)).toEqual(['ignored', 'duplicate', 'duplicate']);
    expect(played.reads).toHaveLength(1);
  });

  test('one of a late approval of a cancelled order costs no read after the first', () => {
    const hints = [0, hour, 2 * hour].map((at) => [at, hint.payment('approved')] as const);
    const played = play({ world: [[0, says.cancelled]], hints, until: 3 * hour });
    expect(dispositionsOf(played)).toEqual(['stale', 'duplicate', 'duplicate']);
    expect(played.reads).toHaveLength(1);
  });

  test('one of a claim that was contradicted costs a single read', () => {
    const hints = [0, hour, 2 * hour].map((at) => [at, hint.payment('cancelled')] as const);
    const { reads } = play({
      world: [[0, says.placed]],
      hints,
      policy: { pending: { recheck: [day], escalate: [day] }, settled: { recheck: [day] } },
      until: 3 * hour,
    });
    expect(reads.map(({ at }) => at).filter((at) => at >= hour)).toEqual([hour, 2 * hour]);
  });
});

describe('a hook that says that something changed, and not what,', () => {
  test('is read for each time, also when it looks like the last', () => {
    const hints = [0, minute, 2 * minute].map((at) => [at, hint.change] as const);
    const played = play({
      world: [
        [0, says.placed],
        [minute, says.captured],
        [2 * minute, says.refunded],
      ],
      hints,
      until: 3 * minute,
    });
    expect(played.reads.map(({ at }) => at)).toEqual([0, minute, 2 * minute]);
    expect(played.told).toEqual(['order.placed', 'order.captured', 'order.refunded']);
    expect(dispositionsOf(played)).toEqual(['applied', 'applied', 'applied']);
    expect(findingsOf(played)).toEqual([]);
  });

  test('many while one is read for bring one more read', () => {
    const hints = [0, 100, 200, 300, 400].map((at) => [at, hint.change] as const);
    const played = play({
      world: [
        [0, says.placed],
        [250, says.captured],
      ],
      hints,
      latency: 500,
      until: minute,
    });
    expect(played.reads.map(({ at }) => at)).toEqual([0, 500]);
    expect(played.order.status).toBe('captured');
    expect(dispositionsOf(played)).toEqual(['applied', 'applied', 'duplicate', 'duplicate', 'duplicate']);
  });

  test('for a session that nobody knows is unmatched like any other', () => {
    const played = play({ world: [], hints: [[0, hint.change]], until: hour });
    expect(dispositionsOf(played)).toEqual(['unmatched']);
    expect(played.closedAt).toBe(10 * minute);
  });
});

test('a flood of different claims is not kept without end, and each has a disposition', () => {
  const hints = Array.from({ length: 500 }, (_, index) => [second, hint.capture(`forged-${index}`)] as const);
  let most = 0;
  const played = play({
    world: [[0, says.placed]],
    hints,
    until: 10 * minute,
    watch: (state) => (most = Math.max(most, state.hints.length)),
  });
  expect(most).toBeLessThanOrEqual(64);
  expect(played.reads.length).toBeLessThanOrEqual(6);
  expect(dispositionsOf(played)).not.toContain('none');
  expect(new Set(dispositionsOf(played))).toEqual(new Set(['contradicted', 'ignored']));
});

test('of the hooks that were heard the last 64 are told from copies', () => {
  const hints = Array.from({ length: 70 }, (_, index) => [0, hintOf({ of: 'nothing' }, `${index}`)] as const);
  const { state } = play({ world: [[0, says.placed]], hints, until: second });
  expect(state.recentHintIds).toEqual(Array.from({ length: 64 }, (_, index) => `${index + 6}`));
});

test('while reads fail, a hook that tells what was known waits for one that succeeds', () => {
  const dispositionAfter = (...answers: readonly Answer[]) => {
    const { state } = orderAfter(answers);
    return dispositionsOf({
      state: step(state, { type: 'hint', hint: hint.payment('approved') }, t0 + hour).state,
    });
  };
  expect(dispositionAfter(says.placed)).toEqual(['applied']);
  expect(dispositionAfter(says.placed, 'timeout')).toEqual(['none']);
});

test('a true claim among forged ones is applied', () => {
  const played = play({
    world: [
      [0, says.placed],
      [minute, says.captured],
    ],
    hints: [
      [0, hint.refund('forged')],
      [minute, hint.capture('c1')],
      [minute, hint.payment('cancelled')],
    ],
    until: 20 * minute,
  });
  expect(played.order.status).toBe('captured');
  expect(dispositionsOf(played)).toEqual(['contradicted', 'applied', 'contradicted']);
});

test('a hook for a session that nobody knows is unmatched', () => {
  const played = play({ world: [], hints: [[0, hint.payment('approved')]], until: hour });
  expect(dispositionsOf(played)).toEqual(['unmatched']);
});

describe('an attempt that was pending when last seen', () => {
  const hints: Script['hints'] = [
    [0, hintOf({ of: 'authorization', id: 'first', status: 'pending' })],
    [2 * minute, hintOf({ of: 'authorization', id: 'first', status: 'rejected' })],
  ];
  const pending = reading({ outcome: 'pending', movements: [authorization('first', 'pending')] });
  // The provider shows the last attempt alone.
  const paid = reading({ outcome: 'approved', movements: [authorization('second')] });

  test('and is told to have failed is stale, once another has come through', () => {
    const played = play({
      world: [
        [0, pending],
        [minute, paid],
      ],
      hints,
      until: hour,
    });
    expect(dispositionsOf(played)).toEqual(['applied', 'stale']);
    expect(findingsOf(played)).toEqual([]);
  });

  test('and is told to have failed is looked for while nothing else is known, and contradicted in the end', () => {
    const played = play({ world: [[0, pending]], hints, until: hour });
    expect(dispositionsOf(played)).toEqual(['applied', 'contradicted']);
    expect(findingsOf(played)).toEqual(['contradiction']);
  });
});
