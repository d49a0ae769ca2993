import { figure, ratioFigure, type Figure } from '../figures.ts';
import type { Done, Target } from '../load/jobs.ts';
import { withCpu } from '../testbed/cpu.ts';
import type { Api } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant } from '../testbed/variant.ts';
import { rotated } from '../stats.ts';
import type { Case } from './case.ts';

const concurrencies = [1, 16, 64] as const;
type Concurrency = (typeof concurrencies)[number];
const ways = ['describe', 'query'] as const;
type Way = (typeof ways)[number];

interface Read {
  /** Those that were answered with an order. */
  readonly perSecond: number;
  readonly refused: number;
  readonly p50: number;
  readonly apiCpuMs: number;
}

interface Round {
  readonly read: Readonly<Record<Concurrency, Readonly<Record<Way, Read>>>>;
  /** The product with its default log level, which writes two lines a read. */
  readonly talkative: Read;
}

export const reads: Case = {
  name: 'reads',
  title:
    'reads of an order a second by the product’s GET, which describes, against a front that queries; and with no worker',
  async run({ rounds: count, isShort, openTestbed, say }) {
    const counts: Record<Concurrency, number> = isShort
      ? { 1: 100, 16: 300, 64: 300 }
      : { 1: 1_500, 16: 5_000, 64: 5_000 };
    const testbed = await openTestbed();
    const product = await startVariant(testbed, 'product', 8);
    const sessions = newSessions(isShort ? 40 : 200);
    await testbed.setProvider(sessions, 'approved');
    const start = { target: product.target, sessions, by: 'approved', concurrency: 8 };
    expectAll(await testbed.load.call<Done>('start', start), 202, 'product');
    const shown = { target: product.target, sessions, status: 'placed', concurrency: 8, pollMs: 20 };
    expectAll(await testbed.load.call<Done>('shown', shown), 200, 'product');

    const front = await testbed.startApi('query-front');
    const talkative = await testbed.startApi('product', 'info');
    const fronts: Record<Way, { api: Api; target: Target }> = {
      describe: { api: product.api, target: product.target },
      query: { api: front, target: { variant: 'query-front', url: front.url } },
    };
    const read = async (api: Api, target: Target, concurrency: number, reading: number): Promise<Read> => {
      const job = { target, sessions, count: reading, concurrency };
      const { value, cpu } = await withCpu({ api: api.pid }, () => testbed.load.call<Done>('read', job));
      const answered = value.outcomes[200] ?? 0;
      return {
        perSecond: answered / value.seconds,
        refused: reading - answered,
        p50: value.latencyMs.p50,
        apiCpuMs: (cpu.api * 1000) / reading,
      };
    };
    const loud = { variant: 'product', url: talkative.url } as const;
    for (const way of ways) await read(fronts[way].api, fronts[way].target, 16, counts[16] / 5);
    await read(talkative, loud, 16, counts[16] / 5);

    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) {
      const measured = {} as Record<Concurrency, Record<Way, Read>>;
      for (const [index, concurrency] of concurrencies.entries()) {
        const byWay = {} as Record<Way, Read>;
        for (const way of rotated(ways, round + index)) {
          byWay[way] = await read(fronts[way].api, fronts[way].target, concurrency, counts[concurrency]);
          say(`round ${round + 1}/${count}, C=${concurrency}, ${way}: ${Math.round(byWay[way].perSecond)}/s`);
        }
        measured[concurrency] = byWay;
      }
      rounds.push({ read: measured, talkative: await read(talkative, loud, 16, counts[16]) });
    }

    await product.worker.stop(0);
    const answered = {} as Record<Way, number>;
    for (const way of ways) {
      const dead = {
        target: fronts[way].target,
        sessions: sessions.slice(0, 16),
        count: 16,
        concurrency: 16,
      };
      const { outcomes } = await testbed.load.call<Done>('read', dead);
      answered[way] = (outcomes[200] ?? 0) / 16;
      say(`no worker, ${way}: ${answered[way] * 100} % answered`);
    }
    const refused = rounds.flatMap((round) =>
      concurrencies.flatMap((C) => ways.map((way) => [way, round.read[C][way].refused] as const)),
    );
    const refusedBy = (way: Way) => refused.reduce((sum, [by, n]) => sum + (by === way ? n : 0), 0);
    const notes = [
      `Reads that were not answered with an order, and are not counted in the rates: describe ${refusedBy('describe')}, query ${refusedBy('query')}.`,
      `Over ${sessions.length} orders that are placed and in the worker’s cache. The server caps what a namespace may call a second, so the rate of describe has a ceiling of its own near 2,600.`,
    ];
    return { figures: figuresOf(rounds, answered), rounds, notes };
  },
};

function figuresOf(rounds: readonly Round[], answered: Readonly<Record<Way, number>>): Figure[] {
  const of = (concurrency: Concurrency, way: Way, what: keyof Read) =>
    rounds.map((round) => round.read[concurrency][way][what]);
  return [
    ...concurrencies.flatMap((C) => [
      ...ways.flatMap((way) => [
        figure(
          { name: `reads, C=${C}: ${way}`, unit: '1/s', tags: { measure: 'reads', concurrency: C, way } },
          of(C, way, 'perSecond'),
        ),
        figure({ name: `read, C=${C}, p50: ${way}`, unit: 'ms' }, of(C, way, 'p50')),
      ]),
      ratioFigure(
        { name: `reads, C=${C}: describe / query` },
        of(C, 'describe', 'perSecond'),
        of(C, 'query', 'perSecond'),
      ),
    ]),
    ...ways.map((way) =>
      figure({ name: `CPU of the API a read, C=16: ${way}`, unit: 'ms' }, of(16, way, 'apiCpuMs')),
    ),
    figure(
      { name: 'reads, C=16: describe, logging at info', unit: '1/s' },
      rounds.map(({ talkative }) => talkative.perSecond),
    ),
    figure(
      { name: 'CPU of the API a read, C=16: describe, logging at info', unit: 'ms' },
      rounds.map(({ talkative }) => talkative.apiCpuMs),
    ),
    figure({ name: 'reads answered with no worker: describe', unit: '', target: { atLeast: 1 } }, [
      answered.describe,
    ]),
    figure({ name: 'reads answered with no worker: query', unit: '' }, [answered.query]),
  ];
}
