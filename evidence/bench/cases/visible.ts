import { figure, ratioFigure, type Figure } from '../figures.ts';
import { newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { quantile, rotated } from '../stats.ts';
import { variantNames, type VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

const pollMs = 5;

/** Milliseconds from the hook to the change, of the changes of one round. */
interface Times {
  readonly p50: number;
  readonly p95: number;
}

interface Round {
  readonly polled: Readonly<Record<VariantName, Times>>;
  /** By the product's own wait, which no other has. */
  readonly waited: Times;
}

export const visible: Case = {
  name: 'visible',
  title: 'from the sending of a hook to the first read over HTTP that shows the change, one at a time',
  async run({ rounds: count, isShort, openTestbed, say }) {
    const payments = isShort ? 3 : 25;
    const testbed = await openTestbed();
    const variants: Variant[] = [];
    for (const name of variantNames) variants.push(await startVariant(testbed, name, isShort ? 4 : 16));
    const measure = async (job: 'visible' | 'visibleByWait', { target }: Variant): Promise<Times> => {
      const players = { target, providerUrl: testbed.provider.url, sessions: newSessions(payments), pollMs };
      // A wait takes a connection of its own.
      const concurrency = job === 'visible' ? 1 : 2;
      const times = await testbed.load.call<number[]>(job, { ...players, concurrency });
      return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
    };

    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) {
      const polled = {} as Record<VariantName, Times>;
      for (const variant of rotated(variants, round)) {
        polled[variant.name] = await measure('visible', variant);
        say(`round ${round + 1}/${count}, ${variant.name}: p50 ${polled[variant.name].p50.toFixed(1)} ms`);
      }
      const waited = await measure('visibleByWait', variants[0]!);
      say(`round ${round + 1}/${count}, product by its wait: p50 ${waited.p50.toFixed(1)} ms`);
      rounds.push({ polled, waited });
    }
    const notes = [
      `${payments} payments a round with four changes each, one hook a change; the provider's state changes before the clock starts.`,
      `The client reads every ${pollMs} ms from the acknowledgement on, so times come in steps of about that; by its wait the product tells by itself.`,
    ];
    return { figures: figuresOf(rounds), rounds, notes };
  },
};

function figuresOf(rounds: readonly Round[]): Figure[] {
  const times = (name: VariantName, of: keyof Times) => rounds.map(({ polled }) => polled[name][of]);
  return [
    ...variantNames.flatMap((name) => [
      figure(
        {
          name: `hook to visible, p50: ${name}`,
          unit: 'ms',
          tags: { measure: 'hook to visible', percentile: 'p50', variant: name },
          ...(name === 'product' && { target: { atMost: 20 } }),
        },
        times(name, 'p50'),
      ),
      figure(
        {
          name: `hook to visible, p95: ${name}`,
          unit: 'ms',
          tags: { measure: 'hook to visible', percentile: 'p95', variant: name },
        },
        times(name, 'p95'),
      ),
    ]),
    figure(
      {
        name: 'hook to visible, p50: product, by its wait',
        unit: 'ms',
        tags: { measure: 'hook to visible', percentile: 'p50', variant: 'product, by its wait' },
      },
      rounds.map(({ waited }) => waited.p50),
    ),
    figure(
      {
        name: 'hook to visible, p95: product, by its wait',
        unit: 'ms',
        tags: { measure: 'hook to visible', percentile: 'p95', variant: 'product, by its wait' },
      },
      rounds.map(({ waited }) => waited.p95),
    ),
    ratioFigure(
      { name: 'hook to visible, p50: product / minimal', target: { atMost: 1.3 } },
      times('product', 'p50'),
      times('minimal', 'p50'),
    ),
    ratioFigure(
      { name: 'hook to visible, p50: product / textbook' },
      times('product', 'p50'),
      times('textbook', 'p50'),
    ),
  ];
}
