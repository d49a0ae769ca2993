import { append, emptyTimeline, settle, type TimelineEntry } from '../../../src/domain/order/timeline.ts';
import { timelineOf } from '../../../src/domain/order/view.ts';
import { day, hint, minute, orderAfter, play, says, t0, terms } from '../support.ts';

const read = (at: number, summary = 'read'): TimelineEntry => ({ at, kind: 'read', summary });
const of = (...entries: readonly TimelineEntry[]) => entries.reduce(append, emptyTimeline);

test('is oldest first', () => {
  expect(of(read(1, 'a'), read(2, 'b'), read(3, 'a')).entries).toEqual([
    read(1, 'a'),
    read(2, 'b'),
    read(3, 'a'),
  ]);
});

test('a repeat of the last line is counted, and says when last', () => {
  expect(of(read(1), read(2), read(3)).entries).toEqual([{ ...read(1), times: 3, lastAt: 3 }]);
});

test('the same words of another kind, or with another disposition, are another line', () => {
  const hook: TimelineEntry = { at: 1, kind: 'hook', summary: 'read', disposition: 'applied' };
  expect(of(read(1), hook, { ...hook, disposition: 'stale' }, read(1)).entries).toHaveLength(4);
});

test('a line that waits for a disposition is never one with another that has none', () => {
  const waiting: TimelineEntry = { at: 1, kind: 'hook', summary: 'approved', hint: '1' };
  const bare: TimelineEntry = { at: 1, kind: 'hook', summary: 'approved' };
  expect(of(waiting, bare).entries).toEqual([waiting, bare]);
  expect(of(bare, waiting).entries).toEqual([bare, waiting]);
});

test('is shown with times as text, and with nothing of what is kept for us', () => {
  const { state } = orderAfter([says.placed]);
  const hook: TimelineEntry = { at: t0, kind: 'hook', summary: 'approved', hint: 'digest' };
  const timeline = { ...of(hook, read(t0 + minute), read(t0 + day)), dropped: 3 };
  expect(timelineOf({ ...state, timeline })).toStrictEqual({
    entries: [
      { at: '2026-01-05T09:00:00.000Z', kind: 'hook', summary: 'approved' },
      {
        at: '2026-01-05T09:01:00.000Z',
        kind: 'read',
        summary: 'read',
        times: 2,
        lastAt: '2026-01-06T09:00:00.000Z',
      },
    ],
    dropped: 3,
  });
  const settled = { ...timeline, entries: [{ ...hook, disposition: 'applied' as const }] };
  expect(timelineOf({ ...state, timeline: settled }).entries).toStrictEqual([
    { at: '2026-01-05T09:00:00.000Z', kind: 'hook', summary: 'approved', disposition: 'applied' },
  ]);
});

test('what a person did is never counted together', () => {
  const act: TimelineEntry = { at: 1, kind: 'person', summary: 'ada asked for a recheck' };
  expect(of(act, act).entries).toEqual([act, act]);
});

test('hooks that wait for a read are lines of their own, each with its disposition in the end', () => {
  const hook = (id: string): TimelineEntry => ({ at: 1, kind: 'hook', summary: 'approved', hint: id });
  const waiting = of(hook('1'), hook('2'));
  expect(waiting.entries).toHaveLength(2);
  const { entries } = settle(settle(waiting, '2', 'stale'), '1', 'applied');
  expect(entries).toEqual([
    { at: 1, kind: 'hook', summary: 'approved', disposition: 'applied' },
    { at: 1, kind: 'hook', summary: 'approved', disposition: 'stale' },
  ]);
});

test('a disposition is not written over', () => {
  const hook: TimelineEntry = { at: 1, kind: 'hook', summary: 'approved', hint: '1' };
  const once = settle(of(hook), '1', 'contradicted');
  expect(settle(once, '1', 'applied')).toEqual(once);
});

test('the newest 200 are kept, the others counted', () => {
  const lines = Array.from({ length: 250 }, (_, index) => read(index, `${index}`));
  const { entries, dropped } = of(...lines);
  expect([entries.length, entries[0], dropped]).toEqual([200, lines[50], 50]);
});

test('tells hook, read, change, finding and escalation in their order', () => {
  const { state } = play({
    world: [[0, { ...says.placed, flags: [{ code: 'on_hold' }] as const }]],
    hints: [[0, hint.payment('approved')]],
    terms,
    until: minute / 2,
  });
  const line = (kind: string, summary: string, more = {}) => ({ at: t0, kind, summary, ...more });
  expect(state.timeline.entries).toEqual([
    line('command', 'registered: expects 300.00 SEK, reference 1000123'),
    line('hook', 'payment_status approved', { disposition: 'applied' }),
    line('read', 'read (a hook came): placed'),
    line('change', 'created → placed'),
    line('finding', 'on_hold: the provider asks a person to look'),
    line('escalation', 'opened, level 1: on_hold'),
  ]);
});

test('tells of a read that failed', () => {
  const { state } = orderAfter([says.placed, 'timeout']);
  expect(state.timeline.entries.at(-1)).toMatchObject({
    kind: 'read',
    summary: expect.stringContaining('timeout'),
  });
});

test('45 days of pending fit into a page', () => {
  const { state } = play({ world: [[0, says.pending]], terms, until: 45 * day });
  expect(state.timeline.dropped).toBe(0);
  expect(state.timeline.entries.length).toBeLessThan(30);
});
