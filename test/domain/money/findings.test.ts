import fc from 'fast-check';
import { findingCodes, recordFindings } from '../../../src/domain/money/findings.ts';
import { cutToBytes, utf8Bytes } from '../../../src/domain/values.ts';
import { orderAfter, reading, says, sek } from '../support.ts';

const mismatch = (detail: string) => ({ code: 'amount_mismatch', detail }) as const;

test('the latest per code is kept, behind the others', () => {
  const first = recordFindings([], [mismatch('1'), { code: 'on_hold', detail: 'look' }], 1);
  expect(recordFindings(first, [mismatch('2')], 2)).toEqual([
    { code: 'on_hold', detail: 'look', at: 1 },
    { code: 'amount_mismatch', detail: '2', at: 2 },
  ]);
});

test('the same words under another code are another finding', () => {
  const first = recordFindings([], [{ code: 'on_hold', detail: '1' }], 1);
  expect(recordFindings(first, [mismatch('1')], 2)).toHaveLength(2);
});

test.each([
  ['\x7f', 1],
  ['\x80', 2],
  ['\u07ff', 2],
  ['\u0800', 3],
  ['\uffff', 3],
  ['\u{10000}', 4],
])('%j has %i bytes', (text, bytes) => {
  expect(utf8Bytes(text)).toBe(bytes);
});

test('one that says nothing new keeps its time, and the list itself', () => {
  const first = recordFindings([], [mismatch('1')], 1);
  expect(recordFindings(first, [mismatch('1')], 2)).toBe(first);
});

test('a detail has 80 bytes at most, and is no other for what was cut off', () => {
  const first = recordFindings([], [mismatch('å'.repeat(100))], 1);
  expect(utf8Bytes(first[0]!.detail)).toBe(80);
  expect(recordFindings(first, [mismatch('å'.repeat(200))], 2)).toBe(first);
});

test('text is cut between characters, never within one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(60), (text, bytes) => {
      const cut = cutToBytes(text, bytes);
      expect(text.startsWith(cut)).toBe(true);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
      const [next] = Array.from(text.slice(cut.length));
      if (next) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(bytes);
    }),
  );
});

test('the length of text is that of its UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      expect(utf8Bytes(text)).toBe(Buffer.byteLength(text)),
    ),
  );
});

test('an order keeps the newest wording of a mismatch', () => {
  const priced = (amount: number) => reading({ outcome: 'pending', ordered: sek(amount) });
  const { order } = orderAfter([priced(100), priced(200), says.placed]);
  expect(order.findings).toEqual([
    {
      code: 'amount_mismatch',
      at: '2026-01-05T09:01:00.000Z',
      detail: 'expected 300.00 SEK, provider says 2.00 SEK',
    },
  ]);
});

test('a finding stands in the timeline once, however long it holds', () => {
  const held = (told: typeof says.placed) => ({ ...told, flags: [{ code: 'on_hold' as const }] });
  const { state } = orderAfter([held(says.pending), held(says.placed), held(says.captured)]);
  expect(
    state.timeline.entries.filter(({ kind }) => kind === 'finding').map(({ summary }) => summary),
  ).toEqual(['on_hold: the provider asks a person to look']);
});

test('the codes are those of the contract', () => {
  expect([...findingCodes].toSorted()).toEqual([
    'amount_mismatch',
    'amount_missing',
    'attempt_lapsed',
    'bad_date',
    'cancelled_after_capture',
    'changed_fact',
    'chargeback',
    'contradiction',
    'corrected',
    'currency_mismatch',
    'double_payment',
    'flapping',
    'foreign_session',
    'money_taken_back',
    'on_hold',
    'over_captured',
    'over_refunded',
    'reference_mismatch',
    'refund_claimed',
    'unknown_status',
    'unreadable_entry',
    'word_mismatch',
  ]);
});

test('several of one code that are found together are one, and stay the same from read to read', () => {
  const found = (...details: readonly string[]) =>
    details.map((detail) => ({ code: 'unknown_status' as const, detail }));
  const first = recordFindings([], found('not understood: a', 'not understood: b'), 1);
  expect(first).toEqual([{ code: 'unknown_status', at: 1, detail: 'not understood: a, b' }]);
  expect(recordFindings(first, found('not understood: a', 'not understood: b'), 2)).toBe(first);
  expect(recordFindings([], found('one', 'two', 'one'), 1)[0]!.detail).toBe('one; two');
});
