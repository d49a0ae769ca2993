import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ZodError } from 'zod';
import { readCompose, startOrder } from '../../../evidence/verify/compose/compose.ts';
import { interpolate, MissingVariable } from '../../../evidence/verify/compose/interpolate.ts';
import { nativeOf } from '../../../evidence/verify/compose/native.ts';
import { verified } from '../../../evidence/verify/services.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(`${root}docker-compose.yml`, 'utf8');
const environment = { POSTGRES_PASSWORD: 'its-password', PAYMENTS_CONFIG_FILE: '/etc/somewhere/config.yaml' };

describe('variables', () => {
  const set = { NAME: 'value', EMPTY: '' };

  test.each([
    ['plain', 'plain'],
    ['$NAME and ${NAME}', 'value and value'],
    ['${NAME:-otherwise}', 'value'],
    ['${OTHER:-otherwise}', 'otherwise'],
    ['${EMPTY:-otherwise}', 'otherwise'],
    ['${EMPTY-otherwise}', ''],
    ['${OTHER-otherwise}', 'otherwise'],
    ['${OTHER:-}', ''],
    ['${NAME:?set it}', 'value'],
    ['${EMPTY?set it}', ''],
    ['$$NAME and $$(date)', '$NAME and $(date)'],
    ['127.0.0.1:${PORT:-3000}:3000', '127.0.0.1:3000:3000'],
  ])('%s is %s', (from, to) => {
    expect(interpolate(from, set)).toBe(to);
  });

  test.each(['${OTHER:?set OTHER}', '${EMPTY:?set EMPTY}', '${OTHER?set OTHER}'])(
    '%s says what to set',
    (from) => {
      expect(() => interpolate(from, set)).toThrow(/is not set: set (OTHER|EMPTY)/);
    },
  );

  test('one without a default that is not set is an error', () => {
    expect(() => interpolate('${OTHER}', set)).toThrow(MissingVariable);
    expect(() => interpolate('$OTHER', set)).toThrow('OTHER is not set');
  });

  test('a value is not looked through for further ones', () => {
    expect(interpolate('${NAME}', { NAME: '${OTHER}' })).toBe('${OTHER}');
  });
});

describe('reading a compose file', () => {
  const small = `
services:
  one: &one
    image: some/image:1
    environment: { PORT: 3000, SECRET: '\${SECRET:?set it}' }
    depends_on: { other: { condition: service_healthy } }
  two:
    <<: *one
    command: ['run', '$$HOME']
    ports: ['127.0.0.1:\${PORT:-80}:8080', { target: 4010, host_ip: 127.0.0.1 }]
    volumes: ['./here:/there:ro']
    env_file: [{ path: its.env, required: false }, { path: other.env }]
  other: { image: other:2, environment: { <<: { A: '1' }, B: '2' } }
`;
  const { services } = readCompose(small, { SECRET: 'x' });

  test('takes anchors and merge keys', () => {
    expect(services['two']).toMatchObject({
      image: 'some/image:1',
      environment: { PORT: '3000', SECRET: 'x' },
      command: ['run', '$HOME'],
      depends_on: { other: { condition: 'service_healthy' } },
    });
    expect(services['other']?.environment).toEqual({ A: '1', B: '2' });
  });

  test('knows ports and mounted files', () => {
    expect(services['two']?.ports).toEqual([8080, 4010]);
    expect(services['two']?.volumes).toEqual([{ source: './here', target: '/there', mode: 'ro' }]);
  });

  test('knows env files', () => {
    expect(services['two']?.env_file).toEqual([
      { path: 'its.env', required: false },
      { path: 'other.env', required: true },
    ]);
    expect(services['other']?.env_file).toEqual([]);
  });

  test('a variable that must be set is asked for', () => {
    expect(() => readCompose(small, {})).toThrow('SECRET is not set: set it');
  });

  test('starts each service after those that it waits for', () => {
    const compose = readCompose(small, { SECRET: 'x' });
    expect(startOrder(compose, ['two', 'one'])).toEqual(['other', 'two', 'one']);
  });

  test('a circle is an error', () => {
    const circle = `services:
  a: { image: a:1, depends_on: { b: { condition: service_started } } }
  b: { image: b:1, depends_on: { a: { condition: service_started } } }`;
    expect(() => startOrder(readCompose(circle, {}), ['a'])).toThrow('a, b, a');
  });
});

test('a build in another form is refused', () => {
  const built = (build: string) => `services: { own: { image: own:1, build: ${build} } }`;
  expect(readCompose(built('{ context: ., target: sandbox }'), {}).services['own']?.build).toEqual({
    target: 'sandbox',
  });
  for (const build of [
    './elsewhere',
    '{ context: ./elsewhere, target: a }',
    '{ context: ., target: a, args: {} }',
  ])
    expect(() => readCompose(built(build), {})).toThrow(ZodError);
});

describe('a service as a process of this machine', () => {
  const { services } = readCompose(
    `
services:
  server:
    image: server:1
    environment: { SEEDS: db, POSTGRES_SEEDS: db, DB_PORT: '5432', USER: db, BIND: 0.0.0.0, FILE: /etc/file.yaml }
    command: ['serve', '--port', '7000', '--db', 'db:5432']
    volumes: ['./file.yaml:/etc/file.yaml:ro']
    healthcheck: { test: ['CMD', 'nc', '-z', 'localhost', '7000'] }
  strange: { image: strange:1, environment: { AT: 'db:1' } }
`,
    {},
  );
  const options = {
    ports: { db: { 5432: 20_001 } },
    own: { 7000: 20_002 },
    resolve: (path: string) => `/root-of/${path}`,
  };
  const native = nativeOf({ service: services['server']!, ...options });

  test('finds the others on the loopback', () => {
    expect(native.environment).toMatchObject({ POSTGRES_SEEDS: '127.0.0.1', DB_PORT: '20001' });
    expect(native.args).toEqual(['serve', '--port', '20002', '--db', '127.0.0.1:20001']);
  });

  test('a user that is called as a service is left alone', () => {
    expect(native.environment).toMatchObject({ USER: 'db', SEEDS: 'db' });
  });

  test('listens on the loopback, and reads the mounted file here', () => {
    expect(native.environment).toMatchObject({ BIND: '127.0.0.1', FILE: '/root-of/./file.yaml' });
  });

  test('is asked for its health where it listens', () => {
    expect(native.health).toEqual(['CMD', 'nc', '-z', 'localhost', '20002']);
  });

  test('a port that nobody has is an error', () => {
    expect(() => nativeOf({ service: services['strange']!, ...options })).toThrow('db has no port 1');
  });
});

