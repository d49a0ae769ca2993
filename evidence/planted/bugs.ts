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
    find: 'const isCopy = state.recentHintIds.includes(hint.id);',
    replace: 'const isCopy = state.recentHintIds.indexOf(hint.id) > hintIdsKept;',
    what: 'a copy of a hook is taken for a new one',
    seenBy: anywhere,
  },
  {
    name: 'request-id-random',
    file: 'src/api/hooks/hint.ts',
    find: 'digest(hint.id, Math.floor(now / bucketMs))',
    replace: 'digest(hint.id, Math.floor(now / bucketMs), randomUUID())',
    what: 'each copy of a hook within five minutes becomes a signal',
    seenBy: ['chaos'],
  },
  {
    name: 'ack-before-signal',
    file: 'src/api/routes/hooks.ts',
    find: 'else await deliver(account, hook, trace);',
    replace: 'else void deliver(account, hook, trace).catch(() => undefined);',
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
    find: "...read(state.hints.some(({ hasReadBegun }) => !hasReadBegun) ? 0 : undefined, 'hook'),",
    replace:
      "...read(state.hints.some(({ hasReadBegun }) => !hasReadBegun) && !state.verified ? 0 : undefined, 'hook'),",
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
    file: 'src/domain/order/settle-hints.ts',
    find: "return standing === 'holds' ? 'applied' : undefined;",
    replace: "return standing === 'holds' ? 'applied' : 'stale';",
    what: 'a hook that comes while a read is under way counts as covered by it',
    seenBy: anywhere,
  },
  {
    name: 'settled-regresses',
    file: 'src/domain/money/absorb.ts',
    find: 'if (isSettled(held.status) && !isSettled(read.status)) return held;',
    replace:
      'if (isSettled(held.status) && !isSettled(read.status)) return { ...held, status: read.status };',
    what: 'an older read takes a decided payment back to pending',
    seenBy: anywhere,
  },
  {
    name: 'movement-summed-twice',
    file: 'src/domain/money/absorb.ts',
    find: "    ...without(read, 'isUnnamed'),",
    replace:
      "    ...without(read, 'isUnnamed'),\n" +
      "    ...(isKept && read.status === 'approved' && { amount: (read.amount ?? 0) + (held.amount ?? 0) }),",
    what: 'a movement that is read again is counted again',
    seenBy: anywhere,
  },
  {
    name: 'unverified-never-escalates',
    file: 'src/domain/order/escalate.ts',
    find: 'state.unverifiedSince === undefined || isLookedFor(state)',
    replace: 'state.unverifiedSince === undefined || isLookedFor(state) || state.failures > 0',
    what: 'an order whose reads fail is never escalated',
    seenBy: anywhere,
  },
  {
    name: 'last-read-skipped',
    file: 'src/domain/order/agenda.ts',
    find: 'state.lastReadAt < Math.max(closeAt, now) - hintGrace',
    replace: 'state.lastReadAt < Math.min(0, now) - hintGrace',
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
    find: '[...state.answeredCommands.slice(1 - commandsKept), { key, hash }]',
    replace: '[{ key, hash }].slice(commandsKept)',
    what: 'a command that is repeated under its key in a later run is carried out again',
    seenBy: anywhere,
  },
  {
    name: 'ladder-endless',
    file: 'src/domain/order/settle-hints.ts',
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
    find: 'return state.recheckAt > state.lastReadAt ? state : from(state.recheckStep + 1);',
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
    find: 'if (!first) return change;',
    replace: 'if (!first) return { escalation };',
    what: 'an escalation stays open when its last reason has ended',
    seenBy: anywhere,
  },
  {
    name: 'word-kept',
    file: 'src/domain/money/absorb.ts',
    find: 'captured: isCaptureKept ? facts.captured : reading.captured,',
    replace: 'captured: reading.captured ?? facts.captured,',
    what: 'a word of an older read on all captures outlives the read that no longer says it',
    seenBy: anywhere,
  },
  {
    name: 'word-before-entries',
    file: 'src/domain/money/status.ts',
    find: '    return captured >= asked - cancelled;',
    replace: "    return facts.captured === 'full' || captured >= asked - cancelled;",
    what: 'a summary word of the provider counts more than its own list of captures',
    seenBy: anywhere,
  },
  {
    name: 'group-is-one',
    file: 'src/domain/money/joining.ts',
    find: 'const named = ofKind.filter(([, { id }]) => id === read.id || read.aliases?.includes(id));',
    replace:
      'const named = ofKind.filter(([, { id, group }]) =>\n' +
      '    id === read.id || read.aliases?.includes(id) || (group !== undefined && group === read.group));',
    what: 'two transactions of one group are taken for one',
    seenBy: ['sim'],
  },
  {
    name: 'second-attempt-ignored',
    file: 'src/domain/money/attempts.ts',
    find: "  if (!isApproved && pendingAttempts(facts).length > 0) return 'pending';",
    replace:
      "  if (!isApproved && movementsOf(facts, 'authorization', 'rejected').length > 0) return 'rejected';\n" +
      "  if (!isApproved && pendingAttempts(facts).length > 0) return 'pending';",
    what: 'after a rejected attempt another one that is under way counts for nothing',
    seenBy: anywhere,
  },
  {
    name: 'hold-not-read',
    file: 'src/domain/order/hints.ts',
    find: "if (isOnHold && held.status === 'pending' && !isKnownHold) return 'implied';",
    replace: "if (isOnHold && held.status === 'pending' && !isKnownHold) return 'overtaken';",
    what: 'a hook that the provider holds a payment is no news of one that is pending',
    seenBy: ['sim'],
  },
  {
    name: 'claim-counted',
    file: 'src/domain/order/on-reading.ts',
    find: "isTrusting: policy.refunds === 'count'",
    replace: 'isTrusting: true',
    what: 'a refund that only a notification tells counts without the word of the provider',
    seenBy: anywhere,
  },
  {
    name: 'claim-unheard',
    file: 'src/domain/order/escalate.ts',
    find: '...disputes.flatMap(({ proof, at }) => (proof ? [{ subject: proof.movement.id, since: at }] : [])),',
    replace: '',
    what: 'nobody hears of a refund that the provider does not confirm',
    seenBy: anywhere,
  },
  {
    name: 'capture-without-clock',
    file: 'src/domain/order/escalate.ts',
    find: "capture_pending: ({ facts }) => movementsOf(facts, 'capture', 'pending').map(begun),",
    replace: 'capture_pending: () => [],',
    what: 'a capture may be pending for ever, and nobody hears of it',
    seenBy: ['sim'],
  },
  {
    name: 'final-in-flight',
    file: 'src/domain/order/agenda.ts',
    find: 'const isMoneyOpen = inFlight(facts).length > 0 || expiringAuthorizations(facts, identity.kind).length > 0;',
    replace: 'const isMoneyOpen = inFlight(facts).length < 0 || identity.kind.length < 0;',
    what: 'a run closes with money in flight once its reasons were resolved',
    seenBy: ['sim'],
  },
  {
    name: 'expiry-told-late',
    file: 'src/domain/order/escalate.ts',
    find: 'since: expiryOf(held) - policy.expiryWarning,',
    replace: 'since: expiryOf(held),',
    what: 'a person hears that an authorization lapses when it has',
    seenBy: ['sim'],
  },
  {
    name: 'resolve-silences-code',
    file: 'src/domain/escalation/ladder.ts',
    find: 'return (other: Holding) => other.code === code && other.subject === subject;',
    replace: 'return (other: Holding) => other.code === code && subject !== undefined;',
    what: 'what a person resolves silences every other thing of its code',
    seenBy: ['sim'],
  },
  {
    name: 'at-once-is-late',
    file: 'src/domain/escalation/policy.ts',
    find: "codes[code].escalates === 'atOnce' ? [0, ...escalate.slice(1)]",
    replace: "codes[code].escalates === 'atOnce' ? escalate",
    what: 'what a person must hear at once waits for the ladder',
    seenBy: anywhere,
  },
  {
    name: 'zero-is-nothing',
    file: 'src/domain/money/checks.ts',
    find: 'if (told === terms.expected.amount) return [];',
    replace: 'if (!told || told === terms.expected.amount) return [];',
    what: 'a payment approved for nothing is no other amount than was registered',
    seenBy: ['sim'],
  },
];
