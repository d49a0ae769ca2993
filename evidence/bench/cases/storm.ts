import { figure, type Figure } from '../figures.ts';
import type { Done } from '../load/jobs.ts';
import { signalsOf, untilStill } from '../testbed/history.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { variantNames, type VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

/** The connections that the copies are sent over; every copy is sent before the first is answered. */
const connections = 200;

interface Storm {
  readonly variant: VariantName;
  readonly copies: number;
  readonly accepted: number;
  /** Until the last copy was answered, and from the first until the order shows what the provider holds. */
  readonly answeredSeconds: number;
  readonly shownSeconds: number;
  readonly p99: number;
  readonly signals: number;
  readonly events: number;
  readonly providerReads: number;
}

export const storm: Case = {
  name: 'storm',
  title: 'copies of one hook at once over HTTP: what is answered, and what reaches the order',
  defaultRounds: 2,
  async run({ rounds: count, isShort, openTestbed, say }) {
    const testbed = await openTestbed();
    const variants: Variant[] = [];
    for (const name of variantNames) variants.push(await startVariant(testbed, name, 4));
    const [few, many] = isShort ? [100, 500] : [1_000, 10_000];
    const storms: Storm[] = [];
    for (let round = 0; round < count; round++) {
      for (const variant of variants) {
        // More copies than a run may have signals: the others have nothing to keep them off.
        for (const copies of variant.name === 'product' ? [few, many] : [few]) {
          const measured = await brew(testbed, variant, copies);
          storms.push(measured);
          const { answeredSeconds, signals, providerReads } = measured;
          say(
            `round ${round + 1}/${count}, ${variant.name}, ${copies} copies: ${answeredSeconds.toFixed(2)} s, ${signals} signals, ${providerReads} reads`,
          );
        }
      }
    }
    const notes = [
      `Over ${connections} connections; the payment is approved at the provider, and its order is registered.`,
    ];
    return { figures: figuresOf(storms), rounds: storms, notes };
  },
};

async function brew(
  { client, load, provider, setProvider }: Testbed,
  { name, target, workflowId }: Variant,
  copies: number,
): Promise<Storm> {
  const [session = ''] = newSessions(1);
  await setProvider([session], 'approved');
  const start = { target, sessions: [session], by: 'registration', concurrency: 1 };
  expectAll(await load.call<Done>('start', start), 201, name);

  const startedAt = performance.now();
  const storming = load.call<Done>('copies', { target, session, copies, connections });
  const shown = { target, sessions: [session], status: 'placed', concurrency: 1, pollMs: 20 };
  const [done, shownSeconds] = await Promise.all([
    storming,
    load.call<Done>('shown', shown).then((seen) => {
      expectAll(seen, 200, name);
      return (performance.now() - startedAt) / 1000;
    }),
  ]);
  const { events } = await untilStill(client, workflowId(session));
  const [providerReads = 0] = await provider.call<number[]>('reads', [session]);
  return {
    variant: name,
    copies,
    accepted: done.outcomes[202] ?? 0,
    answeredSeconds: done.seconds,
    shownSeconds,
    p99: done.latencyMs.p99,
    signals: await signalsOf(client, workflowId(session)),
    events,
    providerReads,
  };
}

function figuresOf(storms: readonly Storm[]): Figure[] {
  const kinds = [...new Set(storms.map(({ variant, copies }) => `${copies} copies, ${variant}`))];
  return kinds.flatMap((kind) => {
    const [first, ...others] = storms.filter(
      ({ variant, copies }) => `${copies} copies, ${variant}` === kind,
    );
    const own = [first!, ...others];
    const { variant, copies } = first!;
    const of = (what: keyof Omit<Storm, 'variant'>) => own.map((each) => each[what]);
    const isOurs = variant === 'product';
    const tags = (until: string) => ({ measure: 'storm', until, copies, variant });
    return [
      figure(
        { name: `${kind}: answered 202`, unit: '', ...(isOurs && { target: { atLeast: copies } }) },
        of('accepted'),
      ),
      figure({ name: `${kind}: all answered in`, unit: 's', tags: tags('answered') }, of('answeredSeconds')),
      figure({ name: `${kind}: answer, p99`, unit: 'ms' }, of('p99')),
      figure({ name: `${kind}: shown after`, unit: 's', tags: tags('shown') }, of('shownSeconds')),
      figure({ name: `${kind}: signals`, unit: '', ...(isOurs && { target: { atMost: 2 } }) }, of('signals')),
      figure({ name: `${kind}: history events`, unit: '' }, of('events')),
      figure(
        { name: `${kind}: reads of the provider`, unit: '', ...(isOurs && { target: { atMost: 2 } }) },
        of('providerReads'),
      ),
    ];
  });
}
