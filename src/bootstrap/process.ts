import { ConfigError, loadConfig, type Config } from '../config/load.ts';
import { dataConverterOf } from '../temporal/data-converter.ts';
import { connectTemporal, type TemporalConnection } from '../temporal/connect.ts';

/** Loads the configuration, or prints everything that is wrong with it and exits with 1. */
export function configOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** Connects to Temporal, or exits with 1; a supervisor starts the process again. */
export async function temporalOrExit(identity: string, { encryption }: Config): Promise<TemporalConnection> {
  try {
    return await connectTemporal({ identity, dataConverter: dataConverterOf(encryption) });
  } catch (error) {
    console.error(
      `Temporal cannot be reached (TEMPORAL_ADDRESS): ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  }
}

/** Resolves with the first SIGINT or SIGTERM. A second signal exits at once. */
export function untilSignalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
    let isStopping = false;
    for (const signal of signals) {
      process.on(signal, () => {
        if (isStopping) process.exit(130);
        isStopping = true;
        resolve(signal);
      });
    }
  });
}
