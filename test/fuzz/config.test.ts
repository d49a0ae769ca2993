import fc from 'fast-check';
import { inspect } from 'node:util';
import { stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../src/config/load.ts';
import { fuzz } from './fuzz.ts';
import { oddText } from './odd.ts';
import { anyGarbage, anyWire } from './wire.ts';

// Whatever stands in the file and in the environment: a configuration or a ConfigError, and no secret in what it says.

const canary = 'canary-0f6b1c';

const config = {
  publicUrl: 'https://payments.example.com',
  accounts: [
    {
      id: 'acme-se',
      provider: 'briqpay',
      baseUrl: 'https://playground-api.briqpay.com',
      username: `${canary}-1`,
      secret: `${canary}-2`,
      hookToken: '${TOKEN}',
      signingSecret: '${SIGNING:-}',
      pending: { recheck: ['1m', '5m'], escalate: ['15m', '2h', '24h'] },
      methods: { invoice: { escalate: ['24h', '72h'] } },
      events: { url: 'https://shop.example.com/events', secret: `${canary}-3` },
      closeAfter: '7d',
      requireRegistration: false,
      unregistered: { perMinute: 600 },
    },
    {
      id: 'acme-eu',
      provider: 'bridgerpay',
      baseUrl: 'http://127.0.0.1:4010',
      username: `${canary}-4`,
      password: `${canary}-5`,
      apiKey: `${canary}-6`,
      hookToken: `${canary}-7`,
    },
  ],
  alerts: [{ kind: 'webhook', url: 'https://alerts.example.com', secret: `${canary}-8` }],
  apiKeys: [{ name: 'shop', key: `${canary}-9`, scopes: ['read', 'write'], accounts: ['acme-se'] }],
};
const words = [
  'briqpay',
  'bridgerpay',
  'acme-se',
  '15m',
  '0ms',
  '999999999d',
  'http://evil.example',
  '${TOKEN}',
  '${NOBODY}',
  '${TOKEN:-x}',
  `\${${canary}`,
  'slack',
];
const anyJson = anyWire([config], words, { isShallow: true });
const anyYaml = fc.oneof(
  anyJson,
  anyJson.map((text) => stringify(JSON.parse(text))),
);
const anyEnvironment = fc.dictionary(
  fc.constantFrom('TOKEN', 'SIGNING', 'HOST', 'PORT', 'LOG_LEVEL'),
  fc.oneof(oddText, fc.constantFrom(canary, '8080')),
);

fuzz(
  'a spoilt configuration',
  fc.tuple(anyYaml, anyEnvironment),
  { modest: 250, share: 0.2 },
  ([text, environment]) => {
    expectConfigOrError(text, { TOKEN: canary, ...environment });
  },
);

fuzz(
  'a damaged file',
  fc.tuple(anyGarbage(anyYaml), anyEnvironment),
  { modest: 250, share: 0.2 },
  ([bytes, environment]) => {
    expectConfigOrError(bytes.toString(), environment);
  },
);

const signs = [
  '&a ',
  '*a',
  '!!binary ',
  '!!set ',
  '!x ',
  '? ',
  '- ',
  '<<: ',
  '|\n',
  '>\n',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '\t',
  ': ',
  '\n  ',
  canary,
  '${TOKEN}',
  'accounts',
];
fuzz(
  'a heap of YAML signs',
  fc.array(fc.constantFrom(...signs), { maxLength: 30 }).map((parts) => parts.join('')),
  { modest: 400, share: 0.5 },
  (text) => {
    expectConfigOrError(text, { TOKEN: canary });
  },
);

function expectConfigOrError(text: string, environment: Record<string, string>): void {
  try {
    const { accounts, port } = parseConfig(text, environment, 'the file');
    expect(accounts.length).toBeGreaterThan(0);
    expect(port).toBeGreaterThanOrEqual(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    // Not by its cause either.
    expect(inspect(error, { depth: 9 })).not.toContain(canary);
    expect(error.issues.join('\n')).toMatch(/\S/);
  }
}
