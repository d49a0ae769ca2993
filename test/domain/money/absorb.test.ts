import { absorb } from '../../../src/domain/money/absorb.ts';
import { noFacts, type Facts, type Movement, type Reading } from '../../../src/domain/money/payment.ts';
import { statusOf } from '../../../src/domain/money/status.ts';
import {
  approvedWith,
  authorization,
  capture,
  factsFrom,
  reading,
  refund,
  says,
  sek,
  t0,
  times,
  unpriced,
} from '../support.ts';

/** The movement that the facts hold after these readings, and what the last of them remarks. */
function after(...readings: readonly [Reading, ...Reading[]]) {
  const { facts, findings: remarks } = absorb(factsFrom(...readings.slice(0, -1)), readings.at(-1)!, times);
  return { facts, codes: remarks.map(({ code }) => code), details: remarks.map(({ detail }) => detail) };
}

const held = (...readings: readonly [Reading, ...Reading[]]) => after(...readings).facts.movements;

describe('movements', () => {
  test('one is known by its id: two of one amount are two, a repeat of one id is one', () => {
    const twice = approvedWith(capture('c1', 'approved', 100), capture('c2', 'approved', 100));
    expect(Object.keys(held(twice, twice))).toEqual(['authorization:a', 'capture:c1', 'capture:c2']);
  });

  test('ids are those of a kind: a capture and a refund may share one', () => {
    expect(Object.keys(held(approvedWith(capture('1'), refund('1'))))).toHaveLength(3);
  });

  test('an id that is a name of the language is an id like any other', () => {
    expect(Object.keys(held(reading({ movements: [capture('__proto__'), capture('constructor')] })))).toEqual(
      ['capture:__proto__', 'capture:constructor'],
    );
  });

  test('an entry that is absent from a read is kept', () => {
    expect(held(says.captured, says.placed)['capture:c1']).toMatchObject({ status: 'approved' });
  });

  test.each(['approved', 'rejected', 'cancelled'] as const)(
    'pending goes on to %s without a remark',
    (status) => {
      const { facts, codes } = after(
        approvedWith(capture('c1', 'pending')),
        approvedWith(capture('c1', status)),
      );
      expect(facts.movements['capture:c1']).toMatchObject({ status });
      expect(codes).toEqual([]);
    },
  );

  test.each(['approved', 'rejected', 'cancelled'] as const)('%s never returns to pending', (status) => {
    const { facts, codes } = after(
      approvedWith(capture('c1', status)),
      approvedWith(capture('c1', 'pending')),
    );
    expect(facts.movements['capture:c1']).toMatchObject({ status });
    expect(codes).toEqual([]);
  });

  test.each([
    ['capture', 'approved', 'rejected'],
    ['capture', 'rejected', 'approved'],
    ['refund', 'approved', 'rejected'],
    ['refund', 'rejected', 'approved'],
    ['authorization', 'approved', 'rejected'],
  ] as const)('a %s that was %s and is %s takes the last word and is corrected', (kind, was, is) => {
    const told = (status: typeof was) => reading({ movements: [{ ...capture('1', status), kind }] });
    const { facts, codes } = after(told(was), told(is));
    expect(facts.movements[`${kind}:1`]).toMatchObject({ status: is });
    expect(codes).toEqual(['corrected']);
  });

  test('releasing an authorization is the ordinary course', () => {
    expect(after(says.placed, says.cancelled).codes).toEqual([]);
  });

  test.each<[string, Movement]>([
    ['amount', capture('c1', 'approved', 200)],
    ['currency', capture('c1', 'approved', 100, 'EUR')],
  ])('another %s under one id stands, and is a changed fact', (_, now) => {
    const { facts, codes } = after(approvedWith(capture('c1', 'approved', 100)), approvedWith(now));
    expect(facts.movements['capture:c1']).toMatchObject(now);
    expect(codes).toEqual(['changed_fact']);
  });

  test.each<[string, Movement, Movement, string]>([
    [
      'the status',
      capture('c1'),
      capture('c1', 'rejected'),
      'corrected: capture approved, then rejected: c1',
    ],
    [
      'the amount',
      capture('c1', 'approved', 100),
      capture('c1', 'approved', 250),
      'changed_fact: capture was 1.00 SEK, now 2.50 SEK: c1',
    ],
    [
      'the currency, of an amount that nobody told',
      unpriced(refund('r1')),
      unpriced(refund('r1', 'approved', 0, 'EUR')),
      'changed_fact: refund was unknown, now unknown: r1',
    ],
  ])('what changed is told with what it was: %s', (_, was, is, told) => {
    const { codes, details } = after(reading({ movements: [was] }), reading({ movements: [is] }));
    expect(codes.map((code, index) => `${code}: ${details[index]}`)).toEqual([told]);
  });

  test('the highest amount that an entry ever had is kept beside the last', () => {
    const told = (amount: number) => reading({ movements: [authorization('a', 'approved', amount)] });
    const peaks = ([first, ...others]: readonly number[]) =>
      held(told(first!), ...others.map(told))['authorization:a'];
    expect(peaks([100])).toMatchObject({ amount: 100, peak: 100 });
    expect(peaks([100, 200])).toMatchObject({ amount: 200, peak: 200 });
    expect(peaks([100, 200, 50])).toMatchObject({ amount: 50, peak: 200 });
  });

  test('an entry without an amount has none, to the letter', () => {
    const bare: Movement = { kind: 'capture', id: 'c1', status: 'approved' };
    expect(held(reading({ movements: [bare] }))['capture:c1']).toStrictEqual({ ...bare, since: t0 });
    const later = held(reading({ movements: [bare] }), reading({ movements: [{ ...bare, amount: 7 }] }));
    expect(later['capture:c1']).toStrictEqual({ ...bare, amount: 7, peak: 7, since: t0 });
  });

  test('an amount that comes later, or goes missing, is no change', () => {
    const unknown = approvedWith(unpriced(capture('c1')));
    const known = approvedWith(capture('c1', 'approved', 100));
    expect(after(unknown, known).codes).toEqual([]);
    const { facts, codes } = after(known, unknown);
    expect(facts.movements['capture:c1']).toMatchObject({ amount: 100 });
    expect(codes).toEqual([]);
  });
});

