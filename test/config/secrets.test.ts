import { inspect } from 'node:util';
import { parseConfig } from '../../src/config/load.ts';

const canary = 'canary-0f6b1c';

// Every field that holds a secret, by where it stands.
const fields = {
  account: ['username', 'secret', 'hookToken', 'signingSecret'],
  events: ['secret'],
  alert: ['secret'],
  apiKey: ['key'],
} as const;

type Place = keyof typeof fields;
type Style = 'flow' | 'block';

const styles: readonly Style[] = ['flow', 'block'];
const spots = Object.entries(fields).flatMap(([place, keys]) =>
  keys.map((key) => [place as Place, key] as const),
);

/** How a line with a secret can be wrong; each gives the whole of the line. */
const mistakes: Readonly<Record<string, (key: string) => string>> = {
  'nothing wrong with it': (key) => `${key}: ${canary}`,
  'a list': (key) => `${key}: [${canary}]`,
  'a map': (key) => `${key}: { ${canary}: ${canary} }`,
  'a misspelt key': (key) => `${key}x: ${canary}`,
  'no space after the colon': (key) => `${key}:${canary}`,
  'an open quote': (key) => `${key}: "${canary}`,
  'a bracket too many': (key) => `${key}: ${canary}]`,
  'a bad escape': (key) => `${key}: "\\q${canary}"`,
  'a value that begins like a tag': (key) => `${key}: !${canary}`,
  'a value that begins like an alias': (key) => `${key}: *${canary}`,
  'a value that begins like an anchor': (key) => `${key}: &${canary}`,
  'a value that begins with a sign that YAML keeps': (key) => `${key}: @${canary}`,
  'a placeholder that is not closed': (key) => `${key}: "\${${canary}"`,
  'a colon in the value': (key) => `${key}: ${canary}: ${canary}`,
};

afterEach(() => jest.restoreAllMocks());

test.each(Object.keys(mistakes))('a secret is never printed: %s', (mistake) => {
  const leaking = spots.flatMap(([place, key]) =>
    styles
      .filter((style) => printed(configText(style, place, key, mistakes[mistake]!)).includes('canary'))
      .map((style) => `${place}.${key}, ${style} style`),
  );
  expect(leaking).toEqual([]);
});

test('a secret is never printed: it came from the environment, into a place where it does not belong', () => {
  const places = ['publicUrl', 'id', 'provider', 'baseUrl', 'closeAfter', 'url', 'kind', 'scopes'];
  const leaking = places.filter((name) => {
    const text = configText('flow', 'account', 'secret', (key) => `${key}: s`).replace(
      new RegExp(`\\b${name}: [^,\\n}]+`),
      `${name}: "\${SECRET}"`,
    );
    expect(text).toContain('SECRET');
    return printed(text, { SECRET: canary }).includes('canary');
  });
  expect(leaking).toEqual([]);
});

test('a secret is never printed: the environment is wrong', () => {
  for (const name of ['HOST', 'PORT', 'LOG_LEVEL']) {
    const text = configText('flow', 'account', 'secret', (key) => `${key}: s`);
    expect(printed(text, { [name]: name === 'HOST' ? '' : canary })).toMatch(
      new RegExp(`${name}: (?!.*canary)`),
    );
  }
});

test('this test sees what is printed', () => {
  const seen = printed('accounts: [', {});
  expect(seen).toContain('not valid YAML');
});

/** Everything that parsing says to anybody: its error, warnings, the console. */
function printed(text: string, environment: Record<string, string> = {}): string {
  const said: unknown[] = [];
  const hear = (...args: unknown[]) => void said.push(...args);
  const spies = [
    jest.spyOn(process, 'emitWarning').mockImplementation(hear),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      jest.spyOn(console, level).mockImplementation(hear),
    ),
  ];
  try {
    parseConfig(text, environment);
  } catch (error) {
    said.push(error);
  }
  for (const spy of spies) spy.mockRestore();
  return said.map((what) => `${String(what)} ${inspect(what, { depth: 9, showHidden: true })}`).join('\n');
}

/** A whole configuration, with the line of one secret as `line` has it. */
function configText(style: Style, place: Place, key: string, line: (key: string) => string): string {
  const at = (here: Place, name: string) => (here === place && name === key ? line(name) : `${name}: s`);
  const map = (indent: string, lines: readonly string[]) =>
    style === 'flow' ? `{ ${lines.join(', ')} }` : lines.join(`\n${indent}`);
  const nested = (indent: string, lines: readonly string[]) =>
    style === 'flow' ? map('', lines) : `\n${indent}${map(indent, lines)}`;
  const events = nested('      ', ['url: https://shop.example.com', at('events', 'secret')]);
  const account = map('    ', [
    'id: acme-se',
    'provider: briqpay',
    'baseUrl: https://api.example.com',
    ...fields.account.map((name) => at('account', name)),
    'closeAfter: 7d',
    `events: ${events}`,
  ]);
  return `
publicUrl: https://payments.example.com
accounts:
  - ${account}
alerts:
  - ${map('    ', ['kind: webhook', 'url: https://alerts.example.com', at('alert', 'secret')])}
apiKeys:
  - ${map('    ', ['name: shop', at('apiKey', 'key'), 'scopes: [read]'])}
`;
}
