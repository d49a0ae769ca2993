import { defaultPolicy, ladderFor, delayAt, stepsFor } from '../../../src/domain/escalation/policy.ts';
import { day, hint, hour, minute, play, says, second, t0, terms } from '../support.ts';

test('the defaults are those of the contract', () => {
  expect(defaultPolicy).toEqual({
    pending: {
      recheck: [minute, 5 * minute, 15 * minute, hour, 4 * hour],
      escalate: [15 * minute, 2 * hour, day],
    },
    methods: {},
    settled: { recheck: [hour, day, 7 * day] },
    capturePending: [hour, day, 3 * day],
    refundPending: [hour, day, 3 * day],
    cancelPending: [hour, day, 3 * day],
    expiryWarning: day,
    remindAfter: 7 * day,
    refunds: 'claim',
    reread: [2 * second, 10 * second, minute, 5 * minute],
    closeAfter: 7 * day,
    refundWindow: 180 * day,
    abandonAfter: day,
    requireRegistration: false,
    firstReadWithin: second,
  });
});

test('the last step repeats', () => {
  expect([0, 1, 2, 3].map((index) => delayAt([1, 2], index))).toEqual([1, 2, 2, 2]);
});

test('a method replaces the steps that it names, and is not a name of the language', () => {
  const policy = { ...defaultPolicy, methods: { invoice: { escalate: [day, 3 * day] as const } } };
  expect(ladderFor(policy, 'invoice')).toEqual({ ...defaultPolicy.pending, escalate: [day, 3 * day] });
  for (const other of ['card', 'constructor', undefined])
    expect(ladderFor(policy, other)).toEqual(defaultPolicy.pending);
});

test('an invoice escalates by the ladder of its method', () => {
  const { events } = play({
    world: [[0, { ...says.pending, method: 'invoice' }]],
    hints: [[0, hint.payment('pending')]],
    policy: { methods: { invoice: { escalate: [day, 3 * day] } } },
    until: 10 * day,
  });
  expect(events.map(({ type, at }) => [type, at - t0])).toEqual([
    ['order.pending', 0],
    ['escalation.opened', day],
    ['escalation.raised', 3 * day],
  ]);
});

test('a pending payment is asked about after 1m, 5m, 15m, 1h and then every 4h', () => {
  const { reads } = play({
    world: [[0, says.pending]],
    hints: [[0, hint.payment('pending')]],
    policy: { pending: { ...defaultPolicy.pending, escalate: [365 * day] } },
    until: day,
  });
  const steps = [0, minute, 5 * minute, 15 * minute, hour, 4 * hour, 4 * hour, 4 * hour, 4 * hour, 4 * hour];
  let at = 0;
  expect(reads.map((read) => read.at)).toEqual(steps.map((pause) => (at += pause)));
});

test.each(['placed', 'partlyCaptured', 'captured', 'partlyRefunded'] as const)(
  'lost hooks after pending: %s is asked about after 1h, 1d and then every 7d',
  (life) => {
    const { reads } = play({ world: [[0, says[life]]], hints: [[0, hint.odd]], terms, until: 20 * day });
    const steps = [0, hour, day, 7 * day, 7 * day];
    let at = 0;
    expect(reads.map((read) => read.at)).toEqual(steps.map((pause) => (at += pause)));
  },
);

test('each reason has its steps: its own, those of the account, or those with the first at once (R2, law 5)', () => {
  const policy = { ...defaultPolicy, capturePending: [1] as const, refundPending: [2] as const };
  const { escalate } = policy.pending;
  expect(stepsFor(policy, undefined, 'pending')).toEqual(escalate);
  expect(stepsFor(policy, undefined, 'capture_failed')).toEqual(escalate);
  expect(stepsFor(policy, undefined, 'capture_pending')).toEqual([1]);
  expect(stepsFor(policy, undefined, 'refund_pending')).toEqual([2]);
  expect(stepsFor(policy, undefined, 'cancel_pending')).toEqual([hour, day, 3 * day]);
  expect(stepsFor(policy, undefined, 'on_hold')).toEqual([0, 2 * hour, day]);
});

test('what is told at once follows the later steps of its method', () => {
  const policy = { ...defaultPolicy, methods: { invoice: { escalate: [day, 3 * day] as const } } };
  expect(stepsFor(policy, 'invoice', 'on_hold')).toEqual([0, 3 * day]);
  expect(stepsFor(policy, 'invoice', 'pending')).toEqual([day, 3 * day]);
  expect(stepsFor(policy, 'invoice', 'refund_pending')).toEqual(policy.refundPending);
});
