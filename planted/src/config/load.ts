import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema, crossIssues, type ConfigFile } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Config extends ConfigFile {
  /** Where the API listens. */
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly metrics: MetricsPorts;
  /** Whether the environment says where traces go; OpenTelemetry reads the rest there by itself. */
  readonly isTraced: boolean;
  /** What providers reach the hooks by. */
  readonly publicUrl: string;
}

/** Where metrics are served, an IP address and ports; without a port they have none of their own. */
export interface MetricsPorts {
  readonly host: string;
  readonly port?: number | undefined;
  /** Of the SDK's own, which are served apart. */
  readonly sdkPort?: number | undefined;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything that is wrong with a configuration, at once; it names paths and never a value. */
export class ConfigError extends Error {
  readonly issues: readonly string[];

  constructor(source: string, issues: readonly string[]) {
    super(
      [`the configuration (${source}) does not hold:`, ...issues.map((issue) => `  ${issue}`)].join('\n'),
    );
    this.name = 'ConfigError';
    this.issues = issues;
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
// Compose files hand on what is not set as nothing.
const unsetIfEmpty = (value: unknown) => (value === '' ? undefined : value);
const optionalPort = z.preprocess(unsetIfEmpty, port.optional());

const collector = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).optional(),
);

const environmentSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.preprocess(unsetIfEmpty, port.default(3000)),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  METRICS_HOST: z.union([z.ipv4(), z.ipv6()], 'expected an IP address').default('127.0.0.1'),
  METRICS_PORT: optionalPort,
  SDK_METRICS_PORT: optionalPort,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector,
  OTEL_TRACES_EXPORTER: z.string().default('otlp'),
  OTEL_SDK_DISABLED: z.string().default('false'),
});

/** Reads the file that `PAYMENTS_CONFIG` names (default `config/local.yaml`) and the environment. Throws a ConfigError. */
export function loadConfig(environment: Environment): Config {
  const file = environment['PAYMENTS_CONFIG'] || 'config/local.yaml';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(file, ['the file cannot be read: set PAYMENTS_CONFIG']);
  }
  return parseConfig(text, environment, file);
}

/** The configuration of a YAML text, with `${NAME}` and `${NAME:-otherwise}` taken from the environment. */
export function parseConfig(text: string, environment: Environment, source = 'text'): Config {
  const { marked, references } = markReferences(text);
  const issues: string[] = [];
  const filled = fill(parseYaml(marked, source), references, environment, [], issues);
  const missing = issues.length;
  const file = parseFile(filled, source);
  const settings = environmentSchema.safeParse(environment);
  // What a missing value leads to is not told a second time.
  const found = [...describe(file.error), ...crossIssues(filled), ...describe(settings.error)];
  issues.push(...found.filter((issue) => !issues.slice(0, missing).some((known) => samePath(known, issue))));
  if (!file.success || !settings.success || issues.length > 0) throw new ConfigError(source, issues);
  const { HOST: host, PORT: port, LOG_LEVEL: logLevel, ...rest } = settings.data;
  const metrics = { host: rest.METRICS_HOST, port: rest.METRICS_PORT, sdkPort: rest.SDK_METRICS_PORT };
  const publicUrl = file.data.publicUrl ?? `http://${host}:${port}`;
  return { ...file.data, host, port, logLevel, metrics, isTraced: isTraced(rest), publicUrl };
}

/** By OpenTelemetry's own variables, two of which turn off what others turn on. */
function isTraced(environment: Partial<z.infer<typeof environmentSchema>>): boolean {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ofTraces, OTEL_EXPORTER_OTLP_ENDPOINT: ofAll } = environment;
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_SDK_DISABLED: disabled } = environment;
  return (ofTraces ?? ofAll) !== undefined && exporter !== 'none' && disabled?.toLowerCase() !== 'true';
}

/** zod looks at the length of whatever has one before it knows the type, and an odd one throws. */
function parseFile(filled: unknown, source: string): z.ZodSafeParseResult<ConfigFile> {
  try {
    return configSchema.safeParse(filled);
  } catch {
    throw new ConfigError(source, ['the whole: a value is of a type that nobody could mean']);
  }
}

interface Reference {
  readonly name: string;
  readonly otherwise: string | undefined;
}

/**
 * Puts a plain word in the place of each reference, since `${NAME}` is no plain text inside `{ }`. They are filled in after
 * parsing, so that no value of the environment can change the structure.
 */
function markReferences(text: string): { marked: string; references: readonly Reference[] } {
  const references: Reference[] = [];
  const marked = text.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_, name: string, otherwise?: string) => {
      references.push({ name, otherwise });
      return `ENVREF-${references.length - 1}-`;
    },
  );
  return { marked, references };
}

function parseYaml(text: string, source: string): unknown {
  try {
    // No warnings: one would quote the line, which may hold a secret, and so does the message of an error.
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    const line = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line;
    throw new ConfigError(source, [`not YAML${line === undefined ? '' : `, see line ${line}`}`]);
  }
}

// The deepest key there is, with room.
const deepest = 16;

function fill(
  value: unknown,
  references: readonly Reference[],
  environment: Environment,
  path: readonly PropertyKey[],
  issues: string[],
): unknown {
  if (typeof value === 'string') {
    return value.replace(/ENVREF-(\d+)-/g, (mark, index: string) => {
      const reference = references[Number(index)];
      // Written by hand, and no mark of ours.
      if (!reference) return mark;
      const { name, otherwise } = reference;
      const found = environment[name] || otherwise;
      if (found === undefined) issues.push(`${pathText(path)}: the environment has no ${name}`);
      return found ?? '-';
    });
  }
  // An alias that stands inside its own anchor has no end.
  if (path.length > deepest) {
    if (path.length === deepest + 1) issues.push(`${pathText(path.slice(0, 2))}: nested too deeply`);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => fill(item, references, environment, [...path, index], issues));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        fill(item, references, environment, [...path, key], issues),
      ]),
    );
  }
  return value;
}

function describe(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${pathText(issue.path)}: ${messageOf(issue)}`);
}

/** A key that is none of ours may be a value in the wrong place: only what looks like a name is repeated. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const names = issue.keys.filter((key) => /^[a-zA-Z]{1,24}$/.test(key));
  return names.length > 0
    ? `Unrecognized key: ${names.map((name) => `"${name}"`).join(', ')}`
    : 'Unrecognized key';
}

function samePath(a: string, b: string): boolean {
  return a.slice(0, a.indexOf(': ')) === b.slice(0, b.indexOf(': '));
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'the whole';
}
