import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { installRuntime } from '../../src/temporal/connect.ts';
import { bundleWorkflows } from '../../src/temporal/workflow-bundle.ts';
import { bundlePath } from '../support/temporal.ts';
import { currentEra, journeys } from './journeys.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = fileURLToPath(new URL('./histories/', import.meta.url));
const names = readdirSync(folder).flatMap((era) =>
  readdirSync(`${folder}${era}`).map((file) => `${era}/${file.replace(/\.json$/, '')}`),
);

beforeAll(() => installRuntime({ logLevel: 'ERROR' }));

/** Replays recorded runs against a bundle; answers, by name, what went wrong with each. */
async function replay(codePath: string, wanted: readonly string[]): Promise<Map<string, Error | undefined>> {
  const histories = wanted.map((name) => ({ workflowId: name, history: historyOf(name) }));
  const results = Worker.runReplayHistories({ workflowBundle: { codePath } }, histories);
  const errors = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of results) errors.set(workflowId, error);
  return errors;
}

function historyOf(name: string): unknown {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
}

test('every journey has its histories, and every history its journey', () => {
  const recorded = new Set(names.map((name) => name.replace(/\.\d+$/, '')));
  const current = journeys.map(({ name }) => `${currentEra}/${name}`);
  expect([...recorded].filter((name) => name.startsWith(currentEra)).sort()).toEqual(current.sort());
});

describe('the present code replays', () => {
  let errors: Map<string, Error | undefined>;
  beforeAll(async () => {
    errors = await replay(bundlePath(), names);
  });

  test.each(names)('%s', (name) => {
    expect([...errors.keys()]).toContain(name);
    expect(errors.get(name)).toBeUndefined();
  });
});

describe('a change of the code', () => {
  let place: string;
  beforeEach(() => {
    // Inside the checkout, so that the copy finds its modules.
    place = mkdtempSync(`${root}.cache/replay-`);
    for (const room of ['domain', 'workflows'])
      cpSync(`${root}src/${room}`, `${place}/${room}`, { recursive: true });
  });
  afterEach(() => rmSync(place, { recursive: true }));

  function change(file: string, from: string, to: string): void {
    const text = readFileSync(`${place}/${file}`, 'utf8');
    expect(text.split(from)).toHaveLength(2);
    writeFileSync(
      `${place}/${file}`,
      text.replace(from, () => to),
    );
  }

  async function bundled(): Promise<string> {
    const { code } = await bundleWorkflows(`${place}/workflows/index.ts`);
    const codePath = `${place}/bundle.js`;
    writeFileSync(codePath, code);
    return codePath;
  }

  test('in the order of its commands does not replay', async () => {
    const memo = 'upsertMemo({ [orderMemo]: order });';
    const attributes = 'this.#attributes = fingerprints(attributes);\n  }';
    const publication = 'workflows/publication.ts';
    change(
      publication,
      `if (isAwaited || shown !== this.#order) ${memo}`,
      'const isNews = isAwaited || shown !== this.#order;',
    );
    change(publication, attributes, attributes.replace('  }', `    if (isNews) ${memo}\n  }`));
    const errors = await replay(await bundled(), ['queued-reads/happy-path']);
    expect(errors.get('queued-reads/happy-path')).toBeInstanceOf(DeterminismViolationError);
  });

  test('in when the provider is read does not replay', async () => {
    change(
      'domain/agenda.ts',
      "...read(state.hints.some(({ isAsked }) => !isAsked) ? 0 : undefined, 'hook'),",
      '',
    );
    const errors = await replay(await bundled(), ['queued-reads/happy-path']);
    expect(errors.get('queued-reads/happy-path')).toBeInstanceOf(DeterminismViolationError);
  });

  test('in a rule does not replay where it counts for what was before it too', async () => {
    const order = 'workflows/payment-order.ts';
    change(order, 'step(before, input, Date.now(), wf.patched)', 'step(before, input, Date.now())');
    change(
      order,
      'refusalOf(this.state, command, Date.now(), wf.patched)',
      'refusalOf(this.state, command, Date.now())',
    );
    change('workflows/channels.ts', "wf.patched('alerts-bounded')", 'true');
    const before = names.filter((name) => name.startsWith('before-later-rules/'));
    const errors = await replay(await bundled(), before);
    const fits = before.filter((name) => !(errors.get(name) instanceof DeterminismViolationError));
    expect(fits).toEqual([]);
  });

  test('in what it computes replays, where its commands are the same', async () => {
    change('domain/timeline.ts', 'const kept = 200;', 'const kept = 3;');
    change('domain/findings.ts', 'const detailBytes = 80;', 'const detailBytes = 20;');
    change('workflows/details.ts', "'The money is taken.'", "'All of it is yours.'");
    const errors = await replay(await bundled(), names);
    expect([...errors].filter(([, error]) => error)).toEqual([]);
  });
});
