import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { parseActionForm } from '../../src/board/action-form.ts';
import { ageOf } from '../../src/board/pages/times.tsx';
import { visible } from '../../src/board/pages/untrusted-text.tsx';
import { keyAmount } from '../../src/board/pages/key-amount.ts';
import { chainsOf, type Entry } from '../../src/board/pages/timeline-chains.ts';
import { parseSelected, selectionValue } from '../../src/board/selection.ts';
import { signCookie, verifyCookie } from '../../src/api/signed-cookie.ts';
import { snoozeUntil } from '../../src/board/snooze.ts';
import { noon, stuckOrder } from './visitor.ts';

const at = (iso: string) => Date.parse(iso);

test.each([
  ['1h', '', '2026-11-24T13:00:00Z'],
  ['4h', '', '2026-11-24T16:00:00Z'],
  ['tomorrow', '', '2026-11-25T08:00:00Z'],
  ['1h', '2026-12-24T18:30', '2026-12-24T18:30:00Z'],
] as const)('a snooze %s %s from noon ends at %s', (choice, typed, end) => {
  expect(snoozeUntil(choice, typed, noon)).toBe(at(end));
});

test.each(['2026-11-24T11:59', 'soon', '2026-13-40T12:00'])('a snooze cannot end at %s', (typed) => {
  expect(snoozeUntil('1h', typed, noon)).toBeUndefined();
});

test('a second click asks for the same end of a snooze', () => {
  expect(snoozeUntil('1h', '', noon + 100)).toBe(snoozeUntil('1h', '', noon + 900));
});

const key = randomUUID();
const selected = selectionValue(stuckOrder('acme-se:a'));

test.each([
  ['acknowledge', { key, selected }, { reason: 'on it', until: undefined }],
  ['acknowledge', { key, selected, reason: ' mine ' }, { reason: 'mine' }],
  ['snooze', { key, selected, reason: 'bank', for: '4h' }, { until: noon + 4 * 3_600_000 }],
  ['recheck', { key, selected: [selected, selected] }, { reason: '' }],
] as const)('%s of %j is an action', (name, body, action) => {
  expect(parseActionForm(name, body, noon)).toMatchObject({ action: { name, key, ...action } });
});

test.each([
  ['resolve', { key, selected }, 'give a reason'],
  [
    'snooze',
    { key, selected, reason: 'x', until: '2020-01-01T00:00' },
    'the end of the snooze must be a future time in UTC',
  ],
  ['resolve', { key, selected, reason: 'å'.repeat(101) }, 'reason: expected at most 200 bytes'],
  ['resolve', { key, selected, reason: 'a\u001bb' }, 'reason: expected no control characters'],
  ['resolve', { key, selected: ['x'], reason: 'x' }, 'select at least one order'],
  ['recheck', { key, selected: Array.from({ length: 201 }, () => selected) }, 'select at most 200 orders'],
  ['recheck', { selected }, 'the form is not from this page'],
  ['recheck', undefined, 'the form is not from this page'],
] as const)('%s of an incomplete form gives an error: %#', (name, body, error) => {
  const parsed = parseActionForm(name, body, noon);
  expect('errors' in parsed && parsed.errors).toContain(error);
});

test.each([
  '',
  'x',
  Buffer.from('[]').toString('base64url'),
  Buffer.from('["a",[1,"gone",null]]').toString('base64url'),
])('a selection that no page wrote is not accepted: %j', (text) =>
  expect(parseSelected(text)).toBeUndefined(),
);

test('a selection keeps an owner of any letters', () => {
  const order = stuckOrder('acme-se:a');
  const owner = 'Zoë\n"<b>';
  const written = selectionValue({ ...order, escalation: { ...order.escalation!, owner } });
  expect(parseSelected(written)?.seen?.owner).toBe(owner);
});

test('a cookie of another purpose or another secret does not verify', () => {
  const signed = signCookie({ a: 1 }, 'secret', 'session');
  expect(verifyCookie(signed, 'secret', 'session')).toEqual({ a: 1 });
  expect(verifyCookie(signed, 'secret', 'message')).toBeUndefined();
  expect(verifyCookie(signed, 'secret2', 'session')).toBeUndefined();
});

test('control, format and lone characters become visible, letters stay as they are', () => {
  expect(visible('Zoë 日本 مرحبا')).toBe('Zoë 日本 مرحبا');
  expect(visible('a\u202eb\u2066c\u001b[31m\n\u0085\ud800')).toBe(
    'a⟨U+202E⟩b⟨U+2066⟩c␛[31m␊⟨U+0085⟩⟨U+D800⟩',
  );
});

test('the page and its script format ages alike', () => {
  const script = readFileSync('src/board/assets/board.js', 'utf8');
  const [source = ''] = /function ageOf\(ms\) \{[\s\S]*?\n\}/.exec(script) ?? [];
  // oxlint-disable-next-line typescript/no-implied-eval -- our own script, as the browser runs it
  const inBrowser = new Function(`${source}; return ageOf;`)() as typeof ageOf;
  const spans = [-5, 0, 999, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 86_400_000, 400 * 86_400_000];
  expect(spans.map(inBrowser)).toEqual(spans.map(ageOf));
  expect(spans.map(ageOf)).toEqual([
    '0 s',
    '0 s',
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h 0 min',
    '23 h 59 min',
    '1 d 0 h',
    '400 d 0 h',
  ]);
});

const entry = (kind: Entry['kind']): Entry => ({ at: '2026-11-24T12:00:00.000Z', kind, summary: kind });

test('a timeline is split into chains of hook, read, change and delivery', () => {
  const kinds = [
    'command',
    'hook',
    'hook',
    'read',
    'change',
    'delivery',
    'read',
    'escalation',
    'person',
    'person',
    'read',
  ] as const;
  expect(chainsOf(kinds.map(entry)).map((chain) => chain.map(({ kind }) => kind))).toEqual([
    ['command'],
    ['hook', 'hook', 'read', 'change', 'delivery'],
    ['read', 'escalation'],
    ['person', 'person', 'read'],
  ]);
});

test.each([
  ['pending', ['pending'], { expected: 100, authorized: 90 }, 'expected'],
  ['captured', ['over_captured'], { expected: 100, captured: 120 }, 'captured'],
  ['captured', ['over_refunded'], { captured: 100, refunded: 120 }, 'refunded'],
  ['placed', ['authorization_expiring'], { expected: 100, authorized: 90 }, 'authorized'],
  ['pending', ['pending'], { authorized: 90 }, 'authorized'],
] as const)('of %s for %j the key amount in %j is %s', (status, reasons, amounts, bucket) => {
  const order = stuckOrder('acme-se:a');
  const escalation = { ...order.escalation!, reasons: [...reasons] };
  expect(keyAmount({ ...order, status, amounts: { currency: 'SEK', ...amounts }, escalation })?.bucket).toBe(
    bucket,
  );
});
