import type { Hint } from '../../../src/domain/order/hints.ts';
import type { Reading } from '../../../src/domain/money/payment.ts';
import {
  authorization,
  capture,
  day,
  dispositionsOf,
  findingsOf,
  hint,
  hour,
  minute,
  play,
  refund,
  terms,
  total,
  type Script,
} from '../support.ts';

/** A deposit whose word never says that anything was refunded. */
const paid: Reading = {
  presence: 'open',
  movements: [authorization('tx'), { ...capture('tx'), isWhole: true }],
};

const told = (id: string, amount: number, payment = 'tx'): Hint => ({
  ...hint.refund(id),
  proof: { movement: refund(id, 'approved', amount), payments: [payment] },
});
const confirm = (claimId: string) =>
  ({ type: 'confirmClaim', claimId, by: 'ada', reason: 'seen in the back office' }) as const;
const dismiss = (claimId: string) =>
  ({ type: 'dismissClaim', claimId, by: 'ada', reason: 'not there' }) as const;

function claimed(more: Partial<Script>) {
  return play({ world: [[0, paid]], hints: [[0, told('r1', 5_000)]], terms, until: 3 * hour, ...more });
}

test('a claim that a person confirms counts, and nobody is needed any more', () => {
  const played = claimed({ commands: [[hour, confirm('r1')]] });
  expect(played.order).toMatchObject({
    status: 'partially_refunded',
    amounts: { refunded: 5_000 },
    escalation: null,
  });
  expect(played.state.facts.movements['refund:r1']).toMatchObject({ evidence: 'person' });
  expect(played.told.slice(-2)).toEqual(['order.partially_refunded', 'escalation.resolved']);
  expect(played.state.timeline.entries.map(({ summary }) => summary)).toContain(
    'ada confirmed the refund r1: seen in the back office',
  );
});

test('it counts on, whatever later reads leave out', () => {
  const { order } = claimed({ commands: [[hour, confirm('r1')]], until: 30 * day });
  expect(order.amounts).toMatchObject({ captured: total, refunded: 5_000 });
});

test('a claim that waits for its re-reads can be confirmed too', () => {
  const played = claimed({ commands: [[minute, confirm('r1')]], until: 2 * minute });
  expect(played.order.amounts).toMatchObject({ refunded: 5_000 });
  expect(dispositionsOf(played)).toEqual(['ignored']);
});

test('a claim that a person dismisses is forgotten, and so are its copies', () => {
  const played = claimed({
    hints: [
      [0, told('r1', 5_000)],
      [2 * hour, told('r1', 5_000)],
    ],
    commands: [[hour, dismiss('r1')]],
    until: 4 * hour,
  });
  expect(played.order).toMatchObject({ status: 'captured', amounts: { refunded: 0 }, escalation: null });
  expect(dispositionsOf(played)).toEqual(['contradicted', 'ignored']);
  expect(played.state.disputes).toEqual([]);
});

test('dismissing one claim leaves the others', () => {
  const played = claimed({
    hints: [
      [0, told('r1', 5_000)],
      [0, told('r2', 7_000)],
    ],
    commands: [[hour, dismiss('r1')]],
  });
  expect(played.order.escalation).toMatchObject({ reasons: ['refund_claimed'] });
  expect(played.state.heldReasons.map(({ subject }) => subject)).toEqual(['r2']);
  expect(findingsOf(played)).toContain('refund_claimed');
});

test.each([
  ['that nobody told', 'r9', 5_000, 'tx', 'claim_unknown'],
  ['of more than was captured', 'r1', total + 1, 'tx', 'claim_does_not_fit'],
  ['about a payment that no read has shown', 'r1', 5_000, 'other', 'claim_does_not_fit'],
])('a claim %s is not confirmed', (_, id, amount, payment, code) => {
  const played = claimed({ hints: [[0, told('r1', amount, payment)]], commands: [[hour, confirm(id)]] });
  expect(played.refusals).toEqual([code]);
  expect(played.order.amounts).toMatchObject({ refunded: 0 });
});

test('a claim that is decided while its hook waits for a read leaves that read to come', () => {
  const played = claimed({
    latency: 2_000,
    hints: [
      [0, told('r1', 5_000)],
      [1_000, told('r2', 7_000)],
    ],
    commands: [[1_500, dismiss('r2')]],
    until: 2 * hour,
  });
  expect(played.reads.map(({ at }) => at).slice(0, 2)).toEqual([0, 2_000]);
  expect(played.order.unverifiedSince).toBeNull();
});

test('a claim is decided once', () => {
  const commands = [
    [hour, confirm('r1')],
    [hour + minute, dismiss('r1')],
  ] as const;
  expect(claimed({ commands }).refusals).toEqual(['claim_unknown']);
});
