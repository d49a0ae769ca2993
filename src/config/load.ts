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
  /** Whether the environment names a collector for traces. The OpenTelemetry SDK reads its other variables itself. */
  readonly isTraced: boolean;
  /** The base URL by which providers reach the hooks. */
  readonly publicUrl: string;
}

/** Where metrics are served. `host` is an IP address. Without `port` the API serves them itself and the worker not at all. */
interface MetricsPorts {
  readonly host: string;
  readonly port?: number | undefined;
  /** The port of the Temporal SDK's own metrics; without it they are not served. */
  readonly sdkPort?: number | undefined;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** All errors of a configuration. They name paths and never values, which may be secrets. */
export class ConfigError extends Error {
  readonly issues: readonly string[];

  constructor(source: string, issues: readonly string[]) {
    super([`the configuration (${source}) is invalid:`, ...issues.map((issue) => `  ${issue}`)].join('\n'));
    this.name = 'ConfigError';
    this.issues = issues;
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
// Compose files pass unset variables as empty texts.
const unsetIfEmpty = (value: unknown) => (value === '' ? undefined : value);
const optionalPort = z.preprocess(unsetIfEmpty, port.optional());

const collector = z.preprocess(
  unsetIfEmpty,
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

/** Loads the file that `PAYMENTS_CONFIG` names (default `config/local.yaml`), with the environment. Throws a ConfigError. */
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

/** Parses a YAML text, in which `${NAME}` and `${NAME:-default}` stand for environment variables. Throws a ConfigError. */
export function parseConfig(text: string, environment: Environment, source = 'text'): Config {
  const { marked, references } = markReferences(text);
  const issues: string[] = [];
  const filled = fill(parseYaml(marked, source), references, environment, [], issues);
  const missing = issues.length;
  const file = parseFile(filled, source);
  const settings = environmentSchema.safeParse(environment);
  // A missing variable is reported once, not again as an invalid value.
  const found = [...describe(file.error), ...crossIssues(filled), ...describe(settings.error)];
  issues.push(...found.filter((issue) => !issues.slice(0, missing).some((known) => samePath(known, issue))));
  if (!file.success || !settings.success || issues.length > 0) throw new ConfigError(source, issues);
  const { HOST: host, PORT: port, LOG_LEVEL: logLevel, ...rest } = settings.data;
  const metrics = { host: rest.METRICS_HOST, port: rest.METRICS_PORT, sdkPort: rest.SDK_METRICS_PORT };
  const publicUrl = file.data.publicUrl ?? `http://${host}:${port}`;
  return { ...file.data, host, port, logLevel, metrics, isTraced: isTraced(rest), publicUrl };
}

/** Evaluates OpenTelemetry's variables: an endpoint turns tracing on, two others can turn it off. */
function isTraced(environment: Partial<z.infer<typeof environmentSchema>>): boolean {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: tracesEndpoint, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } =
    environment;
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_SDK_DISABLED: disabled } = environment;
  return (
    (tracesEndpoint ?? endpoint) !== undefined && exporter !== 'none' && disabled?.toLowerCase() !== 'true'
  );
}

/** Catches exceptions of zod, which reads `length` before it checks the type and throws for some values. */
function parseFile(filled: unknown, source: string): z.ZodSafeParseResult<ConfigFile> {
  try {
    return configSchema.safeParse(filled);
  } catch {
    throw new ConfigError(source, ['the whole file: a value has an unexpected type']);
  }
}

interface Reference {
  readonly name: string;
  readonly fallback: string | undefined;
}

/**
 * Replaces each `${NAME}` by a placeholder that YAML reads as text. The values are filled in after parsing, so that no value of
 * the environment can change the structure of the file.
 */
function markReferences(text: string): { marked: string; references: readonly Reference[] } {
  const references: Reference[] = [];
  const marked = text.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => {
      references.push({ name, fallback });
      return `ENVREF-${references.length - 1}-`;
    },
  );
  return { marked, references };
}

function parseYaml(text: string, source: string): unknown {
  try {
    // Neither warnings nor the message of an error are shown, since they quote lines, which may contain secrets.
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    const line = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line;
    throw new ConfigError(source, [`not valid YAML${line === undefined ? '' : `, see line ${line}`}`]);
  }
}

// Deeper than any key of the schema.
const maxDepth = 16;

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
      // The file itself contains this text; it is not a placeholder.
      if (!reference) return mark;
      const { name, fallback } = reference;
      const found = environment[name] || fallback;
      if (found === undefined) issues.push(`${pathText(path)}: the environment variable ${name} is not set`);
      return found ?? '-';
    });
  }
  // A YAML alias inside its own anchor nests without end.
  if (path.length > maxDepth) {
    if (path.length === maxDepth + 1) issues.push(`${pathText(path.slice(0, 2))}: nested too deeply`);
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

/** Repeats an unknown key only if it looks like a name, since it may be a secret in the wrong place. */
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
  return path.map(String).join('.') || 'the whole file';
}
