import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { JournalError } from './journal.ts';
import { startSandbox } from './start.ts';

// `npm run sandbox`: the fake providers alone.
const options = {
  port: { type: 'string', default: '4010' },
  host: { type: 'string', default: '127.0.0.1' },
  seed: { type: 'string' },
  'signing-secret': { type: 'string' },
  state: { type: 'string' },
} as const;

try {
  await run(parseArgs({ options }).values);
} catch (error) {
  if (!(error instanceof JournalError || isUsageError(error))) throw error;
  console.error(error.message);
  if (isUsageError(error))
    console.error(
      'usage: sandbox [--port 4010] [--host 127.0.0.1] [--seed N] [--signing-secret SECRET] [--state FILE]',
    );
  process.exitCode = 2;
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

async function run(
  values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'],
): Promise<void> {
  const { port, host, seed, 'signing-secret': signingSecret, state: stateFile } = values;
  const sandbox = await startSandbox({
    port: Number(port),
    host,
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(stateFile !== undefined && { stateFile }),
    briqpay: {
      username: 'sandbox',
      secret: 'sandbox-secret',
      ...(signingSecret !== undefined && { signingSecret }),
    },
  });
  console.log(
    `sandbox: ${sandbox.url}\n  Briqpay     sandbox / sandbox-secret                       controls under /sandbox/briqpay\n  BridgerPay  sandbox / sandbox-password, sandbox-api-key    controls under /sandbox/bridgerpay\nCtrl-C ends it`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await sandbox.stop();
}
