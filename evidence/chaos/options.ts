import { commandLine, readOptions, UsageError, wholeNumber } from '../kit/command-line.ts';

export type ChaosOptions = ReturnType<typeof parseOptions>;

const long = { orders: 1_000, deliveries: 10_000, kills: 52 };
const short = { orders: 100, deliveries: 1_000, kills: 8 };
const leastOrders = 80;

/** Reads the command line. @throws UsageError */
export function parseOptions(args: readonly string[]) {
  const command = commandLine(
    'npm run chaos --',
    'Runs the service under kills and bad links, and judges it.',
  )
    .option('--short', `${short.orders} orders, ${short.deliveries} deliveries, ${short.kills} kills`)
    .option('--orders <n>', `orders (${long.orders})`, wholeNumber(leastOrders))
    .option(
      '--deliveries <n>',
      `deliveries of hooks, at least one an order (${long.deliveries})`,
      wholeNumber(1),
    )
    .option('--kills <n>', `kills of processes (${long.kills})`, wholeNumber(0))
    .option('--seed <n>', 'what the plan is made from', wholeNumber(0), 1)
    .option('--json <file>', 'write the verdict there too')
    .option('--planted <name>', 'run short against a copy with this planted bug; "all" for each of them')
    .option('--root <folder>', 'run another source root than this checkout')
    .option('--judge <folder>', 'judge a kept folder again, without a run')
    .option('--keep', 'keep the folder of the run', false);
  const options = readOptions(command, args);
  const sizes = options.short || options.planted !== undefined ? short : long;
  const { orders = sizes.orders, deliveries = sizes.deliveries, kills = sizes.kills } = options;
  if (deliveries < orders)
    throw new UsageError(`--deliveries: expected at least one for each of ${orders} orders`);
  return { ...options, orders, deliveries, kills };
}
