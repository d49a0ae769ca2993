/** A mistake that the laws must find: an exact text of one product file, and its replacement. */
export interface PlantedBug {
  readonly name: string;
  /** From the root of the repository; holds `find` exactly once. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What goes wrong, in one sentence. */
  readonly what: string;
  /** Which of the two can find it: the simulator runs no HTTP route, chaos runs everything. */
  readonly seenBy: readonly ('sim' | 'chaos')[];
}

const anywhere = ['sim', 'chaos'] as const;

/** Every planted bug. `plantBug` puts one into a copy of the product. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'dedupe-dropped',
    file: 'src/domain/order/on-hint.ts',
    find: 'const isCopy = state.heard.includes(hint.id);',
    replace: 'const isCopy = state.heard.indexOf(hint.id) > heardKept;',
    what: 'a copy of a hook is taken for a new one',
    seenBy: anywhere,
  },
  {
    name: 'request-id-random',
    file: 'src/api/routes/hooks.ts',
    find: 'digest(hint.id, Math.floor(now() / bucketMs))',
    replace: 'digest(hint.id, Math.floor(now() / bucketMs), randomUUID())',
    what: 'each copy of a hook within five minutes becomes a signal',
    seenBy: ['chaos'],
  },
  {
    name: 'ack-before-signal',
    file: 'src/api/routes/hooks.ts',
    find: 'else await deliver(account, hook, id, trace);',
    replace: 'else void deliver(account, hook, id, trace).catch(() => undefined);',
    what: 'a hook is acknowledged before Temporal has it, and lost when Temporal never gets it',
    seenBy: ['chaos'],
  },
  {
    name: 'start-dropped',
    file: 'src/orders/deliver.ts',
    find: 'if (!isNotFound(error)) throw error;',
    replace: 'if (!isNotFound(error)) throw error;\n    if (requestId) return;',
    what: 'a hook for an order that does not run is acknowledged and starts nothing',
    seenBy: anywhere,
  },
  {
    name: 'reopen-forgets',
    file: 'src/orders/deliver.ts',
    find: 'if (carry) return { ...start, carry };',
    replace: 'if (carry) return start;',
    what: 'a hook after the close starts a run that knows nothing of the one before',
    seenBy: anywhere,
  },
  {
    name: 'read-skipped',
    file: 'src/domain/order/agenda.ts',
    find: "...read(state.hints.some(({ isAsked }) => !isAsked) ? 0 : undefined, 'hook'),",
    replace:
      "...read(state.hints.some(({ isAsked }) => !isAsked) && !state.verified ? 0 : undefined, 'hook'),",
    what: 'a hook brings no read after the first successful one',
    seenBy: anywhere,
  },
  {
    name: 'claim-before-read',
    file: 'src/domain/order/on-hint.ts',
    find: '    unverifiedSince: state.unverifiedSince ?? now,',
    replace:
      "    unverifiedSince: state.unverifiedSince ?? now,\n    ...(hint.claim.of === 'payment' && { facts: { ...state.facts, outcome: hint.claim.status } }),",
    what: 'what a hook claims is written into the facts before any read',
    seenBy: anywhere,
  },
  {
    name: 'timer-not-re-armed',
    file: 'src/workflows/lazy-timer.ts',
    find: 'if (this.#at !== undefined && this.#at <= at) return;',
    replace: 'if (this.#at !== undefined) return;',
    what: 'a timer that is set for later is kept when something is due sooner',
    seenBy: anywhere,
  },
  {
    name: 'carry-lost',
    file: 'src/workflows/payment-order.ts',
    find: '({ memo })({ identity, policy, carry: state })',
    replace: '({ memo })({ identity, policy })',
    what: 'continue-as-new goes on without what the order knew',
    seenBy: anywhere,
  },
  {
    name: 'hint-during-read-lost',
    file: 'src/domain/order/on-reading.ts',
    find: "return standing === 'holds' ? 'applied' : undefined;",
    replace: "return standing === 'holds' ? 'applied' : 'stale';",
    what: 'a hook that comes while a read is under way counts as covered by it',
    seenBy: anywhere,
  },
  {
    name: 'settled-regresses',
    file: 'src/domain/money/absorb.ts',
    find: 'if (isSettled(before) && !isSettled(now)) return before;',
    replace: 'if (isSettled(before) && !isSettled(now)) return now;',
    what: 'an older read takes a decided payment back to pending',
    seenBy: anywhere,
  },
  {
    name: 'movement-summed-twice',
    file: 'src/domain/money/absorb.ts',
    find: '  const merged = { ...held, ...read };',
    replace:
      "  const again = held.status === 'approved' && read.status === 'approved' ? (held.amount ?? 0) : 0;\n" +
      '  const merged = { ...held, ...read, ...(read.amount !== undefined && { amount: read.amount + again }) };',
    what: 'a movement that is read again is counted again',
    seenBy: anywhere,
  },
  {
    name: 'unverified-never-escalates',
    file: 'src/domain/order/derive.ts',
    find: 'state.unverifiedSince !== undefined && !isSought(state) &&',
    replace: 'state.unverifiedSince !== undefined && !isSought(state) && state.failures === 0 &&',
    what: 'an order whose reads fail is never escalated',
    seenBy: anywhere,
  },
  {
    name: 'last-read-skipped',
    file: 'src/domain/order/agenda.ts',
    find: 'state.askedAt < Math.max(closeAt, now) - hintGrace',
    replace: 'state.askedAt < Math.min(0, now) - hintGrace',
    what: 'an order closes without a last read',
    seenBy: anywhere,
  },
  {
    name: 'non-deterministic',
    file: 'src/workflows/payment-order.ts',
    find: "this.#show(why === 'hook' || why === 'command');",
    replace: "if (!wf.workflowInfo().unsafe.isReplaying) this.#show(why === 'hook' || why === 'command');",
    what: 'a replayed workflow gives other commands than it gave at first',
    seenBy: anywhere,
  },
  {
    name: 'sequence-restarts',
    file: 'src/domain/order/state.ts',
    find: 'const carried = { ...carry, policy,',
    replace: 'const carried = { ...carry, policy, sequence: 0,',
    what: 'the numbering of merchant events begins anew with each run',
    seenBy: anywhere,
  },
  {
    name: 'answers-forgotten',
    file: 'src/domain/order/on-command.ts',
    find: 'answered: [...state.answered.slice(1 - answersKept), { key, hash }]',
    replace: 'answered: [{ key, hash }].slice(answersKept)',
    what: 'a command that is repeated under its key in a later run is carried out again',
    seenBy: anywhere,
  },
  {
    name: 'ladder-endless',
    file: 'src/domain/order/on-reading.ts',
    find: 'if (hint.isRepeat || hint.rung >= reread.length) return undefined;',
    replace: 'if (hint.isRepeat && hint.rung >= reread.length) return undefined;',
    what: 'the provider is read without end for a claim that it does not confirm',
    seenBy: anywhere,
  },
  {
    name: 'memo-not-shown',
    file: 'src/workflows/projection.ts',
    find: 'if (isAwaited || isNews)',
    replace: 'if (isAwaited && isNews)',
    what: 'the result of a scheduled read is not shown',
    seenBy: anywhere,
  },
  {
    name: 'busy-loop',
    file: 'src/domain/order/derive.ts',
    find: 'return state.recheckAt > state.askedAt ? state : from(state.recheckStep + 1);',
    replace: 'return state.recheckAt > 0 ? state : from(state.recheckStep + 1);',
    what: 'a recheck that is done stays due',
    seenBy: anywhere,
  },
  {
    name: 'closed-too-soon',
    file: 'src/domain/order/agenda.ts',
    find: 'return Math.max(state.statusSince + window, state.lastHintAt + hintGrace);',
    replace: 'return Math.max(state.statusSince + window, state.lastHintAt);',
    what: 'an order may close while the server still drops copies of its last hook',
    seenBy: ['sim'],
  },
  {
    name: 'escalation-unending',
    file: 'src/domain/escalation/ladder.ts',
    find: "if (!first) return escalation ? { change: 'resolved' } : {};",
    replace: 'if (!first) return escalation ? { escalation } : {};',
    what: 'an escalation stays open when its last reason has ended',
    seenBy: anywhere,
  },
];