describe("the provider's word about the payment", () => {
  test.each<[string, Reading, Reading, Reading['outcome']]>([
    ['pending, then approved', says.pending, says.placed, 'approved'],
    ['approved, then cancelled', says.placed, says.cancelled, 'cancelled'],
    ['approved, then rejected', says.placed, says.rejected, 'rejected'],
    ['cancelled, then approved', says.cancelled, says.placed, 'approved'],
    [
      'word by word: approved, then pending',
      reading({ outcome: 'approved' }),
      reading({ outcome: 'pending' }),
      'pending',
    ],
    ['approved, then an older copy', says.placed, says.pending, 'approved'],
    ['cancelled, then an older copy', says.cancelled, says.pending, 'cancelled'],
    ['approved, then an answer that says nothing of the payment', says.placed, says.closed, 'approved'],
    ['approved, then entries alone', says.placed, reading({ movements: [authorization('a')] }), undefined],
  ])('%s', (_, first, second, outcome) => {
    expect(after(first, second).facts.outcome).toBe(outcome);
  });

  test.each([
    ['full', 'partial'],
    ['full', undefined],
    ['partial', undefined],
  ] as const)('captures (%s, then %s) are as the last read says, never as an older one', (was, is) => {
    const word = (captured: 'full' | 'partial' | undefined) =>
      reading({ outcome: 'approved', ...(captured && { captured }) });
    expect(after(word(was), word(is)).facts.captured).toBe(is);
    expect(after(word(was), reading({ movements: [authorization('a')] })).facts.captured).toBeUndefined();
    expect(after(word(was), says.closed).facts.captured).toBe(was);
  });
});

