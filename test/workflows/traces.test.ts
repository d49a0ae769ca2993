import type { Hint } from '../../src/domain/order/hints.ts';
import type { PendingHint } from '../../src/domain/order/state.ts';
import { isHint, plainHint } from '../../src/workflows/contract/guards.ts';
import { tracesOf } from '../../src/workflows/traces.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const hint: Hint = { id: 'a', event: 'e', status: 's', claim: { of: 'nothing' } };

describe('a hint keeps', () => {
  test.each([traceparent, traceparent.replace(/01$/, '00'), traceparent.replace(/01$/, 'ff')])(
    'the traceparent %s',
    (kept) => {
      expect(plainHint({ ...hint, traceparent: kept })).toEqual({ ...hint, traceparent: kept });
    },
  );

  test.each<unknown>([
    undefined,
    null,
    7,
    {},
    [traceparent],
    '',
    ` ${traceparent}`,
    `${traceparent}\n`,
    `${traceparent}-00`,
    traceparent.toUpperCase(),
    traceparent.replace(/^00/, '01'),
    traceparent.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    traceparent.replace('00f067aa0ba902b7', '0'.repeat(16)),
    '0'.repeat(100_000),
  ])('nothing of what is none, and is a hint all the same (%#)', (none) => {
    const sent = { ...hint, traceparent: none };
    expect(isHint(sent)).toBe(true);
    expect(plainHint(sent as Hint)).toEqual(hint);
  });
});

describe('a read is for the traces', () => {
  const pending = (id: string, more: Partial<PendingHint> = {}): PendingHint => ({
    ...hint,
    id,
    receivedAt: 0,
    rung: 0,
    traceparent: id,
    ...more,
  });

  test('of hints that ask for it first, then of those that wait with them, oldest first', () => {
    const asked = { hasReadBegun: true } as const;
    expect(tracesOf([pending('1', asked), pending('2', asked), pending('3'), pending('4')])).toEqual([
      '3',
      '4',
      '1',
      '2',
    ]);
  });

  test('but for hints without one, and once where two share it', () => {
    const { traceparent: _, ...none } = pending('2');
    expect(tracesOf([pending('1'), none, pending('3', { traceparent: '1' })])).toEqual(['1']);
    expect(tracesOf([])).toEqual([]);
  });

  test('eight at most', () => {
    expect(tracesOf(Array.from({ length: 64 }, (_, index) => pending(`${index}`)))).toHaveLength(8);
  });
});
