import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { startProcess, type Process } from '../../../tools/process.ts';

export interface PostgresOptions {
  /** The folder of PostgreSQL's programs. */
  readonly programs: string;
  /** A folder that is not there yet, for the data. */
  readonly folder: string;
  readonly port: number;
  /** The environment of its container. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface Postgres {
  start(): Promise<Process>;
}

type User = { readonly uid: number; readonly gid: number };

/** Makes a database cluster as the image does, owned by an unprivileged user, and answers how it is started. */
export async function createPostgres(options: PostgresOptions): Promise<Postgres> {
  const { programs, folder, port, environment, logFile } = options;
  const { POSTGRES_USER = 'postgres', POSTGRES_PASSWORD = '' } = environment;
  const data = join(folder, 'data');
  const user = await unprivileged();
  const run = (program: string, args: readonly string[]) =>
    execa(join(programs, program), args, { cwd: folder, ...user });

  mkdirSync(folder);
  if (user) chownSync(folder, user.uid, user.gid);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, POSTGRES_PASSWORD, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const access = ['--auth', 'scram-sha-256', '--username', POSTGRES_USER, '--pwfile', passwordFile];
  await run('initdb', ['--pgdata', data, '--encoding', 'UTF8', '--no-locale', ...access]);
  rmSync(passwordFile);
  writeFileSync(logFile, '');
  chmodSync(logFile, 0o644);

  return {
    async start() {
      const process = startProcess({
        name: 'postgres',
        program: join(programs, 'postgres'),
        // No socket in a folder that others share.
        args: ['-D', data, '-h', '127.0.0.1', '-p', `${port}`, '-c', 'unix_socket_directories='],
        cwd: folder,
        logFile,
        user,
      });
      await process.started;
      return {
        ...process,
        // As in a crash: nothing more is written, and the next start recovers from the log.
        signal: () =>
          void run('pg_ctl', ['stop', '-m', 'immediate', '-D', data]).catch(() => process.signal('SIGQUIT')),
      };
    },
  };
}

export interface DatabaseSize {
  readonly name: string;
  readonly bytes: number;
}

/** What queries of a running cluster need. */
export type Access = Pick<PostgresOptions, 'programs' | 'port' | 'environment'>;

/** The size of each of Temporal's databases. */
export async function readDatabaseSizes(access: Access): Promise<DatabaseSize[]> {
  const sizes =
    "SELECT datname, pg_database_size(datname) FROM pg_database WHERE datname LIKE 'temporal%' ORDER BY datname";
  return (await query(access, 'postgres', sizes)).map((line) => {
    const [name = '', bytes] = line.split('|');
    return { name, bytes: Number(bytes) };
  });
}

/** How the binary values of a database are written: the words of the columns that say so beside each. */
export async function readEncodings(access: Access, database: string): Promise<string[]> {
  const selects = await query(
    access,
    database,
    `SELECT format('SELECT %I::text FROM %I', column_name, table_name) FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name LIKE '%encoding'`,
  );
  const words = new Set(await query(access, database, selects.join(' UNION ')));
  return [...words].filter((word) => word !== '').sort();
}

/** Writes the whole of a database into a file, as `pg_dump` does by default: SQL, binary values in hex. */
export async function dumpDatabase(access: Access, database: string, file: string): Promise<void> {
  await runClient(access, 'pg_dump', ['-d', database, '-f', file]);
}

/** The lines that a query answers, without empty ones at the end. */
async function query(access: Access, database: string, sql: string): Promise<string[]> {
  const stdout = await runClient(access, 'psql', ['-d', database, '-Atc', sql]);
  return stdout.trimEnd().split('\n');
}

async function runClient(access: Access, program: string, args: readonly string[]): Promise<string> {
  const { programs, port, environment } = access;
  const { POSTGRES_USER = 'postgres', POSTGRES_PASSWORD = '' } = environment;
  const server = ['-h', '127.0.0.1', '-p', `${port}`, '-U', POSTGRES_USER];
  const env = { PGPASSWORD: POSTGRES_PASSWORD };
  const { stdout } = await execa(join(programs, program), [...server, ...args], { env, extendEnv: false });
  return stdout;
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => execa('id', [flag, name], { reject: false })));
    const [uid, gid] = ids.map(({ stdout }) => Number(stdout));
    if (uid && gid) return { uid, gid };
  }
  throw new Error('there is no unprivileged user to run PostgreSQL as');
}
