import {
  judgeDrains,
  judgeUpgrade,
  judgeWindows,
  type DrainEvidence,
} from '../../../evidence/verify/phases/judge.ts';
import type { UpgradeEvidence } from '../../../evidence/verify/phases/judge.ts';
import { Verdicts } from '../../../evidence/verify/verdict.ts';

const broken = (give: (verdicts: Verdicts) => void): string[] => {
  const verdicts = new Verdicts(() => {});
  give(verdicts);
  expect(verdicts.all.length).toBeGreaterThan(0);
  return verdicts.all.filter(({ isGood }) => !isGood).map(({ says }) => says);
};

describe('an upgrade', () => {
  const good: UpgradeEvidence = {
    windows: [{ name: 'upgrade of worker-1', from: 1_000, to: 2_000, isBusy: true }],
    tasks: [
      { orderId: 'a', at: 500, how: 'completed', build: 'old' },
      { orderId: 'a', at: 1_500, how: 'completed', build: 'new' },
    ],
    recorded: [{ name: 'one' }],
    unguarded: [{ name: 'one', error: 'nondeterminism' }],
    rolledBack: [{ name: 'two', error: 'nondeterminism' }],
  };

  test('that went well breaks nothing', () => {
    expect(broken((verdicts) => judgeUpgrade(good, verdicts))).toEqual([]);
  });

  test.each<[string, Partial<UpgradeEvidence>]>([
    [
      'a task failed',
      { tasks: [...good.tasks, { orderId: 'a', at: 1_600, how: 'failed', why: 'NON_DETERMINISTIC_ERROR' }] },
    ],
    ['the new build ran nothing', { tasks: good.tasks.slice(0, 1) }],
    ['a recorded history does not replay', { recorded: [{ name: 'one', error: 'nondeterminism' }] }],
    ['the check cannot fail', { unguarded: [{ name: 'one' }] }],
    ['nothing was marked', { rolledBack: [] }],
  ])('is broken where %s', (_, spoiled) => {
    expect(broken((verdicts) => judgeUpgrade({ ...good, ...spoiled }, verdicts))).not.toEqual([]);
  });

  test('a task that a kill cost is no failure of the upgrade', () => {
    const reset = {
      orderId: 'a',
      at: 1_600,
      how: 'failed',
      why: 'WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE',
    } as const;
    expect(broken((verdicts) => judgeUpgrade({ ...good, tasks: [...good.tasks, reset] }, verdicts))).toEqual(
      [],
    );
  });
});

describe('an orderly end', () => {
  const call = { session: 's', to: 'http://api', sentAt: 900, endedAt: 1_100, status: 202 };
  const good: DrainEvidence = {
    drains: [
      {
        name: 'api-1',
        signalledAt: 1_000,
        endedAt: 2_000,
        how: 'exit 0',
        calls: [call],
        orderIds: ['shop:s'],
      },
    ],
    tasks: [],
    signals: new Map([['shop:s', 1]]),
    statuses: new Map([['shop:s', 'placed']]),
  };
  const drained = (spoiled: Partial<DrainEvidence['drains'][number]>) => ({
    ...good,
    drains: [{ ...good.drains[0]!, ...spoiled }],
  });

  test('that went well breaks nothing', () => {
    expect(broken((verdicts) => judgeDrains(good, verdicts))).toEqual([]);
  });

  test.each<[string, DrainEvidence]>([
    ['it takes too long', drained({ endedAt: 32_000 })],
    ['it ends otherwise', drained({ how: 'SIGKILL' })],
    [
      'a call under way is dropped',
      drained({ calls: [{ session: 's', to: '', sentAt: 900, endedAt: 1_100, error: 'ECONNRESET' }] }),
    ],
    ['no call was under way', drained({ calls: [{ ...call, endedAt: 950 }] })],
    ['an accepted hook is no signal', { ...good, signals: new Map() }],
    ['an order is not where it must be', { ...good, statuses: new Map([['shop:s', 'created']]) }],
    ['a task failed', { ...good, tasks: [{ orderId: 'shop:s', at: 1_200, how: 'failed', why: 'PANIC' }] }],
  ])('is broken where %s', (_, spoiled) => {
    expect(broken((verdicts) => judgeDrains(spoiled, verdicts))).not.toEqual([]);
  });
});

describe('a disturbance', () => {
  const windows = [{ name: 'kill -9 of api-1', from: 1_000, to: 3_000, isBusy: true }];
  const incidents = [
    { at: 1_000, what: 'signalled', whom: 'api-1' },
    { at: 2_500, what: 'ready', whom: 'api-1' },
  ] as const;
  const hooks = [{ sentAt: 1_500, status: 202 }];

  test('that went well breaks nothing', () => {
    expect(broken((verdicts) => judgeWindows({ windows, hooks, incidents }, verdicts))).toEqual([]);
  });

  test('is worth nothing without hooks, and broken where the process stays away', () => {
    const isBroken = (spoiled: object) =>
      broken((verdicts) => judgeWindows({ windows, hooks, incidents, ...spoiled }, verdicts)).length === 1;
    expect(isBroken({ hooks: [] })).toBe(true);
    expect(isBroken({ incidents: incidents.slice(0, 1) })).toBe(true);
    const second = { at: 1_100, what: 'signalled', whom: 'worker-1' };
    expect(isBroken({ incidents: [...incidents, second] })).toBe(true);
  });
});
