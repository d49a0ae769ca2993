import { Refusal } from '../answers.ts';
import { type FaultList, createFaultList } from '../faults.ts';
import type { HooksPlan } from '../hooks-plan.ts';
import type { ProviderJournal, Snapshot } from '../journal.ts';
import type { BriqpayFault, Patch } from './faults.ts';
import type { Session } from './session.ts';

/** A session with its earlier states (newest last), and its own faults, patches and plan. */
export interface StoredSession {
  readonly history: { readonly at: number; readonly session: Session }[];
  readonly faults: FaultList<BriqpayFault>;
  readonly patches: FaultList<Patch>;
  plan?: HooksPlan | undefined;
}

/** Bounds the memory of a session that changes for weeks. */
const historyLimit = 50;

/** The sessions, beginning with those of the journal. */
export function createStore(now: () => number, journal?: ProviderJournal<Session>) {
  const sessions = new Map<string, StoredSession>();
  journal?.past.forEach(hold);

  /** The stored session. Throws a Refusal (404) for an unknown id. */
  function held(id: string): StoredSession {
    const found = sessions.get(id);
    if (found === undefined) throw unknown();
    return found;
  }

  function current(id: string): Session {
    return last(held(id)).session;
  }

  function enter(snapshot: Snapshot<Session>): void {
    // Written first, so that a killed process loses nothing that it has answered.
    journal?.keep(snapshot);
    hold(snapshot);
  }

  function hold({ at, value: session, isCorrection }: Snapshot<Session>): void {
    const snapshot = { at, session };
    const known = sessions.get(session.sessionId);
    if (known === undefined)
      sessions.set(session.sessionId, {
        history: [snapshot],
        faults: createFaultList<BriqpayFault>(now),
        patches: createFaultList<Patch>(now),
      });
    else if (isCorrection) known.history.splice(-1, 1, snapshot);
    else if (known.history.push(snapshot) > historyLimit) known.history.shift();
  }

  return {
    held,
    current,
    has: (id: string) => sessions.has(id),
    /** Adds a session, or the next state of a known one. */
    put(session: Session): void {
      enter({ at: now(), value: session });
    },
    /** Replaces the current state without making it an earlier one, which a stale read could show. */
    amend(session: Session): void {
      enter({ at: now(), value: session, isCorrection: true });
    },
    /** The session as a read shows it under `fault`. */
    seen(id: string, fault: BriqpayFault | undefined): Session {
      const { history } = held(id);
      const first = history[0]?.session ?? current(id);
      if (fault?.kind === 'absent') throw unknown();
      if (fault?.kind === 'stale') return history.at(-2)?.session ?? first;
      if (fault?.kind !== 'lag') return current(id);
      const then = now() - fault.ms;
      return history.findLast(({ at }) => at <= then)?.session ?? first;
    },
    all: (): Session[] => [...sessions.values()].map((entry) => last(entry).session),
    clear: () => sessions.clear(),
  };
}

function unknown(): Refusal {
  return new Refusal(404, 'SESSION_NOT_FOUND', 'no such session');
}

function last({ history }: StoredSession) {
  const snapshot = history.at(-1);
  if (snapshot === undefined) throw new Error('a session without a state');
  return snapshot;
}
