import { explanationOf } from '../../../src/domain/order/explain.ts';
import { iso } from '../../../src/domain/values.ts';
import {
  authorization,
  day,
  factsFrom,
  hint,
  hour,
  minute,
  play,
  reading,
  says,
  second,
  t0,
  unpriced,
  type Script,
} from '../support.ts';

function explained(script: Script) {
  return explanationOf(play(script).state, t0 + script.until);
}

test('an order that waits tells what the provider said, and what it does when', () => {
  expect(
    explained({ world: [[0, says.pending]], hints: [[0, hint.payment('pending')]], until: 10 * second }),
  ).toEqual({
    presence: 'closed',
    movements: [
      {
        kind: 'authorization',
        id: 'a',
        status: 'pending',
        amount: 30_000,
        currency: 'SEK',
        evidence: 'read',
      },
    ],
    expiresAt: null,
    claims: [],
    disputes: [],
    reasons: [{ code: 'pending', subject: 'a', since: '2026-01-05T09:00:00.000Z', resolved: null }],
    registeredReference: null,
    paidTwice: [],
    next: { what: 'recheck', at: iso(t0 + minute) },
  });
});

test('a hook that claims more is told with the time of the next look, and as a dispute once it was looked for in vain', () => {
  const script: Script = {
    world: [[0, says.pending]],
    hints: [
      [0, hint.payment('pending')],
      [minute, hint.payment('approved')],
    ],
    until: minute + 1 * second,
  };
  const claim = { event: 'payment_status', status: 'approved' };
  expect(explained(script)).toMatchObject({
    claims: [{ ...claim, receivedAt: iso(t0 + minute), rereadAt: iso(t0 + minute + 2 * second) }],
    disputes: [],
    next: { what: 'another read for what a hook claims', at: iso(t0 + minute + 2 * second) },
  });
  const later = explained({ ...script, until: hour });
  expect(later.claims).toEqual([]);
  expect(later.disputes).toEqual([{ ...claim, at: expect.stringMatching(/^2026-01-05T09:0[67]/) }]);
});

test('what the provider does not tell is left out, what a notification tells is marked, and when it lapses is said', () => {
  const { state } = play({
    world: [[0, says.placed]],
    hints: [[0, hint.payment('approved')]],
    until: minute,
  });
  const lapsesAt = t0 + 7 * day;
  const lapsing = { ...unpriced(authorization('a')), expiresAt: lapsesAt };
  const facts = factsFrom(reading({ outcome: 'approved', movements: [lapsing] }));
  const { currency: _, ...bare } = facts.movements['authorization:a']!;
  const told = { ...bare, evidence: 'notification' as const };
  expect(explanationOf({ ...state, facts: { ...facts, movements: { a: told } } }, t0 + minute)).toMatchObject(
    {
      expiresAt: iso(lapsesAt),
      movements: [{ kind: 'authorization', id: 'a', status: 'approved', evidence: 'notification' }],
    },
  );
});

describe('what is next', () => {
  const { state } = play({
    world: [[0, says.rejected]],
    hints: [[0, hint.payment('rejected')]],
    until: minute,
  });

  test('is a read, when somebody has asked for one', () => {
    expect(explanationOf({ ...state, isReadWanted: true }, t0 + minute).next).toEqual({
      what: 'read the provider (asked to recheck)',
      at: null,
    });
  });

  test('is the end, with its time, once nothing is open', () => {
    // R10: the read a day after the end comes first.
    const { recheckAt, ...checked } = state;
    expect(explanationOf(state, t0 + minute).next).toEqual({ what: 'recheck', at: iso(recheckAt!) });
    const { next } = explanationOf(checked, t0 + minute);
    expect(next).toEqual({ what: 'close', at: expect.stringMatching(/^2026-01-12T/) });
    const dueAt = Date.parse(next.at!);
    expect(explanationOf({ ...checked, lastReadAt: dueAt }, dueAt).next).toEqual({ what: 'close', at: null });
  });
});
