import fc from 'fast-check';
import type { Alert, AlertKind } from '../../../src/domain/alerting/incident.ts';
import {
  enqueue,
  type ChannelState,
  type AlertQueue,
  type QueuedAlert,
} from '../../../src/domain/alerting/alert-queue.ts';

const failing: ChannelState = { sendingId: undefined, isFailing: true };
let number = 0;

function alert(incident: string, kind: AlertKind, joined = 1): Alert {
  number += 1;
  const window = { from: 0, to: 1 };
  return {
    id: `${incident}-${number}`,
    kind,
    at: number,
    account: 'acme-se',
    incident: { id: incident, openedAt: 0, window, count: 1, peak: 1, level: 1 },
    joined,
  };
}

function after(alerts: readonly Alert[], state = failing, from: readonly QueuedAlert[] = []): AlertQueue {
  return alerts.reduce<AlertQueue>(
    ({ queued: waiting, dropped }, next) => {
      const queue = enqueue(waiting, next, state);
      return { queued: queue.queued, dropped: [...dropped, ...queue.dropped] };
    },
    { queued: from, dropped: [] },
  );
}

/** The channel was asked to tell it, and gave no answer. */
function tried({ queued: [first, ...others] }: AlertQueue): readonly QueuedAlert[] {
  const { isUntold: _, ...rest } = first!;
  return [rest, ...others];
}

const kindsOf = ({ queued: waiting }: AlertQueue) =>
  waiting.map(({ incident, kind }) => `${incident.id} ${kind}`);

test('of one incident the latest waits; one that was never told is news with all who joined', () => {
  const queue = after([
    alert('a', 'opened'),
    alert('b', 'opened'),
    alert('a', 'grown', 4),
    alert('a', 'raised', 2),
  ]);
  expect(kindsOf(queue)).toEqual(['b opened', 'a opened']);
  expect(queue.queued[1]).toMatchObject({ joined: 7 });
});

describe('an incident that came and went while the channel failed', () => {
  test('is not told, and the channel has one thing less to tell', () => {
    const queue = after([
      alert('a', 'opened'),
      alert('b', 'opened'),
      alert('a', 'grown'),
      alert('a', 'closed'),
    ]);
    expect(kindsOf(queue)).toEqual(['b opened']);
    expect(queue.dropped).toMatchObject([{ kind: 'closed', incident: { id: 'a' } }]);
  });

  test('is told where somebody may have heard of it', () => {
    const waiting = tried(after([alert('a', 'opened')]));
    expect(kindsOf(after([alert('a', 'grown'), alert('a', 'closed')], failing, waiting))).toEqual([
      'a closed',
    ]);
    expect(kindsOf(after([alert('b', 'grown'), alert('b', 'closed')]))).toEqual(['b closed']);
  });

  test('is told where it is being told', () => {
    const waiting = tried(after([alert('a', 'opened')]));
    const state = { ...failing, sendingId: waiting[0]!.id };
    expect(kindsOf(after([alert('a', 'closed')], state, waiting))).toEqual(['a opened', 'a closed']);
  });

  test.each([['the channel answers', { ...failing, isFailing: false }]])('is told where %s', (_, state) => {
    expect(kindsOf(after([alert('a', 'opened'), alert('a', 'closed')], state))).toEqual(['a closed']);
  });
});

test('what waits is a hundred alerts: those that are over for longest go, never one of an open incident', () => {
  const closed = Array.from({ length: 130 }, (_, index) => alert(`c${index}`, 'closed'));
  const open = Array.from({ length: 20 }, (_, index) => alert(`o${index}`, 'opened'));
  const queue = after([...open, ...closed]);
  expect(kindsOf(queue)).toEqual([
    ...open.map(({ incident }) => `${incident.id} opened`),
    ...closed.slice(50).map(({ incident }) => `${incident.id} closed`),
  ]);
  expect(queue.dropped).toEqual(closed.slice(0, 50));
  const sending = { ...failing, sendingId: closed[0]!.id };
  expect(after([...open, ...closed], sending).queued).toContainEqual(closed[0]);
});

test('whatever comes and whenever it is tried: an incident that a channel may know of is told as closed, and little waits', () => {
  const anyAct = fc.tuple(fc.constantFrom('move', 'move', 'try', 'succeed'), fc.nat(4));
  fc.assert(
    fc.property(fc.array(anyAct, { maxLength: 200 }), (acts) => {
      const open = new Map<number, string>();
      const known = new Set<string>();
      const told = new Map<string, string>();
      let waiting: readonly QueuedAlert[] = [];
      acts.forEach(([act, slot], index) => {
        const [first] = waiting;
        if (act === 'move') {
          const before = open.get(slot);
          const incident = before ?? `i${index}`;
          const kind = before === undefined ? 'opened' : index % 3 ? 'closed' : 'grown';
          if (kind === 'closed') open.delete(slot);
          else open.set(slot, incident);
          waiting = enqueue(waiting, alert(incident, kind), failing).queued;
        } else if (first) {
          known.add(first.incident.id);
          if (act === 'succeed') told.set(first.incident.id, first.kind);
          waiting = act === 'succeed' ? waiting.slice(1) : tried({ queued: waiting, dropped: [] });
        }
      });
      const isOpen = new Set(open.values());
      for (const id of known) {
        const last = waiting.findLast(({ incident }) => incident.id === id)?.kind ?? told.get(id);
        if (!isOpen.has(id)) expect(last).toBe('closed');
      }
      for (const id of isOpen)
        expect(told.has(id) || waiting.some(({ incident }) => incident.id === id)).toBe(true);
      const unheard = waiting.filter(({ incident }) => !known.has(incident.id) && !isOpen.has(incident.id));
      expect(unheard).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
