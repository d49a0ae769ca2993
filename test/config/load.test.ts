import { ConfigError, loadConfig, parseConfig, type Environment } from '../../src/config/load.ts';

const account = `
  - id: acme-se
    provider: briqpay
    baseUrl: https://playground-api.briqpay.com
    username: user
    secret: hush
    hookToken: token`;

/** A configuration of one account with these further lines, each a key of the account. */
const withLines = (...lines: string[]) =>
  `accounts:${account}${lines.map((line) => `\n    ${line}`).join('')}\n`;

const issuesOf = (text: string, environment: Environment = {}): readonly string[] => {
  try {
    parseConfig(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

describe('the least that is needed', () => {
  test('is one account; the rest has defaults', () => {
    expect(parseConfig(withLines(), {})).toEqual({
      accounts: [
        {
          id: 'acme-se',
          provider: 'briqpay',
          baseUrl: 'https://playground-api.briqpay.com',
          username: 'user',
          secret: 'hush',
          hookToken: 'token',
          signingSecret: undefined,
          unregistered: { perMinute: 600 },
        },
      ],
      alerts: [],
      sweeps: { everyMs: 900_000, driftHour: 3 },
      apiKeys: [],
      host: '127.0.0.1',
      port: 3000,
      logLevel: 'info',
      metrics: { host: '127.0.0.1', port: undefined, sdkPort: undefined },
      isTraced: false,
      publicUrl: 'http://127.0.0.1:3000',
    });
  });

  test('listens, logs and is reached as the environment says', () => {
    const environment = { HOST: '0.0.0.0', PORT: '8080', LOG_LEVEL: 'debug' };
    expect(parseConfig(withLines(), environment)).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      logLevel: 'debug',
      publicUrl: 'http://0.0.0.0:8080',
    });
    const told = parseConfig(`publicUrl: https://payments.example.com\n${withLines()}`, environment);
    expect(told.publicUrl).toBe('https://payments.example.com');
  });

  test('serves metrics where the environment says; what is set to nothing counts as not set', () => {
    const environment = { PORT: '', METRICS_HOST: '0.0.0.0', METRICS_PORT: '9464', SDK_METRICS_PORT: '' };
    const { port, metrics } = parseConfig(withLines(), environment);
    expect(port).toBe(3000);
    expect(metrics).toEqual({
      host: '0.0.0.0',
      port: 9464,
      sdkPort: undefined,
    });
    expect(issuesOf(withLines(), { METRICS_HOST: 'localhost', METRICS_PORT: '-1' })).toEqual([
      'METRICS_HOST: expected an IP address',
      expect.stringMatching(/^METRICS_PORT: /),
    ]);
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example/v1/traces' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'TRUE' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('traces as OpenTelemetry has it: %j', (environment, isTraced) => {
    expect(parseConfig(withLines(), environment).isTraced).toBe(isTraced);
  });

  test('refuses a collector that is no address, without repeating it', () => {
    const issues = issuesOf(withLines(), { OTEL_EXPORTER_OTLP_ENDPOINT: 'canary:4317' });
    expect(issues).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL']);
  });
});

test("the contract's own sample of a Briqpay account is a configuration", () => {
  // Word for word from section 7, without the BridgerPay account and the alerts whose URLs it leaves out.
  const sample = `
publicUrl: https://payments.example.com
accounts:
  - { id: acme-se, provider: briqpay, baseUrl: https://playground-api.briqpay.com, username: \${BRIQPAY_USERNAME}, secret: \${BRIQPAY_SECRET},
      hookToken: \${ACME_HOOK_TOKEN}, signingSecret: \${ACME_SIGNING_SECRET:-}, pending: { escalate: [15m, 2h, 24h] },
      methods: { invoice: { escalate: [24h, 72h] } }, events: { url: https://shop.example.com/payment-events, secret: \${ACME_EVENTS_SECRET} } }
apiKeys: [ { name: shop, key: \${SHOP_KEY}, scopes: [read, write], accounts: [acme-se] } ]
`;
  const environment = {
    BRIQPAY_USERNAME: 'user',
    BRIQPAY_SECRET: 'hush',
    ACME_HOOK_TOKEN: 'token',
    ACME_EVENTS_SECRET: 'whsec',
    SHOP_KEY: 'key',
  };
  expect(issuesOf(sample, environment)).toEqual([]);
  expect(parseConfig(sample, environment)).toMatchObject({
    publicUrl: 'https://payments.example.com',
    accounts: [
      {
        username: 'user',
        secret: 'hush',
        hookToken: 'token',
        signingSecret: undefined,
        pending: { escalate: [900_000, 7_200_000, 86_400_000] },
        methods: { invoice: { escalate: [86_400_000, 259_200_000] } },
        events: { url: 'https://shop.example.com/payment-events', secret: 'whsec' },
      },
    ],
    apiKeys: [{ name: 'shop', key: 'key', scopes: ['read', 'write'], accounts: ['acme-se'] }],
  });
});

test('alerts have a kind, a URL and perhaps a secret', () => {
  const alerts = `
alerts:
  - { kind: webhook, url: https://alerts.example.com, secret: whsec }
  - { kind: slack, url: https://hooks.slack.com/services/x }
`;
  expect(parseConfig(withLines() + alerts, {}).alerts).toEqual([
    { kind: 'webhook', url: 'https://alerts.example.com', secret: 'whsec' },
    { kind: 'slack', url: 'https://hooks.slack.com/services/x', secret: undefined },
  ]);
});

describe('${NAME}', () => {
  const tokenFrom = (text: string, environment: Environment) =>
    parseConfig(withLines().replace('username: user', `username: ${text}`), environment).accounts[0]
      ?.username;

  test('is taken from the environment, wherever it stands in a value', () => {
    const environment = { ONE: 'first', TWO_2: 'second' };
    expect(tokenFrom('${ONE}', environment)).toBe('first');
    expect(tokenFrom('a-${ONE}-${TWO_2}-z', environment)).toBe('a-first-second-z');
    expect(tokenFrom('"${ONE}"', environment)).toBe('first');
  });

  test('has another value to fall back on, for what is missing or empty', () => {
    expect(tokenFrom('${NAME:-other}', {})).toBe('other');
    expect(tokenFrom('${NAME:-other}', { NAME: '' })).toBe('other');
    expect(tokenFrom('${NAME:-other}', { NAME: 'own' })).toBe('own');
    expect(tokenFrom('${URL:-http://127.0.0.1:4010/a:-b}', {})).toBe('http://127.0.0.1:4010/a:-b');
  });

  test('falls back on nothing where that is said, which for an optional secret is none', () => {
    const text = withLines('signingSecret: ${SIGNING:-}');
    expect(parseConfig(text, {}).accounts).toMatchObject([{ signingSecret: undefined }]);
    expect(parseConfig(text, { SIGNING: 'whsec' }).accounts).toMatchObject([{ signingSecret: 'whsec' }]);
  });

  test('falling back on nothing is no value for what is needed', () => {
    expect(issuesOf(withLines().replace('hookToken: token', 'hookToken: ${TOKEN:-}'))).toEqual([
      expect.stringMatching(/^accounts\.0\.hookToken: /),
    ]);
  });

  test('that the environment does not have is told once, by name and place', () => {
    const text = withLines('events: { url: https://shop.example.com, secret: "${EVENTS_SECRET}" }');
    expect(issuesOf(text)).toEqual([
      'accounts.0.events.secret: the environment variable EVENTS_SECRET is not set',
    ]);
    expect(issuesOf(text, { EVENTS_SECRET: '' })).toHaveLength(1);
  });

  test('cannot change the structure, whatever it holds', () => {
    for (const value of [
      'x, provider: other',
      'x\nalerts: []',
      '}]',
      '# no',
      '"',
      "'",
      '&a',
      '*a',
      '!tag',
      '1',
      'null',
    ])
      expect(tokenFrom('${NAME}', { NAME: value })).toBe(value);
  });

  test('is not looked for in what came from the environment', () => {
    expect(tokenFrom('${NAME}', { NAME: '${OTHER}', OTHER: 'x' })).toBe('${OTHER}');
    expect(tokenFrom('${NAME}', { NAME: '$&$1' })).toBe('$&$1');
  });
});

describe('what is wrong is told all at once, with its path', () => {
  test('in every part of the file and of the environment', () => {
    const text = `
publicUrl: http://payments.example.com
accounts:
  - id: Acme
    provider: briqpay
    baseUrl: ftp://127.0.0.1
    username: user
    secret: \${SECRET}
    hookToken: ''
    pending: { recheck: [], escalate: [2h, 1h] }
    methods: { invoice: { recheck: [soon] } }
    settled: {}
    reread: 2s
    closeAfter: 7
    unregistered: { perMinute: -1 }
    events: { url: https://shop.example.com }
    colour: red
  - id: acme-eu
    provider: nobody
alerts: [{ kind: pigeon, url: https://a.example.com }]
apiKeys:
  - { name: '', key: k, scopes: [] }
  - { name: ops, key: k, scopes: [root] }
more: true
`;
    const issues = issuesOf(text, { PORT: 'http', LOG_LEVEL: 'loud', HOST: '' });
    expect(issues.map((issue) => issue.slice(0, issue.indexOf(':'))).toSorted()).toEqual(
      [
        'HOST',
        'LOG_LEVEL',
        'PORT',
        'accounts.0',
        'accounts.0.baseUrl',
        'accounts.0.closeAfter',
        'accounts.0.events.secret',
        'accounts.0.hookToken',
        'accounts.0.id',
        'accounts.0.methods.invoice.recheck.0',
        'accounts.0.pending.escalate',
        'accounts.0.pending.recheck',
        'accounts.0.reread',
        'accounts.0.secret',
        'accounts.0.settled.recheck',
        'accounts.0.unregistered.perMinute',
        'accounts.1.provider',
        'alerts.0.kind',
        'apiKeys.0.name',
        'apiKeys.0.scopes',
        'apiKeys.1.scopes.0',
        'publicUrl',
        'the whole file',
      ].toSorted(),
    );
  });

  test('an id that is used twice, and a key for an account that is not there, beside other mistakes', () => {
    const text = `accounts:${account}\n    closeAfter: soon${account}
apiKeys: [{ name: shop, key: k, scopes: [read], accounts: [acme-no] }]
`;
    const paths = issuesOf(text).map((issue) => issue.slice(0, issue.indexOf(':')));
    expect(paths.toSorted()).toEqual(['accounts.0.closeAfter', 'accounts.1.id', 'apiKeys.0.accounts']);
  });

  test('in the message too, a line each', () => {
    const message = messageOf(() =>
      parseConfig(withLines('colour: red', 'closeAfter: soon'), { PORT: 'x' }, 'a.yaml'),
    );
    const [title, ...lines] = message.split('\n');
    expect(title).toContain('a.yaml');
    expect(lines).toHaveLength(3);
  });
});

test.each([
  ['nothing', ''],
  ['a list', '- 1'],
  ['text', 'hello'],
  ['no accounts', 'apiKeys: []'],
  ['an empty list of accounts', 'accounts: []'],
  ['what is no YAML', 'accounts: ['],
  ['a key twice', withLines('colour: red', 'colour: blue')],
  ['an alias of nothing', 'accounts: *others'],
])('%s is no configuration, by a ConfigError', (_, text) => {
  expect(() => parseConfig(text, {})).toThrow(ConfigError);
});

test('what is no YAML is told by its line', () => {
  expect(issuesOf('accounts:\n  - {\n  ]')).toEqual([expect.stringMatching(/^not valid YAML, see line \d$/)]);
});

describe('the file', () => {
  test('is the one that PAYMENTS_CONFIG names', () => {
    expect(messageOf(() => loadConfig({ PAYMENTS_CONFIG: 'no/such.yaml' }))).toMatch(
      /no\/such\.yaml[\s\S]*cannot be read/,
    );
  });

  test('is config/local.yaml otherwise, which needs no environment', () => {
    for (const environment of [{}, { PAYMENTS_CONFIG: '' }])
      expect(loadConfig(environment).accounts.map(({ id }) => id)).toContain('acme-se');
  });

  test('of the demo takes the addresses of what the demo starts', () => {
    const environment = {
      PAYMENTS_CONFIG: 'config/demo.yaml',
      DEMO_API_URL: 'http://127.0.0.1:3000',
      DEMO_SANDBOX_URL: 'http://127.0.0.1:4010',
    };
    const { publicUrl, accounts } = loadConfig(environment);
    expect(publicUrl).toBe('http://127.0.0.1:3000');
    expect(accounts).toContainEqual(
      expect.objectContaining({ id: 'demo-shop', baseUrl: 'http://127.0.0.1:4010' }),
    );
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it holds');
}
