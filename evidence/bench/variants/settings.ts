/** What the variants of the bench are started with; the product has a file of its own. */
export interface Settings {
  readonly temporalAddress: string;
  readonly providerUrl: string;
  readonly port: number;
  readonly logLevel: string;
}

/** @throws Error that names what is missing */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = (name: string) => {
    const value = environment[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  return {
    temporalAddress: given('TEMPORAL_ADDRESS'),
    providerUrl: environment['PROVIDER_URL'] ?? '',
    port: Number(environment['PORT'] ?? 0),
    logLevel: environment['LOG_LEVEL'] ?? 'info',
  };
}
