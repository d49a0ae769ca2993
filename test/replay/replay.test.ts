import { DeterminismViolationError } from '@temporalio/workflow';
import { installRuntime } from '../../src/temporal/connect.ts';
import { bundlePath } from '../support/temporal.ts';
import { withChanged, type Change } from './changed.ts';
import { journeys } from './journeys/index.ts';
import { kinds } from './journeys/journey.ts';
import { recordedHistories, replayRecorded, type Recorded } from './recorded.ts';

const names = recordedHistories().map(({ kind, name }) => `${kind}/${name}`);

beforeAll(() => installRuntime({ logLevel: 'ERROR' }));

test('every journey has its histories, every history its journey, and every kind has some', () => {
  const recorded = new Set(names.map((name) => name.replace(/\.\d+$/, '')));
  expect([...recorded].toSorted()).toEqual(journeys.map(({ kind, name }) => `${kind}/${name}`).toSorted());
  expect(new Set(journeys.map(({ kind }) => kind))).toEqual(new Set(kinds));
});

describe('the present code replays', () => {
  let errors: ReadonlyMap<string, Error | undefined>;
  beforeAll(async () => {
    errors = await replayRecorded(bundlePath());
  });

  test.each(names)('%s', (name) => {
    expect([...errors.keys()]).toContain(name);
    expect(errors.get(name)).toBeUndefined();
  });
});

test('what was recorded encrypted does not replay without its key', async () => {
  const encrypted = recordedHistories().filter(({ kind }) => kind === 'encrypted');
  const keys = { current: 'other', keys: { other: Buffer.alloc(32, 'other') } };
  const errors = await replayRecorded(bundlePath(), encrypted, keys);
  expect([...errors.values()]).toEqual(encrypted.map(() => expect.any(Error)));
});

// Each changes all three workflows.
const breaking: Readonly<Record<string, readonly Change[]>> = {
  'a search attribute that has no version of its own': [
    {
      file: 'workflows/contract/search-attributes.ts',
      from: '  NeedsAttention: attribute(BOOL, 1, needsAttention),',
      to: '  NeedsAttention: attribute(BOOL, 1, needsAttention),\n  TimelineLength: attribute(INT, 1, ({ timeline }) => timeline.entries.length),',
    },
    {
      file: 'workflows/alert-desk.ts',
      from: 'wf.upsertMemo({ [deskMemo]: view });',
      to: "wf.upsertMemo({ [deskMemo]: view });\n    wf.upsertSearchAttributes([{ key: { name: 'Incidents', type: 'INT' }, value: view.incidents.length }]);",
    },
    {
      file: 'workflows/sweeps.ts',
      from: 'const { reopened, rechecked, failing } = report;',
      to: "const { reopened, rechecked, failing } = report;\n  wf.upsertSearchAttributes([{ key: { name: 'Reopened', type: 'INT' }, value: reopened }]);",
    },
    {
      file: 'workflows/sweeps.ts',
      from: 'const { compared, unread, drifted } = report;',
      to: "const { compared, unread, drifted } = report;\n  wf.upsertSearchAttributes([{ key: { name: 'Drifted', type: 'INT' }, value: drifted }]);",
    },
  ],
  'a new command': [
    {
      file: 'workflows/payment-order.ts',
      from: 'await run.read(next.why);',
      to: 'wf.upsertMemo({ reads: next.why });\n        await run.read(next.why);',
    },
    {
      file: 'workflows/alert-desk.ts',
      from: 'const survey = await this.#watching',
      to: 'wf.upsertMemo({ watching: true });\n      const survey = await this.#watching',
    },
    {
      file: 'workflows/sweeps.ts',
      from: 'const report = await sweepOrders(',
      to: 'wf.upsertMemo({ sweeping: true });\n  const report = await sweepOrders(',
    },
    {
      file: 'workflows/sweeps.ts',
      from: 'const report = await compareOrders(',
      to: 'wf.upsertMemo({ comparing: true });\n  const report = await compareOrders(',
    },
  ],
  'another order of commands': [
    // The memo after the search attributes.
    {
      file: 'workflows/projection.ts',
      from: 'if (isAwaited || isNews) upsertMemo({ [orderMemo]: order });',
      to: '',
    },
    {
      file: 'workflows/projection.ts',
      from: 'this.#attributes = attributeFingerprints(attributes);\n    return',
      to: 'this.#attributes = attributeFingerprints(attributes);\n    if (isAwaited || isNews) upsertMemo({ [orderMemo]: order });\n    return',
    },
    // The memo after the first activity.
    {
      file: 'workflows/alert-desk.ts',
      from: '    this.#show();\n  }\n\n  /** Takes in',
      to: '    void Promise.resolve().then(() => this.#show());\n  }\n\n  /** Takes in',
    },
    // A sweep has one command alone: that of the other kind before it.
    {
      file: 'workflows/sweeps.ts',
      from: 'const report = await sweepOrders(',
      to: "await compareOrders({ account, key: 'first' });\n  const report = await sweepOrders(",
    },
    {
      file: 'workflows/sweeps.ts',
      from: 'const report = await compareOrders(',
      to: "await sweepOrders({ account, key: 'first' });\n  const report = await compareOrders(",
    },
  ],
};

test.each(Object.entries(breaking))('%s breaks the replay of every kind of history', async (_, changes) => {
  const broken = await withChanged(changes, kindsBrokenOn);
  expect(broken).toEqual(new Set(kinds));
});

/** The kinds of which a history does not replay on a bundle: the first ones are asked first, and most often suffice. */
async function kindsBrokenOn(codePath: string): Promise<ReadonlySet<string>> {
  const broken = new Set<string>();
  const histories = recordedHistories();
  const isFirst = ({ kind }: Recorded, index: number) => histories[index - 1]?.kind !== kind;
  const isLater = (recorded: Recorded, index: number) => !isFirst(recorded, index);
  for (const isAsked of [isFirst, isLater]) {
    const asked = histories.filter(
      (recorded, index) => isAsked(recorded, index) && !broken.has(recorded.kind),
    );
    if (asked.length === 0) continue;
    for (const [name, error] of await replayRecorded(codePath, asked))
      if (error instanceof DeterminismViolationError) broken.add(name.split('/')[0]!);
  }
  return broken;
}

test('what computes otherwise, and gives the same commands, replays', async () => {
  const changes: readonly Change[] = [
    { file: 'domain/order/timeline.ts', from: 'const kept = 200;', to: 'const kept = 3;' },
    { file: 'domain/money/findings.ts', from: 'const detailBytes = 80;', to: 'const detailBytes = 20;' },
    { file: 'workflows/details.ts', from: "'The money is taken.'", to: "'All of it is yours.'" },
    { file: 'workflows/desk-details.ts', from: "'All quiet'", to: "'No incident'" },
    { file: 'workflows/sweeps.ts', from: '`${reopened} reopened, ', to: '`${reopened} opened again, ' },
  ];
  const errors = await withChanged(changes, (codePath) => replayRecorded(codePath));
  expect([...errors].filter(([, error]) => error)).toEqual([]);
});
