import { parseArgs } from 'node:util';
import { untilSignalled } from './process.ts';
import { JournalError } from './sandbox/journal.ts';
import { startSandbox } from './sandbox/start.ts';

// Tools for people: `node dist/cli.js <command>`, or `npm run <command>`.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    seed: { type: 'string' },
    'signing-secret': { type: 'string' },
    state: { type: 'string' },
  },
});

switch (positionals[0]) {
  case 'sandbox':
    await runSandbox().catch((error: unknown) => {
      if (!(error instanceof JournalError)) throw error;
      console.error(error.message);
      process.exitCode = 2;
    });
    break;
  default:
    console.error(
      'usage: cli sandbox [--port 4010] [--host 127.0.0.1] [--seed N] [--signing-secret SECRET] [--state FILE]',
    );
    process.exitCode = 2;
}

async function runSandbox(): Promise<void> {
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
    `sandbox: ${sandbox.url} \n  Briqpay     sandbox / sandbox-secret                       script it under /sandbox/briqpay\n  BridgerPay  sandbox / sandbox-password, sandbox-api-key    script it under /sandbox/bridgerpay\nCtrl-C ends it`,
  );
  await untilSignalled();
  await sandbox.stop();
}