describe('docker-compose.yml', () => {
  const compose = readCompose(text, environment);
  const services = Object.entries(compose.services);

  test('has every service that is verified, and no other but those for the eye', () => {
    const others = services
      .filter(([, { profiles }]) => profiles.includes('observability'))
      .map(([name]) => name);
    expect(services.map(([name]) => name).sort()).toEqual([...verified, ...others].sort());
    expect(others).toEqual(['prometheus', 'grafana']);
  });

  test('`docker compose up` starts all but what a profile asks for', () => {
    const started = services.filter(([, { profiles }]) => profiles.length === 0).map(([name]) => name);
    expect(started.sort()).toEqual(verified.filter((name) => name !== 'sandbox').sort());
  });

  test('asks for the two variables that it cannot do without, and for no other', () => {
    for (const name of Object.keys(environment))
      expect(() => readCompose(text, { ...environment, [name]: undefined })).toThrow(`${name} is not set`);
  });

  test('pins every image', () => {
    const foreign = services.filter(([, { build }]) => build === undefined);
    expect(foreign.filter(([, { image }]) => !/^[\w./-]+:v?\d+\.\d+(\.\d+)?$/.test(image))).toEqual([]);
    const dockerfile = readFileSync(`${root}Dockerfile`, 'utf8');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(bases.length).toBe(3);
    expect(bases.filter((image) => !/^node:24\.\d+\.\d+-bookworm-slim$/.test(image!))).toEqual([]);
  });

  test('builds the API and the worker from the default target, the sandbox from its own', () => {
    const own = services.flatMap(([name, { image, build }]) => (build ? [{ name, image, ...build }] : []));
    expect(own).toEqual([
      { name: 'api', image: 'payment-lifecycle:local', target: undefined },
      { name: 'worker', image: 'payment-lifecycle:local', target: undefined },
      { name: 'sandbox', image: 'payment-lifecycle-sandbox:local', target: 'sandbox' },
    ]);
    const stage = readFileSync(`${root}Dockerfile`, 'utf8')
      .split(/^FROM /m)
      .at(-2)!;
    expect(stage).toMatch(/^\S+ AS sandbox\n/);
    // The image, run alone, does the same.
    const [, command] = /^CMD (.*)$/m.exec(stage)!;
    expect(JSON.parse(command!)).toEqual(compose.services['sandbox']?.command);
  });

  test('holds no secret', () => {
    const raw = parse(text, { merge: true }) as {
      services: Record<string, { environment?: Record<string, string> }>;
    };
    const entries = Object.values(raw.services).flatMap(({ environment: own = {} }) => Object.entries(own));
    const secrets = entries.filter(([name]) => /PASS|PWD|SECRET|TOKEN|KEY/.test(name));
    expect(secrets.length).toBeGreaterThanOrEqual(3);
    expect(secrets.filter(([, value]) => !/^\$\{\w+:\?[^}]+\}$/.test(value))).toEqual([]);
  });

  test('publishes on the loopback alone', () => {
    const raw = parse(text, { merge: true }) as {
      services: Record<string, { ports?: (string | { host_ip?: string })[] }>;
    };
    const ports = Object.values(raw.services).flatMap(({ ports: own = [] }) => own);
    const open = ports.filter((port) =>
      typeof port === 'string' ? !port.startsWith('127.0.0.1:') : port.host_ip !== '127.0.0.1',
    );
    expect(ports.length).toBeGreaterThan(3);
    expect(open).toEqual([]);
  });

  test('hands the secrets of the configuration to the API and the worker alone', () => {
    const given = services.filter(([, { env_file }]) => env_file.length > 0);
    expect(given.map(([name]) => name)).toEqual(['api', 'worker']);
    for (const [, { env_file }] of given)
      expect(env_file).toEqual([{ path: 'payments.env', required: false }]);
  });

  test('waits for the health of what it depends on, and every condition can come true', () => {
    for (const [name, { depends_on: needs }] of services) {
      for (const [other, { condition }] of Object.entries(needs)) {
        const found = compose.services[other]!;
        const canBe = {
          service_healthy: found.healthcheck !== undefined,
          service_completed_successfully: found.restart === undefined,
          service_started: true,
        };
        expect({ name, other, canBe: canBe[condition] }).toEqual({ name, other, canBe: true });
      }
    }
  });

  test('gives a worker the time to end that it takes', () => {
    for (const name of ['api', 'worker'])
      expect(compose.services[name]?.stop_grace_period).toBeGreaterThanOrEqual(30_000);
  });

  test('every file that it mounts from the repository is there', () => {
    const mounted = services
      .flatMap(([, { volumes }]) => volumes)
      .filter(({ source }) => source.startsWith('./deploy/dynamic'));
    expect(mounted.length).toBe(1);
    for (const { source } of mounted) expect(() => readFileSync(`${root}${source}`)).not.toThrow();
  });
});
