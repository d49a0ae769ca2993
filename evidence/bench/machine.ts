import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { execaSync } from 'execa';
import { checkout } from '../../tools/build-product.ts';

/** The machine that the figures were taken on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly sdk: string;
  /** The Temporal CLI and the server in it. */
  readonly server: string;
  /** It kept its state in a file, not in memory. */
  readonly isOnDisk?: boolean;
  /** As the server's own command line has it. */
  readonly dynamicConfig: readonly string[];
  readonly commit: string;
  /** The sources were not those of the commit. */
  readonly isChanged: boolean;
}

/** Describes this machine, and the server by its CLI and its process. */
export function describeMachine(cli: string, serverPid: number): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    sdk: sdkVersion(),
    server: execaSync(cli, ['--version']).stdout,
    isOnDisk: commandLineOf(serverPid).includes('--db-filename'),
    dynamicConfig: dynamicConfigOf(serverPid),
    commit: git('rev-parse', '--short', 'HEAD'),
    isChanged: git('status', '--porcelain', '--', 'src') !== '',
  };
}

function sdkVersion(): string {
  const text = readFileSync(`${checkout}package.json`, 'utf8');
  return (
    (JSON.parse(text) as { dependencies: Record<string, string> }).dependencies['@temporalio/worker'] ?? ''
  );
}

function dynamicConfigOf(pid: number): string[] {
  return commandLineOf(pid).filter((_, index, words) => words[index - 1] === '--dynamic-config-value');
}

function commandLineOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
}

/** Empty in a copy of the sources without their history. */
function git(...args: string[]): string {
  return execaSync('git', args, { cwd: checkout, reject: false }).stdout;
}
