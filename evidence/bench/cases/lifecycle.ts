import { figure, ratioFigure, type Figure } from '../figures.ts';
import { withCpu } from '../testbed/cpu.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { rotated } from '../stats.ts';
import { variantNames, type VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

const loads = [
  { name: 'C=16, a look every 40 ms', concurrency: 16, pollMs: 40, payments: { full: 160, short: 16 } },
  { name: 'C=64, a look every 2 ms', concurrency: 64, pollMs: 2, payments: { full: 192, short: 24 } },
] as const;
type Load = (typeof loads)[number];

const processNames = ['server', 'api', 'worker', 'provider', 'client'] as const;
type ProcessName = (typeof processNames)[number];

interface Measurement {
  readonly perSecond: number;
  readonly changeP50: number;
  readonly changeP95: number;
  /** CPU milliseconds a payment. */
  readonly cpuMs: Readonly<Record<ProcessName, number>>;
  readonly failed: number;
}

type Round = Readonly<Record<Load['name'], Readonly<Record<VariantName, Measurement>>>>;

export const lifecycle: Case = {
  name: 'lifecycle',
  title:
    'whole lives of payments a second: five hooks of which three come twice, four changes that are waited for',
  async run({ rounds: count, isShort, openTestbed, say }) {
    const testbed = await openTestbed();
    const variants: Variant[] = [];
    for (const name of variantNames) variants.push(await startVariant(testbed, name, isShort ? 8 : 48));

    const failures: string[] = [];
    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) {
      const measured = {} as Record<Load['name'], Record<VariantName, Measurement>>;
      for (const [index, load] of loads.entries()) {
        const byVariant = {} as Record<VariantName, Measurement>;
        for (const variant of rotated(variants, round + index)) {
          const payments = load.payments[isShort ? 'short' : 'full'];
          byVariant[variant.name] = await measure(testbed, variant, load, payments, failures);
          say(
            `round ${round + 1}/${count}, ${load.name}, ${variant.name}: ${byVariant[variant.name].perSecond.toFixed(1)}/s`,
          );
        }
        measured[load.name] = byVariant;
      }
      rounds.push(measured);
    }
    return { figures: figuresOf(rounds), rounds, notes: failures };
  },
};

async function measure(
  { serverPid, provider }: Testbed,
  { name, pids, live: play }: Variant,
  load: Load,
  payments: number,
  failures: string[],
): Promise<Measurement> {
  const { concurrency, pollMs } = load;
  const all = { server: serverPid, ...pids, provider: provider.pid };
  const { value, cpu } = await withCpu(all, () =>
    play({ sessions: newSessions(payments), concurrency, pollMs }),
  );
  const failed = value.outcomes[0] ?? 0;
  if (failed > 0) failures.push(`${load.name}, ${name}: ${failed} failed: ${value.failures?.join('; ')}`);
  const used = { ...cpu, client: value.cpuSeconds };
  const cpuMs = Object.fromEntries(processNames.map((each) => [each, (used[each] * 1000) / payments]));
  return {
    // Payments that failed do not count.
    perSecond: (value.perSecond * (payments - failed)) / payments,
    changeP50: value.changeMs.p50,
    changeP95: value.changeMs.p95,
    cpuMs: cpuMs as Record<ProcessName, number>,
    failed,
  };
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const [c16, c64] = [loads[0].name, loads[1].name];
  const valuesOf = (load: Load['name'], name: VariantName, of: 'perSecond' | 'changeP50' | 'changeP95') =>
    rounds.map((round) => round[load][name][of]);
  const ratio = (load: Load['name'], to: VariantName, atLeast: number) =>
    ratioFigure(
      { name: `payments, ${load}: product / ${to}`, target: { atLeast } },
      valuesOf(load, 'product', 'perSecond'),
      valuesOf(load, to, 'perSecond'),
    );
  const cpuOf = (name: VariantName) =>
    rounds.map((round) => processNames.reduce((sum, each) => sum + round[c16][name].cpuMs[each], 0));
  return [
    ...loads.flatMap(({ name: load }) =>
      variantNames.flatMap((name) => [
        figure(
          {
            name: `payments, ${load}: ${name}`,
            unit: '1/s',
            tags: { measure: 'payments', pace: load, variant: name },
          },
          valuesOf(load, name, 'perSecond'),
        ),
        ...(['p50', 'p95'] as const).map((percentile) =>
          figure(
            {
              name: `change to visible, ${load}, ${percentile}: ${name}`,
              unit: 'ms',
              tags: { measure: 'change to visible', pace: load, percentile, variant: name },
            },
            valuesOf(load, name, percentile === 'p50' ? 'changeP50' : 'changeP95'),
          ),
        ),
      ]),
    ),
    ratio(c16, 'minimal', 1.2),
    ratio(c16, 'textbook', 1.6),
    ratio(c64, 'minimal', 1),
    ratio(c64, 'textbook', 1),
    ...variantNames.map((name) =>
      figure(
        {
          name: `CPU a payment, ${c16}, ${name}: all processes`,
          unit: 'ms',
          tags: { measure: 'payment CPU in all', variant: name },
        },
        cpuOf(name),
      ),
    ),
    ...(['minimal', 'textbook'] as const).map((name) =>
      ratioFigure(
        { name: `CPU a payment, ${c16}, all processes: product / ${name}` },
        cpuOf('product'),
        cpuOf(name),
      ),
    ),
    ...variantNames.flatMap((name) =>
      processNames.map((each) =>
        figure(
          {
            name: `CPU a payment, ${c16}, ${name}: ${each}`,
            unit: 'ms',
            tags: { measure: 'payment CPU', process: each, variant: name },
          },
          rounds.map((round) => round[c16][name].cpuMs[each]),
        ),
      ),
    ),
  ];
}
