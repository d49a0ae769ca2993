import type { Logger } from '@temporalio/worker';
import { DefaultLogger } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { workflowType } from '../workflows/contract/order-run.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

// A worker of ours runs either workflows or activities, so each misses the other on purpose.
const expected = /^No (activities|workflows) registered/;

/** What the SDK and the workflows log, as lines of the process's own log; `order` where it is about one. */
export function sdkLogger(log: Pino): Logger {
  return new DefaultLogger(sdkLevelOf(log.level), ({ level, message, meta }) => {
    if (!expected.test(message)) log[levels[level]](fieldsOf(meta ?? {}), message);
  });
}

function sdkLevelOf(level: string): keyof typeof levels {
  const found = Object.entries(levels).find(([, name]) => name === level)?.[0];
  return (found as keyof typeof levels | undefined) ?? 'ERROR';
}

/** Pino serializes errors by the name of `err` alone. */
function fieldsOf({ error, ...meta }: Record<PropertyKey, unknown>): object {
  return {
    ...(meta['workflowType'] === workflowType && { order: meta['workflowId'] }),
    ...meta,
    ...(error !== undefined && { err: error }),
  };
}
