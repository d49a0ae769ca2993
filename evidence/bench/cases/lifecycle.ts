import { figure, ratioFigure, type Figure } from '../figures.ts';
import { withCpu } from '../testbed/cpu.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { rotated } from '../stats.ts';
import { variantNames, type VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

const paces = [
  { name: 'C=16, a look every 40 ms', concurrency: 16, pollMs: 40, payments: { full: 160, short: 16 } },
  { name: 'C=64, a look every 2 ms', concurrency: 64, pollMs: 2, payments: { full: 192, short: 24 } },
] as const;
type Pace = (typeof paces)[number];

const processNames = ['server', 'api', 'worker', 'provider', 'client'] as const;
type ProcessName = (typeof processNames)[number];

interface Lived {
  readonly perSecond: number;
  readonly changeP50: number;
  readonly changeP95: number;
  /** CPU milliseconds a payment. */
  readonly cpuMs: Readonly<Record<ProcessName, number>>;
  readonly failed: number;
}

type Round = Readonly<Record<Pace['name'], Readonly<Record<VariantName, Lived>>>>;

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
      const measured = {} as Record<Pace['name'], Record<VariantName, Lived>>;
      for (const [index, pace] of paces.entries()) {
        const lived = {} as Record<VariantName, Lived>;
        for (const variant of rotated(variants, round + index)) {
          const payments = pace.payments[isShort ? 'short' : 'full'];
          lived[variant.name] = await live(testbed, variant, pace, payments, failures);
          say(
            `round ${round + 1}/${count}, ${pace.name}, ${variant.name}: ${lived[variant.name].perSecond.toFixed(1)}/s`,
          );
        }
        measured[pace.name] = lived;
      }
      rounds.push(measured);
    }
    return { figures: figuresOf(rounds), rounds, notes: failures };
  },
};

async function live(
  { serverPid, provider }: Testbed,
  { name, pids, live: play }: Variant,
  pace: Pace,
  payments: number,
  failures: string[],
): Promise<Lived> {
  const { concurrency, pollMs } = pace;
  const all = { server: serverPid, ...pids, provider: provider.pid };
  const { value, cpu } = await withCpu(all, () =>
    play({ sessions: newSessions(payments), concurrency, pollMs }),
  );
  const failed = value.outcomes[0] ?? 0;
  if (failed > 0) failures.push(`${pace.name}, ${name}: ${failed} failed: ${value.failures?.join('; ')}`);
  const used = { ...cpu, client: value.cpuSeconds };
  const cpuMs = Object.fromEntries(processNames.map((each) => [each, (used[each] * 1000) / payments]));
  return {
    // What failed was not lived.
    perSecond: (value.perSecond * (payments - failed)) / payments,
    changeP50: value.changeMs.p50,
    changeP95: value.changeMs.p95,
    cpuMs: cpuMs as Record<ProcessName, number>,
    failed,
  };
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const [c16, c64] = [paces[0].name, paces[1].name];
  const lived = (pace: Pace['name'], name: VariantName, of: 'perSecond' | 'changeP50' | 'changeP95') =>
    rounds.map((round) => round[pace][name][of]);
  const ratio = (pace: Pace['name'], to: VariantName, atLeast: number) =>
    ratioFigure(
      { name: `payments, ${pace}: product / ${to}`, target: { atLeast } },
      lived(pace, 'product', 'perSecond'),
      lived(pace, to, 'perSecond'),
    );
  const cpuOf = (name: VariantName) =>
    rounds.map((round) => processNames.reduce((sum, each) => sum + round[c16][name].cpuMs[each], 0));
  return [
    ...paces.flatMap(({ name: pace }) =>
      variantNames.flatMap((name) => [
        figure(
          {
            name: `payments, ${pace}: ${name}`,
            unit: '1/s',
            tags: { measure: 'payments', pace, variant: name },
          },
          lived(pace, name, 'perSecond'),
        ),
        ...(['p50', 'p95'] as const).map((percentile) =>
          figure(
            {
              name: `change to visible, ${pace}, ${percentile}: ${name}`,
              unit: 'ms',
              tags: { measure: 'change to visible', pace, percentile, variant: name },
            },
            lived(pace, name, percentile === 'p50' ? 'changeP50' : 'changeP95'),
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
