import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema, type ConfigFile } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Config extends ConfigFile {
  /** Where the API listens. */
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** What providers reach the hooks by. */
  readonly publicUrl: string;
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

const environmentSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.enum(logLevels).default('info'),
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
  const issues: string[] = [];
  const filled = fill(parseYaml(text, source), environment, [], issues);
  const file = configSchema.safeParse(filled);
  const settings = environmentSchema.safeParse(environment);
  issues.push(...describe(file.error), ...describe(settings.error));
  if (!file.success || !settings.success || issues.length > 0) throw new ConfigError(source, issues);
  const { HOST: host, PORT: port, LOG_LEVEL: logLevel } = settings.data;
  return { ...file.data, host, port, logLevel, publicUrl: file.data.publicUrl ?? `http://${host}:${port}` };
}

function parseYaml(text: string, source: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // The parser's message quotes the line, which may hold a secret.
    const line = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line;
    throw new ConfigError(source, [`not YAML${line === undefined ? '' : `, see line ${line}`}`]);
  }
}

/** Fills in after parsing, so that no value of the environment can change the structure. */
function fill(
  value: unknown,
  environment: Environment,
  path: readonly PropertyKey[],
  issues: string[],
): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, otherwise?: string) => {
      const found = environment[name] || otherwise;
      if (found === undefined) issues.push(`${pathText(path)}: the environment has no ${name}`);
      return found ?? '-';
    });
  }
  if (Array.isArray(value))
    return value.map((item, index) => fill(item, environment, [...path, index], issues));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fill(item, environment, [...path, key], issues)]),
    );
  }
  return value;
}

function describe(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${pathText(issue.path)}: ${issue.message}`);
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'the whole';
}
