import { Refusal } from '../answers.ts';
import { type FaultList, createFaultList } from '../faults.ts';
import type { HooksPlan } from '../hooks-plan.ts';
import type { Memory, Moment } from '../journal.ts';
import type { Fault } from './faults.ts';
import type { Session } from './session.ts';

/** A session with its past, newest last, and with what was scripted for it alone. */
export interface Held {
  readonly history: { readonly at: number; readonly session: Session }[];
  readonly faults: FaultList<Fault>;
  plan?: HooksPlan | undefined;
}

/** Snapshots share what did not change, but a session that is polled for weeks must not grow. */
const historyLimit = 50;

/** The sessions; what `memory` has of earlier processes is there from the start. */
export function createStore(now: () => number, memory?: Memory<Session>) {
  const sessions = new Map<string, Held>();
  memory?.past.forEach(hold);

  /** What is held of a session; unknown: 404. */
  function held(id: string): Held {
    const found = sessions.get(id);
    if (found === undefined) throw new Refusal(404, 'SESSION_NOT_FOUND', 'no such session');
    return found;
  }

  function current(id: string): Session {
    return last(held(id)).session;
  }

  function enter(moment: Moment<Session>): void {
    // First, so that nothing is answered that a kill could make unsaid.
    memory?.keep(moment);
    hold(moment);
  }

  function hold({ at, value: session, isCorrection }: Moment<Session>): void {
    const moment = { at, session };
    const known = sessions.get(session.sessionId);
    if (known === undefined)
      sessions.set(session.sessionId, { history: [moment], faults: createFaultList<Fault>() });
    else if (isCorrection) known.history.splice(-1, 1, moment);
    else if (known.history.push(moment) > historyLimit) known.history.shift();
  }

  return {
    held,
    current,
    has: (id: string) => sessions.has(id),
    /** Adds a session, or the next moment of a known one. */
    put(session: Session): void {
      enter({ at: now(), value: session });
    },
    /** Corrects the present moment; no change that a stale read could lag behind. */
    amend(session: Session): void {
      enter({ at: now(), value: session, isCorrection: true });
    },
    /** The session as a read sees it under `fault`. */
    seen(id: string, fault: Fault | undefined): Session {
      const { history } = held(id);
      const first = history[0]?.session ?? current(id);
      if (fault?.kind === 'stale') return history.at(-2)?.session ?? first;
      if (fault?.kind !== 'lag') return current(id);
      const then = now() - fault.ms;
      return history.findLast(({ at }) => at <= then)?.session ?? first;
    },
    all: (): Session[] => [...sessions.values()].map((entry) => last(entry).session),
    clear: () => sessions.clear(),
  };
}

export type Store = ReturnType<typeof createStore>;

function last({ history }: Held) {
  const moment = history.at(-1);
  if (moment === undefined) throw new Error('a session without a moment');
  return moment;
}
