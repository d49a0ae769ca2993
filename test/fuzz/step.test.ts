import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { agendaOf } from '../../src/domain/order/agenda.ts';
import { refusalOf, type Command } from '../../src/domain/order/commands.ts';
import type { Hint } from '../../src/domain/order/hints.ts';
import type { ReadFailure, Reading } from '../../src/domain/money/payment.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { timelineOf, viewOf } from '../../src/domain/order/view.ts';
import { bridgerpay } from '../../src/providers/bridgerpay/index.ts';
import { depositReading, payoutReading } from '../../src/providers/bridgerpay/reading.ts';
import { depositSchema, payoutListSchema } from '../../src/providers/bridgerpay/schemas.ts';
import { briqpay } from '../../src/providers/briqpay/index.ts';
import { readingOf } from '../../src/providers/briqpay/reading.ts';
import { sessionSchema } from '../../src/providers/briqpay/schemas.ts';
import { attributesOf, searchAttributes } from '../../src/workflows/contract/search-attributes.ts';
import { commands } from '../../src/workflows/contract/commands.ts';
import { projectionVersion } from '../../src/workflows/contract/projection.ts';
import { isHint } from '../../src/workflows/contract/guards.ts';
import { detailsOf } from '../../src/workflows/details.ts';
import {
  anyFailure,
  anyReading,
  day,
  deposit,
  hour,
  minute,
  payout,
  play,
  t0,
  terms,
  throughJson,
  type Answer,
  type Script,
} from '../domain/support.ts';
import { fuzz } from './fuzz.ts';
import {
  bridgerpayDeposits,
  bridgerpayHookSamples,
  bridgerpayPayoutLists,
  bridgerpayWords,
  briqpayHookSamples,
  briqpaySessions,
  briqpayWords,
} from './samples.ts';
import { anyWire } from './wire.ts';

// The whole order, fed with whatever gets past the guards of its workflow.

// What anybody with access to the namespace may send, spoilt from what the API sends

const hintSamples = [
  { id: 'h1', event: 'order_status', status: 'order_pending', claim: { of: 'payment', status: 'pending' } },
  {
    id: 'h2',
    event: 'capture_status',
    status: 'approved',
    claim: { of: 'capture', id: 'c1', status: 'approved' },
  },
  { id: 'h3', event: 'cashier.session.close', status: '', claim: { of: 'session', status: 'closed' } },
  { id: 'h4', event: 'changed', status: '', claim: { of: 'change' } },
  {
    id: 'h5',
    event: 'partly_refunded',
    status: '',
    claim: { of: 'refund', id: 'r1', status: 'approved' },
    proof: {
      movement: { kind: 'refund', id: 'r1', status: 'approved', amount: 500, currency: 'EUR' },
      payments: ['8ac7a0d8f', '1'],
    },
  },
];
const commandSamples = [
  { type: 'register', terms },
  { type: 'register', terms: { expected: { amount: 2_296, currency: 'EUR' }, method: 'CARD' } },
  { type: 'recheck', by: 'ada' },
  { type: 'acknowledgeEscalation', by: 'ada', reason: 'mine' },
  { type: 'snoozeEscalation', by: 'ada', reason: 'later', until: t0 + 2 * hour },
  { type: 'resolveEscalation', by: 'bob', reason: 'paid by hand' },
];
const settlements = ['pending', 'approved', 'rejected', 'cancelled'];
const claims = ['payment', 'authorization', 'capture', 'refund', 'session', 'change', 'nothing'];
const shallow = { isShallow: true };
const anySentHint = anyWire(
  hintSamples,
  [...settlements, ...claims, 'opened', 'closed', 'completed', -500, 1.5, '8ac7a0d8f'],
  shallow,
).map(parsed);
const anySentCommand = anyWire(
  commandSamples,
  ['SEK', 'JPY', 'XXX', t0 + day, -1, 8.64e15, 8.64e15 + 1],
  shallow,
).map(parsed);

