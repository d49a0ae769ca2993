import { refusalOf, type Command, commandRules } from '../../src/domain/order/commands.ts';
import { defaultPolicy } from '../../src/domain/escalation/policy.ts';
import { openOrder, type OrderState } from '../../src/domain/order/state.ts';
import { commandIn, commandNames, type CommandName } from '../../src/workflows/contract/commands.ts';

const now = Date.parse('2026-11-25T08:00:00Z');
const identity = {
  id: 'acme-se:s',
  account: 'acme-se',
  provider: 'briqpay',
  kind: 'deposit',
  key: 's',
} as const;
const calm = openOrder({ identity, policy: defaultPolicy }, now);
const alarmed: OrderState = {
  ...calm,
  heldReasons: [{ code: 'double_payment', subject: 'twice', since: now }],
};
const escalated: OrderState = {
  ...calm,
  escalation: { level: 1, reasons: ['pending'], openedAt: now, state: 'open' },
};
const resolved: OrderState = {
  ...calm,
  escalation: { level: 1, reasons: ['pending'], openedAt: now, state: 'resolved' },
};

const decision = { by: 'ada', reason: 'looking' };
const bodies: Readonly<Record<CommandName, object>> = {
  register: { expected: { amount: 30_000, currency: 'SEK' } },
  recheck: { by: 'ada' },
  acknowledgeEscalation: decision,
  snoozeEscalation: { ...decision, until: now + 1 },
  resolveEscalation: decision,
  reopenEscalation: decision,
  confirmClaim: { ...decision, claimId: 'r1' },
  dismissClaim: { ...decision, claimId: 'r1' },
  note: { ...decision, code: 'chargeback', amount: 500, currency: 'SEK' },
};

describe.each(commandNames)('%s', (name) => {
  const command = commandIn(name, bodies[name]) as Command;

  test('is made of its body', () => {
    expect(command).toMatchObject({ type: name });
  });

  test('takes nothing else from a body', () => {
    expect(commandIn(name, { ...bodies[name], type: 'other', more: true })).toEqual(command);
  });

  test.each([undefined, null, 7, 'now', [], {}])('is not made of %j', (body) => {
    expect(commandIn(name, body)).toBeUndefined();
  });

  test('needs what the table says', () => {
    const isRefused = (state: OrderState) => refusalOf(state, command, now)?.code === 'no_escalation';
    const { needs } = commandRules[name];
    expect({
      calm: isRefused(calm),
      alarmed: isRefused(alarmed),
      escalated: isRefused(escalated),
      resolved: isRefused(resolved),
    }).toEqual({
      calm: needs !== 'nothing',
      alarmed: needs === 'escalation' || needs === 'resolved',
      escalated: needs === 'resolved',
      resolved: needs === 'escalation' || needs === 'attention',
    });
  });
});

describe('a note', () => {
  const note = { code: 'chargeback', by: 'ada', reason: 'letter of the bank' };

  test('needs no sum', () => {
    expect(commandIn('note', note)).toEqual({ type: 'note', ...note });
  });

  test.each([
    { amount: 500 },
    { currency: 'SEK' },
    { amount: 0, currency: 'SEK' },
    { amount: 1.5, currency: 'SEK' },
    { amount: '500', currency: 'SEK' },
    { amount: 500, currency: 'SWK' },
    { code: 'pending' },
    { reason: 7 },
  ])('is refused with %j', (odd) => {
    expect(commandIn('note', { ...note, ...odd })).toBeUndefined();
  });
});