describe('the payment as a whole', () => {
  test('that nobody paid in time stands until an outcome comes, or the session that nobody knew', () => {
    const lapsed = (presence: Facts['presence'], told: Reading) =>
      absorb({ presence, movements: {}, lapsed: true }, told, times).facts;
    expect(lapsed('open', says.open)).toMatchObject({ lapsed: true });
    expect(lapsed('open', says.placed)).not.toHaveProperty('lapsed');
    expect(lapsed('absent', says.absent)).toMatchObject({ lapsed: true });
    expect(lapsed('unseen', says.open)).not.toHaveProperty('lapsed');
  });

  test('a session that was seen is not unseen by a read that finds nothing', () => {
    expect(after(says.open, says.absent).facts.presence).toBe('open');
  });

  test('an older read does not open a closed session again, and so does not unsay that the order expired', () => {
    const { facts } = after(says.open, says.closed, says.open);
    expect(statusOf(facts, 'deposit')).toBe('expired');
  });

  test('what an older read told besides is kept until a later one says it anew', () => {
    const first = { ...says.open, reference: '1000123', method: 'invoice' };
    const { ordered: _, ...bare } = says.placed;
    expect(after(first, bare).facts).toMatchObject({
      reference: '1000123',
      method: 'invoice',
      ordered: sek(30_000),
    });
    expect(after(first, { ...bare, reference: '2', ordered: sek(1) }).facts).toMatchObject({
      reference: '2',
      ordered: sek(1),
    });
  });

  test('what is raised, unknown or unreadable is that of the last read', () => {
    const odd = {
      flags: [{ code: 'on_hold' as const, subject: 'a' }],
      unknown: ['odd'],
      unfamiliar: ['session odd'],
      unreadable: ['capture c1: amount'],
      badDates: ['expiresAt of a: 1970'],
    };
    expect(absorb(noFacts, { ...says.placed, ...odd }, times).facts).toMatchObject(odd);
    const { facts } = after({ ...says.placed, ...odd }, says.placed);
    for (const field of Object.keys(odd)) expect(facts).not.toHaveProperty(field);
  });
});

describe('names', () => {
  const by = (id: string, ...aliases: readonly string[]): Movement => ({
    ...authorization(id),
    ...(aliases.length > 0 && { aliases }),
  });
  const told = (...movements: readonly Movement[]) => reading({ movements });

  test.each<[string, readonly (readonly Movement[])[]]>([
    ['the reservation first', [[by('res')], [by('tx', 'res')]]],
    ['the transaction first', [[by('tx')], [by('tx', 'res')]]],
    ['both, then the reservation alone', [[by('tx', 'res')], [by('res')]]],
    ['each alone, then both', [[by('res')], [by('tx')], [by('tx', 'res')]]],
  ])('two names of one movement are one, whichever is told when: %s', (_, entries) => {
    const facts = factsFrom(...entries.map((list) => told(...list)));
    expect(Object.values(facts.movements)).toEqual([{ ...by('tx', 'res'), peak: 30_000, since: t0 }]);
  });

  test('a shared alias does not make one of two ids of the provider', () => {
    const facts = factsFrom(told(by('tx-1', 'res')), told(by('tx-2', 'res')), told(by('res')));
    expect(Object.keys(facts.movements)).toEqual([
      'authorization:tx-1',
      'authorization:tx-2',
      'authorization:res',
    ]);
  });

  const unnamed = (group?: string, status: Movement['status'] = 'approved'): Movement => ({
    ...authorization(group ?? 'deposit', status),
    isUnnamed: true,
    ...(group !== undefined && { group }),
  });
  const named = (id: string, group: string): Movement => ({ ...authorization(id), group });

  test.each<[string, readonly Movement[], readonly string[]]>([
    ['without an id, then with one of its group', [unnamed('g'), named('tx', 'g')], ['tx']],
    ['with an id, then without, of its group', [named('tx', 'g'), unnamed('g')], ['tx']],
    ['with an id, then without id and group', [named('tx', 'g'), unnamed()], ['tx']],
    ['without id and group, then with an id', [unnamed(), named('tx', 'g')], ['tx']],
    ['of another group', [named('tx', 'g'), unnamed('h')], ['tx', 'h']],
    [
      'of a group with two ids',
      [named('tx-1', 'g'), named('tx-2', 'g'), unnamed('g')],
      ['tx-1', 'tx-2', 'g'],
    ],
  ])('an entry %s', (_, entries, ids) => {
    const facts = factsFrom(...entries.map((entry) => told(entry)));
    expect(Object.values(facts.movements).map(({ id }) => id)).toEqual(ids);
  });

  test('an entry without an id is gone with the reading that does not list it; one that says nothing keeps it', () => {
    expect(held(told(unnamed('g', 'pending')), told(named('tx', 'h')))).not.toHaveProperty('authorization:g');
    expect(held(told(unnamed('g', 'pending')), says.open)).toHaveProperty('authorization:g');
  });

  test('the only entry has waited since it was first told, also before it had an id', () => {
    const waiting = { ...unnamed(undefined, 'pending'), id: 'transaction-0' };
    const later = { now: t0 + 60_000, before: t0 };
    const since = (...movements: readonly Movement[]) =>
      absorb(factsFrom(told(waiting)), told(...movements), later).facts.movements['authorization:tx']?.since;
    expect(since(authorization('tx', 'pending'))).toBe(t0);
    // Of several nobody knows which one it was.
    expect(since(authorization('tx', 'pending'), authorization('other', 'pending'))).toBe(later.now);
  });

  test('it settles, and keeps the time, of what was told under any of its names', () => {
    const first = { ...by('res'), status: 'pending' as const };
    const facts = factsFrom(told(first), told(by('tx')));
    const { facts: joined } = absorb(facts, told({ ...by('tx', 'res') }), { now: t0 + 5, before: t0 });
    expect(joined.movements['authorization:tx']).toMatchObject({ status: 'approved', since: t0 });
  });
});

