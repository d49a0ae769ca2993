import { parseArgs } from 'node:util';

/** What a run is asked to do on the command line. */
export interface ChaosOptions {
  readonly orders: number;
  readonly deliveries: number;
  readonly kills: number;
  readonly seed: number;
  /** Where the verdict is written as JSON. */
  readonly json?: string;
  /** The name of a planted bug, or `all`. */
  readonly planted?: string;
  /** Another source root than this checkout. */
  readonly root?: string;
  /** A kept folder that is judged again, without a run. */
  readonly judge?: string;
  readonly keep: boolean;
}

/** What was asked for makes no sense; the message says why. */
export class UsageError extends Error {}

export const usage = `usage: npm run chaos -- [--short] [--orders N] [--deliveries N] [--kills N] [--seed N] [--json FILE]
                        [--planted NAME|all] [--root FOLDER] [--keep] [--judge FOLDER]`;

const long = { orders: 1_000, deliveries: 10_000, kills: 52 };
const short = { orders: 100, deliveries: 1_000, kills: 8 };
const leastOrders = 80;

/** Reads the arguments of the command line. */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const values = parse(args);
  const sizes = values.short || values.planted !== undefined ? short : long;
  const orders = numberOf('orders', values.orders, sizes.orders, leastOrders);
  const deliveries = numberOf('deliveries', values.deliveries, sizes.deliveries, orders);
  return {
    orders,
    deliveries,
    kills: numberOf('kills', values.kills, sizes.kills, 0),
    seed: numberOf('seed', values.seed, 1, 0),
    ...(values.json !== undefined && { json: values.json }),
    ...(values.planted !== undefined && { planted: values.planted }),
    ...(values.root !== undefined && { root: values.root }),
    ...(values.judge !== undefined && { judge: values.judge }),
    keep: values.keep ?? false,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = {
      short: flag,
      keep: flag,
      orders: text,
      deliveries: text,
      kills: text,
      seed: text,
      json: text,
      planted: text,
      root: text,
      judge: text,
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function numberOf(name: string, text: string | undefined, otherwise: number, least: number): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < least) throw new UsageError(`--${name}: expected a whole number, ${least} or more`);
  return value;
}