const anyHint: fc.Arbitrary<Hint> = fc.oneof(
  anySentHint.filter(isHint),
  anyWire(briqpayHookSamples, briqpayWords, shallow)
    .map((text) => briqpay.hooks.parseHook({ fields: parsed(text) }))
    .filter(isParsed)
    .map(asHint),
  anyWire(bridgerpayHookSamples, bridgerpayWords, shallow)
    .map((text) => bridgerpay.hooks.parseHook({ fields: parsed(text) }))
    .filter(isParsed)
    .map(asHint),
);
/** The refunds of the documents, about the deposit that the reads show. */
const refundNotifications = bridgerpayHookSamples
  .map((sample) => JSON.stringify(sample))
  .filter((text) => /refunded/.test(text))
  .map((text): unknown =>
    JSON.parse(text.replace(/"id":"[^"]*"/, '"id":"8ac7a0d8f"').replace(/-\d+(\.\d+)?/, '-5')),
  );
const paidDeposit = depositSchema.parse(bridgerpayDeposits[0]).result!;

function isCommand(value: unknown): value is Command {
  const command = (value ?? {}) as Partial<Command>;
  const known = Object.entries(commands).find(([name]) => name === command.type)?.[1];
  return known?.isBody(command.type === 'register' ? command.terms : command) ?? false;
}

const anyCommand: fc.Arbitrary<Command> = anySentCommand.filter(isCommand);

// What providers tell, by way of the adapters

const anySession = anyWire(briqpaySessions, briqpayWords, shallow).map(
  (text) => sessionSchema.safeParse(parsed(text)).data,
);
const anyDeposit = anyWire(bridgerpayDeposits, bridgerpayWords, shallow).map(
  (text) => depositSchema.safeParse(parsed(text)).data?.result,
);
const anyPayouts = anyWire(bridgerpayPayoutLists, bridgerpayWords, shallow).map(
  (text) => payoutListSchema.safeParse(parsed(text)).data?.result,
);

const anyTold: fc.Arbitrary<Answer> = fc
  .oneof(
    { weight: 3, arbitrary: anySession.map((session) => session && readingOf(session, t0)) },
    { weight: 2, arbitrary: anyDeposit.map((told) => told && depositReading(told, t0)) },
    { weight: 1, arbitrary: anyPayouts.map((told) => told && payoutReading(told, t0)) },
    { weight: 2, arbitrary: anyReading },
    { weight: 2, arbitrary: anyFailure },
  )
  .map((answer): ReadFailure | Reading => throughJson(answer ?? 'malformed'));

const anyTime = fc.oneof(
  fc.nat(5).map((n) => n * 1_000),
  fc.nat(3 * 24 * 60).map((n) => n * minute),
);
const anyAt = <T>(thing: fc.Arbitrary<T>) => fc.tuple(anyTime, thing);
const anyScript: fc.Arbitrary<Script> = fc
  .record({
    world: fc.array(anyAt(anyTold), { maxLength: 8 }),
    hints: fc.array(anyAt(anyHint), { maxLength: 10 }),
    commands: fc.array(anyAt(anyCommand), { maxLength: 6 }),
    terms: fc.constantFrom(undefined, terms),
    identity: fc.constantFrom(deposit, payout),
    latency: fc.constantFrom(0, 0, 1_500),
    policy: fc.constantFrom(
      {},
      { requireRegistration: true },
      { closeAfter: 1_000, abandonAfter: hour, refundWindow: minute },
    ),
  })
  .map(({ world, ...rest }) => ({
    ...rest,
    world: world.toSorted(([a], [b]) => a - b),
    reopens: true,
    until: 3 * day,
  }));

fuzz(
  'no hint, reading or command that gets in breaks an order, or a law of one',
  anyScript,
  { modest: 120, share: 0.1 },
  (script) => {
    const played = play({ ...script, watch: expectLaws });
    expectLaws(played.state, 3 * day);
  },
);

fuzz(
  'an order that goes through JSON before every step comes to the very same',
  anyScript,
  { modest: 40, share: 0.05 },
  (script) => {
    expect(play({ ...script, isCarriedOver: true })).toEqual(play(script));
  },
);

// What the guard lets pass of a proof that is none: found.test.ts.
const isSound = ({ proof }: Hint) => {
  const { amount = 0, currency = '', status } = proof?.movement ?? {};
  const isWhole: unknown = proof?.isWhole ?? true;
  return (
    isAmount(amount) && typeof currency === 'string' && settlements.includes(status ?? '') && isWhole === true
  );
};
const anyRefund: fc.Arbitrary<Hint> = fc.oneof(
  anyWire(
    hintSamples.slice(-1),
    ['approved', '8ac7a0d8f', 0, 1, 2_296, 2_297, 9_007_199_254_740_991, true],
    shallow,
  )
    .map(parsed)
    .filter(isHint)
    .filter(isSound),
  anyWire(refundNotifications, [...bridgerpayWords, '8ac7a0d8f', -22.96, -0.01, 'JPY'], shallow)
    .map((text) => bridgerpay.hooks.parseHook({ fields: parsed(text) }))
    .filter(isParsed)
    .map(asHint),
);

fuzz(
  'refunds that hooks alone tell of: never more than was captured, whatever they say',
  fc.array(anyAt(anyRefund), { maxLength: 12 }),
  { modest: 60, share: 0.1 },
  (hints) => {
    const world = [[0, depositReading(paidDeposit, t0)]] as const;
    const { order } = play({
      world,
      hints: [[0, hintSamples[3] as Hint], ...hints],
      until: 4 * day,
      watch: expectLaws,
    });
    const { captured = 0, refunded = 0 } = order.amounts;
    expect(captured).toBe(2_296);
    expect(refunded).toBeLessThanOrEqual(captured);
  },
);

describe('the guards', () => {
  const anything = fc.oneof(fc.anything(), fc.json().map(parsed));

  fuzz(
    'of hints answer yes or no, and the same after a journey as JSON',
    fc.oneof(anySentHint, anything),
    { modest: 500 },
    (value) => {
      expect(isHint(throughText(value))).toBe(isHint(throughText(throughText(value))));
      expect(typeof isHint(value)).toBe('boolean');
    },
  );

  fuzz('of commands do too', fc.oneof(anySentCommand, anything), { modest: 500 }, (value) => {
    expect(isCommand(throughText(value))).toBe(isCommand(throughText(throughText(value))));
    expect(typeof isCommand(value)).toBe('boolean');
  });
});

fuzz(
  'a command that is refused says why in a few words',
  fc.tuple(anyScript, anyCommand),
  { modest: 40, share: 0.05 },
  ([script, command]) => {
    const { state } = play({ ...script, until: hour });
    const refusal = refusalOf(state, command, t0 + hour);
    expect(refusal?.code ?? 'no_escalation').toMatch(/^[a-z_]+$/);
  },
);

/** What holds of an order at any time. Looked at so often that a matcher is asked only where something is wrong. */
function expectLaws(state: OrderState, now: number): void {
  const order = viewOf(state);
  const { currency: _, ...amounts } = order.amounts;
  // It is carried over continue-as-new, and kept in memo, search attributes and details.
  const carried = throughJson(state);
  const details = detailsOf(state, agendaOf(state, t0 + now));
  const faults = [
    ...Object.entries(amounts).flatMap(([bucket, amount]) =>
      isAmount(amount) ? [] : [`${bucket} is ${amount}`],
    ),
    ...(Buffer.byteLength(JSON.stringify(order)) > 2_048 ? ['the order is too large'] : []),
    ...(isDeepStrictEqual(carried, state) ? [] : ['the state is another after a journey as JSON']),
    ...(timelineOf(state).entries.length > 200 ? ['the timeline is too long'] : []),
    ...(attributesOf(state, projectionVersion).length === Object.keys(searchAttributes).length
      ? []
      : ['search attributes are missing']),
    ...(details.startsWith('# ') ? [] : ['there are no details']),
  ];
  if (faults.length > 0) expect({ faults, state: carried }).toEqual({ faults: [], state });
}

function isAmount(amount: unknown): boolean {
  return Number.isSafeInteger(amount) && (amount as number) >= 0;
}

function isParsed<T extends { readonly ok: boolean }>(answer: T): answer is T & { readonly ok: true } {
  return answer.ok;
}

function asHint({ hint }: { readonly hint: Omit<Hint, 'id'> }): Hint {
  return { id: JSON.stringify(hint).slice(0, 60), ...hint };
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}

/** As JSON would carry it; what JSON cannot carry is nothing. */
function throughText(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null;
  }
}
