import { figure, ratioFigure } from '../figures.ts';
import type { Done } from '../load/jobs.ts';
import { untilCounted } from '../testbed/until-counted.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { quantile } from '../stats.ts';
import { account } from '../variants/routes.ts';
import type { Case } from './case.ts';

const other = 'neighbour';
// New orders of the neighbour a second: more than its share of reads lasts for, once each read takes until it is given up.
const perSecond = 10;
const pollMs = 5;

interface Times {
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

interface Round {
  readonly calm: Times;
  readonly hanging: Times;
}

export const neighbour: Case = {
  name: 'neighbour',
  title:
    "from a hook to what is visible of one account's orders, while another account's provider takes calls and answers none",
  async run({ rounds: count, isShort, openTestbed, say }) {
    const seconds = isShort ? { calm: 3, hanging: 5 } : { calm: 20, hanging: 60 };
    const testbed = await openTestbed({
      accounts: [
        { id: account, policy: {} },
        { id: other, policy: {} },
      ],
    });
    const variant = await startVariant(testbed, 'product');
    const rounds: Round[] = [];
    for (let round = 0; round < count; round += 1) {
      const calm = await timesOf(testbed, variant, { seconds: seconds.calm, hangs: false, say });
      const hanging = await timesOf(testbed, variant, { seconds: seconds.hanging, hangs: true, say });
      rounds.push({ calm, hanging });
      say(
        `round ${round + 1}/${count}: p50 ${calm.p50.toFixed(1)} ms beside a neighbour that is well, ${hanging.p50.toFixed(1)} ms beside one that hangs`,
      );
    }
    const times = (state: keyof Round, of: 'p50' | 'p95') => rounds.map((round) => round[state][of]);
    return {
      figures: [
        figure({ name: 'hook to visible, p50: the neighbour is well', unit: 'ms' }, times('calm', 'p50')),
        figure({ name: 'hook to visible, p50: the neighbour hangs', unit: 'ms' }, times('hanging', 'p50')),
        figure({ name: 'hook to visible, p95: the neighbour is well', unit: 'ms' }, times('calm', 'p95')),
        figure({ name: 'hook to visible, p95: the neighbour hangs', unit: 'ms' }, times('hanging', 'p95')),
        ratioFigure(
          { name: 'hook to visible, p50: the neighbour hangs / is well', target: { atMost: 1.5 } },
          times('hanging', 'p50'),
          times('calm', 'p50'),
        ),
        ratioFigure(
          { name: 'hook to visible, p95: the neighbour hangs / is well' },
          times('hanging', 'p95'),
          times('calm', 'p95'),
        ),
      ],
      rounds,
      notes: [
        `One worker for both accounts. The neighbour gets ${perSecond} new orders a second throughout, one hook each; for ${seconds.hanging} s a round its provider takes every call and answers none, for ${seconds.calm} s before that it answers all.`,
        'Each round ends when all of the neighbour’s orders are shown, so that the next one begins with nothing left over.',
      ],
    };
  },
};

/** Times from hook to visible of one account for `seconds`, while orders of the other account come in. */
async function timesOf(
  testbed: Testbed,
  variant: Variant,
  { seconds, hangs, say }: { seconds: number; hangs: boolean; say(line: string): void },
): Promise<Times> {
  const { target } = variant;
  const sessions = newSessions(seconds * perSecond);
  await testbed.setProvider(sessions, 'approved');
  if (hangs) await testbed.provider.call('hang', sessions);
  const beside = { ...target, account: other };
  const coming = testbed.load.call<Done>('startSteadily', {
    target: beside,
    sessions,
    by: 'approved',
    perSecond,
  });
  const times: number[] = [];
  const endAt = performance.now() + seconds * 1000;
  while (performance.now() < endAt) {
    const job = {
      target,
      providerUrl: testbed.provider.url,
      sessions: newSessions(3),
      concurrency: 1,
      pollMs,
    };
    times.push(...(await testbed.load.call<number[]>('visible', job)));
  }
  expectAll(await coming, 202, other);
  await testbed.provider.call('hang', []);
  // What was held back comes by itself, once the account is seen to answer.
  const open = `Account = '${other}' AND OrderStatus = 'created'`;
  const settled = async () => sessions.length - (await testbed.client.workflow.count(open)).count;
  const shown = await untilCounted(settled, sessions.length, (line) =>
    say(`the neighbour's orders: ${line}`),
  );
  if (shown < sessions.length)
    throw new Error(`${sessions.length - shown} orders of the neighbour were not read`);
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), count: times.length };
}
