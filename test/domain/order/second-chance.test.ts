import { amountsOf } from '../../../src/domain/money/amounts.ts';
import { statusOf } from '../../../src/domain/money/status.ts';
import { authorization, capture, day, factsFrom, play, reading, says, terms } from '../support.ts';

test('an order that expires again after it was registered tells so again', () => {
  const { events } = play({
    world: [[0, says.open]],
    hints: [],
    commands: [
      [0, { type: 'recheck', by: 'test' }],
      [2 * day, { type: 'register', terms }],
    ],
    until: 5 * day,
  });
  expect(events.filter(({ type }) => type === 'order.expired')).toHaveLength(2);
});

test('money that was approved for less than was asked for is captured, not captured in part', () => {
  const asked = reading({ outcome: 'pending', movements: [authorization('a', 'pending', 30_000)] });
  const approved = reading({
    outcome: 'approved',
    movements: [authorization('a', 'approved', 20_000), capture('a', 'approved', 20_000)],
  });
  const facts = factsFrom(asked, approved);
  expect(amountsOf(facts)).toMatchObject({ authorized: 20_000, captured: 20_000 });
  expect(statusOf(facts, 'deposit')).toBe('captured');
});
