import { step, type Input } from '../../../src/domain/order/step.ts';
import { defaultPolicy } from '../../../src/domain/escalation/policy.ts';
import { openOrder, type OrderState } from '../../../src/domain/order/state.ts';
import { stepMetricsOf, type StepMetrics } from '../../../src/domain/order/step-metrics.ts';
import {
  deposit,
  dispositionsOf,
  hint,
  resultOf,
  says,
  second,
  t0,
  terms,
  throughJson,
  type Answer,
} from '../support.ts';

const asking: Input = { type: 'readStarted' };
const hears = (told: (typeof hint)['change']): Input => ({ type: 'hint', hint: told });
const reads = (answer: Answer, why: 'hook' | 'recheck' = 'recheck'): Input => ({
  type: 'readEnded',
  result: resultOf(answer),
  why,
});

/** Takes in one input after the other; answers the last state and what all of them were counted as. */
function tallied(inputs: readonly Input[]) {
  let state: OrderState = openOrder({ identity: deposit, policy: defaultPolicy, terms }, t0);
  const tallies = inputs.map((input, index): StepMetrics => {
    const before = state;
    state = step(before, input, t0 + index * second).state;
    return stepMetricsOf(before, input, state);
  });
  return {
    state,
    dispositions: tallies.flatMap(({ dispositions }) => dispositions),
    unannounced: tallies.filter(({ isUnannouncedChange }) => isUnannouncedChange).length,
  };
}

describe('dispositions', () => {
  const inputs = [
    hears(hint.payment('pending')),
    hears(hint.payment('pending')),
    asking,
    reads(says.pending, 'hook'),
    hears(hint.payment('pending')),
    hears(hint.payment('pending')),
    hears(hint.payment('approved')),
    asking,
    reads(says.placed, 'hook'),
    hears(hint.payment('pending')),
    hears(hint.odd),
    asking,
    reads(says.placed, 'hook'),
  ];

  test('are counted once for each hook, those that the timeline gathers into one line too', () => {
    const { state, dispositions } = tallied(inputs);
    expect(dispositions.toSorted()).toEqual([...dispositionsOf({ state })].toSorted());
    expect(dispositions).toHaveLength(7);
  });

  test('are not counted while a hook waits for its read', () => {
    expect(tallied(inputs.slice(0, 3)).dispositions).toEqual(['duplicate']);
  });
});

describe('an unannounced change', () => {
  const known = [hears(hint.payment('pending')), asking, reads(says.pending, 'hook')];

  test('is a change that a recheck found while no hook had told of it', () => {
    expect(tallied([...known, asking, reads(says.placed)]).unannounced).toBe(1);
    expect(tallied([...known, asking, reads(says.placed), asking, reads(says.captured)]).unannounced).toBe(2);
  });

  test('is money that moved while the status stayed', () => {
    const partly = throughJson(says.partlyRefunded);
    const more = { ...partly, movements: [...partly.movements, { ...partly.movements.at(-1)!, id: 'r2' }] };
    expect(tallied([...known, asking, reads(partly), asking, reads(more)]).unannounced).toBe(2);
  });

  test.each<[string, readonly Input[]]>([
    ['a hook has told of', [hears(hint.payment('approved')), asking, reads(says.placed, 'hook')]],
    ['brings nothing new', [asking, reads(says.pending)]],
    ['fails', [asking, reads('timeout')]],
  ])('is not a read that %s', (_, more) => {
    expect(tallied([...known, ...more]).unannounced).toBe(0);
  });

  test('is not the first read, before which nothing was known', () => {
    expect(tallied([asking, reads(says.placed)]).unannounced).toBe(0);
  });
});
