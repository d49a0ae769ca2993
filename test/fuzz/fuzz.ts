import fc from 'fast-check';

/** How often a target is tried: `modest` in every test run, and in a long run its `share` of FUZZ_RUNS, by default all. */
export interface Pace {
  readonly modest: number;
  /** Less than 1 for a target whose cases take long: a request over HTTP, the whole life of an order. */
  readonly share?: number;
}

const longRuns = Number(process.env['FUZZ_RUNS'] ?? 0);
const isLong = longRuns > 0;
// Where a counterexample is to be seen again: what fast-check printed of it.
const seed = process.env['FUZZ_SEED'];
const path = process.env['FUZZ_PATH'];
// A usual run meets the same cases each time, so that a test that fails was broken by the change at hand.
const usualSeed = 20260105;

const anHourMs = 3_600_000;
const lineEveryMs = 5_000;

/**
 * One target: a test that `holds` for arbitrary input. What does not hold is told with the smallest input found, and with
 * the seed and the path to see it again (README.md).
 */
export function fuzz<Input>(
  name: string,
  anyInput: fc.Arbitrary<Input>,
  { modest, share = 1 }: Pace,
  holds: (input: Input) => void | Promise<void>,
): void {
  const numRuns = isLong ? Math.max(1, Math.ceil(longRuns * share)) : modest;
  test(
    name,
    async () => {
      const tell = isLong ? teller(expect.getState().currentTestName ?? name, numRuns) : undefined;
      const property = fc.asyncProperty(anyInput, async (input) => {
        try {
          await holds(input);
        } catch (error) {
          // A case that a target does not want is none that it found.
          if (!fc.PreconditionFailure.isFailure(error)) tell?.found();
          throw error;
        } finally {
          tell?.done();
        }
      });
      await fc.assert(property, {
        numRuns,
        ...(seed === undefined ? !isLong && { seed: usualSeed } : { seed: Number(seed) }),
        ...(path !== undefined && { path }),
      });
      tell?.end();
    },
    isLong ? 10 * anHourMs : undefined,
  );
}

/** Says how far a long run has come. */
function teller(name: string, total: number) {
  const startedAt = Date.now();
  let toldAt = startedAt;
  let done = 0;
  let found = 0;
  const say = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    process.stderr.write(`fuzz: ${name}: ${done}/${total}, found ${found}, ${seconds} s\n`);
  };
  return {
    done() {
      done += 1;
      if (Date.now() - toldAt < lineEveryMs) return;
      toldAt = Date.now();
      say();
    },
    found: () => void (found += 1),
    end: say,
  };
}