describe('what an entry excludes', () => {
  const deposit = (status: Movement['status'], captured?: Movement['status']): Reading =>
    reading({
      presence: 'open',
      movements: [authorization('tx', status), ...(captured ? [capture('tx', captured)] : [])],
      ...(captured ? {} : { ruledOut: [{ kind: 'capture' as const, id: 'tx' }] }),
    });

  test('a capture under way is over where the deposit is only authorized again', () => {
    expect(held(deposit('approved', 'pending'), deposit('approved'))).not.toHaveProperty('capture:tx');
  });

  test.each(['cancelled', 'rejected', 'approved'] as const)(
    'a capture that had succeeded is taken back where the deposit is %s',
    (status) => {
      const { facts, codes } = after(deposit('approved', 'approved'), deposit(status));
      expect(facts.movements['capture:tx']).toMatchObject({ status: 'cancelled', isTakenBack: true });
      expect(codes).toContain('corrected');
      const again = factsFrom(
        deposit('approved', 'approved'),
        deposit(status),
        deposit('approved', 'approved'),
      );
      expect(again.movements['capture:tx']).not.toHaveProperty('isTakenBack');
    },
  );

  test('an older copy excludes nothing', () => {
    const { facts, codes } = after(deposit('approved', 'approved'), deposit('pending'));
    expect(facts.movements['capture:tx']).toMatchObject({ status: 'approved' });
    expect(codes).toEqual([]);
  });

  test('what the provider no longer knows is taken back; a refund that was told of it stays told', () => {
    const { facts, codes } = after(deposit('approved', 'approved'), says.absent);
    expect(facts.movements['capture:tx']).toMatchObject({ status: 'cancelled', isTakenBack: true });
    expect(facts.movements['authorization:tx']).toMatchObject({ status: 'cancelled' });
    expect(codes).toEqual(['corrected', 'corrected']);
  });

  test('another attempt that the reading lists excludes nothing of this one', () => {
    const second = reading({
      presence: 'open',
      movements: [authorization('tx-2', 'pending')],
      ruledOut: [{ kind: 'capture', id: 'tx-2' }],
    });
    expect(held(deposit('approved', 'approved'), second)['capture:tx']).toMatchObject({ status: 'approved' });
  });

  test('a pending attempt that is not listed says when it last was, until it is listed again', () => {
    const other = reading({ presence: 'open', movements: [authorization('tx-2', 'rejected')] });
    const one = factsFrom(deposit('pending'));
    const { facts } = absorb(one, other, { now: t0 + 20, before: t0 + 10 });
    expect(facts.movements['authorization:tx']).toMatchObject({ status: 'pending', lastListedAt: t0 + 10 });
    const later = absorb(facts, other, { now: t0 + 40, before: t0 + 30 }).facts;
    expect(later.movements['authorization:tx']).toMatchObject({ lastListedAt: t0 + 10 });
    const back = absorb(later, deposit('pending'), { now: t0 + 50, before: t0 + 40 }).facts;
    expect(back.movements['authorization:tx']).not.toHaveProperty('lastListedAt');
  });
});

test('a chargeback changes neither the status nor what is known of refunds', () => {
  const deposit = { ...capture('a', 'approved'), isWhole: true as const };
  const refunded = reading({ movements: [authorization('a'), { ...deposit, refunded: 'full' }] });
  const disputed = reading({
    movements: [authorization('a'), deposit],
    flags: [{ code: 'chargeback', subject: 'a' }],
  });
  expect(statusOf(factsFrom(refunded, disputed), 'deposit')).toBe('refunded');
  expect(statusOf(factsFrom(disputed), 'deposit')).toBe('captured');
  expect(statusOf(factsFrom(refunded, { ...disputed, flags: [] }), 'deposit')).toBe('captured');
});
