import type { Logger } from '@temporalio/worker';
import { DefaultLogger } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { workflowType } from '../workflows/contract/order-run.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

// Each of our workers runs either workflows or activities, so this warning is expected.
const expectedWarning = /^No (activities|workflows) registered/;

/** A logger that writes what the SDK and the workflows log into the log of the process, with `order` where one is concerned. */
export function sdkLogger(log: Pino): Logger {
  return new DefaultLogger(sdkLevelOf(log.level), ({ level, message, meta }) => {
    if (!expectedWarning.test(message)) log[levels[level]](fieldsOf(meta ?? {}), message);
  });
}

function sdkLevelOf(level: string): keyof typeof levels {
  const found = Object.entries(levels).find(([, name]) => name === level)?.[0];
  return (found as keyof typeof levels | undefined) ?? 'ERROR';
}

/** Renames `error` to `err`, the only field that pino serializes as an error. */
function fieldsOf({ error, ...meta }: Record<PropertyKey, unknown>): object {
  return {
    ...(meta['workflowType'] === workflowType && { order: meta['workflowId'] }),
    ...meta,
    ...(error !== undefined && { err: error }),
  };
}
