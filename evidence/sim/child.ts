import { Figures, type Counts } from './figures.ts';
import { live, type Lived } from './life/life.ts';
import { openSandbox } from './core/sandbox.ts';

/** What the parent asks for, and what it is told. */
export interface Lot {
  readonly seeds: readonly number[];
}

export interface LotDone {
  readonly lived: readonly Lived[];
  readonly counts: Counts;
}

// A process that lives the seeds it is given; it ends when its parent lets go of it.
const [bundle] = process.argv.slice(2);
if (!bundle || !process.send) throw new Error('this is started by run.ts');
const sandbox = await openSandbox(bundle);

process.on('message', ({ seeds }: Lot) => {
  void liveAll(seeds).then((done) => process.send!(done));
});
process.on('disconnect', () => process.exit(0));
process.send({ isReady: true });

async function liveAll(seeds: readonly number[]): Promise<LotDone> {
  const figures = new Figures();
  const lived: Lived[] = [];
  for (const seed of seeds) {
    const one = await live(seed, sandbox, (sight) => figures.see(sight));
    figures.lived(one.days);
    lived.push(one);
  }
  return { lived, counts: figures.counts };
}
