import { ConfigError, parseConfig } from '../../src/config/load.ts';
import { policyOf } from '../../src/config/patience.ts';
import { channelName } from '../../src/config/schema.ts';

const base = {
  id: 'acme-se',
  provider: 'briqpay',
  baseUrl: 'https://api.briqpay.com',
  username: 'user',
  secret: 'hush',
  hookToken: 'token',
};

/** A configuration as JSON, which is YAML too. */
const configOf = (account: object, more: object = {}) =>
  parseConfig(JSON.stringify({ accounts: [{ ...base, ...account }], ...more }), {});

const issuesOf = (account: object, more: object = {}): readonly string[] => {
  try {
    configOf(account, more);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const policyFrom = (account: object) => policyOf(configOf(account).accounts[0]!);

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('an account id', () => {
  test.each(['a', '7', 'acme-se', '0-', 'a'.repeat(40)])('%s is one', (id) => {
    expect(issuesOf({ id })).toEqual([]);
  });

  test.each(['', '-a', 'Acme', 'acme_se', 'acme:se', 'acme/se', 'acme se', 'åcme', 'a\n', 'a'.repeat(41)])(
    '%j is none',
    (id) => {
      expect(issuesOf({ id })).toEqual([expect.stringMatching(/^accounts\.0\.id: /)]);
    },
  );

  test('is used once', () => {
    expect(issuesOf({}, { accounts: [base, { ...base, id: 'acme-no' }, base] })).toEqual([
      'accounts.2.id: used twice',
    ]);
  });
});

test('two accounts may share a hook token', () => {
  expect(issuesOf({}, { accounts: [base, { ...base, id: 'acme-no' }] })).toEqual([]);
});

describe('a URL', () => {
  test.each([
    'https://api.briqpay.com',
    'https://10.0.0.1:8443/base',
    'http://localhost:4010',
    'http://127.0.0.1',
    'http://[::1]:4010',
  ])('%s is fine', (baseUrl) => {
    expect(issuesOf({ baseUrl })).toEqual([]);
  });

  test.each([
    'http://api.briqpay.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com',
    'http://0.0.0.0',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'api.briqpay.com',
    '//api.briqpay.com',
    '',
  ])('%s is not: http shows credentials on the way, but on loopback', (url) => {
    const refused = 'expected an https URL (http on loopback only)';
    expect(issuesOf({ baseUrl: url })).toEqual([`accounts.0.baseUrl: ${refused}`]);
    expect(issuesOf({ events: { url, secret: 's' } })).toEqual([`accounts.0.events.url: ${refused}`]);
    expect(issuesOf({}, { publicUrl: url, alerts: [{ kind: 'slack', url }] })).toEqual([
      `publicUrl: ${refused}`,
      `alerts.0.url: ${refused}`,
    ]);
  });
});

test.each([
  ['at the top', {}, { colour: 'red' }, 'the whole file'],
  ['of an account', { colour: 'red' }, {}, 'accounts.0'],
  ['of another provider', { apiKey: 'k', cashierKey: 'k' }, {}, 'accounts.0'],
  ['of a ladder', { pending: { rechek: ['1m'] } }, {}, 'accounts.0.pending'],
  ['of a method', { methods: { card: { closeAfter: '1d' } } }, {}, 'accounts.0.methods.card'],
  ['of a budget', { unregistered: { perMinute: 1, perHour: 1 } }, {}, 'accounts.0.unregistered'],
  ['of events', { events: { url: base.baseUrl, secret: 's', retries: 3 } }, {}, 'accounts.0.events'],
  ['of an alert', {}, { alerts: [{ kind: 'slack', url: base.baseUrl, channel: '#ops' }] }, 'alerts.0'],
  [
    'of an API key',
    {},
    { apiKeys: [{ name: 'shop', key: 'k', scopes: ['read'], account: 'x' }] },
    'apiKeys.0',
  ],
])('a key %s that nobody knows is refused', (_, account, more, path) => {
  expect(issuesOf(account, more)).toEqual([expect.stringMatching(new RegExp(`^${path}: Unrecognized key`))]);
});

describe('an API key', () => {
  const key = { name: 'shop', key: 'k', scopes: ['read'] };

  test('without accounts sees all of them', () => {
    expect(configOf({}, { apiKeys: [key] }).apiKeys).toEqual([key]);
  });

  test('names accounts that are there', () => {
    expect(issuesOf({}, { apiKeys: [{ ...key, accounts: ['acme-se'] }] })).toEqual([]);
    expect(issuesOf({}, { apiKeys: [{ ...key, accounts: ['acme-se', 'acme-no'] }] })).toEqual([
      expect.stringMatching(/^apiKeys\.0\.accounts: /),
    ]);
  });

  test('has a scope at least, of those there are', () => {
    expect(issuesOf({}, { apiKeys: [{ ...key, scopes: ['read', 'write', 'ops'] }] })).toEqual([]);
    expect(issuesOf({}, { apiKeys: [{ ...key, scopes: [] }] })).toHaveLength(1);
    expect(issuesOf({}, { apiKeys: [{ ...key, scopes: ['admin'] }] })).toHaveLength(1);
  });
});

describe('the policy of an account', () => {
  const defaults = {
    pending: {
      recheck: [minute, 5 * minute, 15 * minute, hour, 4 * hour],
      escalate: [15 * minute, 2 * hour, 24 * hour],
    },
    methods: {},
    settled: { recheck: [hour, day, 7 * day] },
    capturePending: [hour, day, 3 * day],
    refundPending: [hour, day, 3 * day],
    cancelPending: [hour, day, 3 * day],
    expiryWarning: day,
    remindAfter: 7 * day,
    refunds: 'claim',
    reread: [2 * second, 10 * second, minute, 5 * minute],
    closeAfter: 7 * day,
    refundWindow: 180 * day,
    abandonAfter: 24 * hour,
    requireRegistration: false,
    firstReadWithin: second,
  };

  test('that says nothing is the default', () => {
    expect(policyFrom({})).toEqual(defaults);
  });

  test.each([
    [
      'pending.escalate',
      { pending: { escalate: ['1h'] } },
      { pending: { ...defaults.pending, escalate: [hour] } },
    ],
    [
      'pending.recheck',
      { pending: { recheck: ['2s'] } },
      { pending: { ...defaults.pending, recheck: [2 * second] } },
    ],
    ['settled', { settled: { recheck: ['1d'] } }, { settled: { recheck: [day] } }],
    ['capturePending', { capturePending: ['2h', '1d'] }, { capturePending: [2 * hour, day] }],
    ['refundPending', { refundPending: { escalate: ['2h'] } }, { refundPending: [2 * hour] }],
    ['cancelPending', { cancelPending: ['30s'] }, { cancelPending: [30 * second] }],
    ['capture_pending', { capture_pending: { escalate: ['2h'] } }, { capturePending: [2 * hour] }],
    ['refund_pending', { refund_pending: ['2h'] }, { refundPending: [2 * hour] }],
    ['cancel_pending', { cancel_pending: ['2h', '3h'] }, { cancelPending: [2 * hour, 3 * hour] }],
    ['expiryWarning', { expiryWarning: '3d' }, { expiryWarning: 3 * day }],
    ['remindAfter', { remindAfter: '1d' }, { remindAfter: day }],
    ['refunds', { refunds: 'count' }, { refunds: 'count' }],
    ['reread', { reread: ['500ms'] }, { reread: [500] }],
    ['closeAfter', { closeAfter: '1d' }, { closeAfter: day }],
    ['refundWindow', { refundWindow: '30d' }, { refundWindow: 30 * day }],
    ['abandonAfter', { abandonAfter: '2h' }, { abandonAfter: 2 * hour }],
    ['requireRegistration', { requireRegistration: true }, { requireRegistration: true }],
    ['requireRegistration, denied', { requireRegistration: false }, {}],
    ['firstReadWithin', { firstReadWithin: '250ms' }, { firstReadWithin: 250 }],
    ['firstReadWithin, denied', { firstReadWithin: 'off' }, { firstReadWithin: 0 }],
  ])('that sets %s keeps the rest', (_, account, changed) => {
    expect(policyFrom(account)).toEqual({ ...defaults, ...changed });
  });

  test('of a method replaces the steps that it names, and is found in lower case', () => {
    const methods = { Invoice: { escalate: ['24h', '72h'] }, SWISH: { recheck: ['10s'] }, 'pay later': {} };
    expect(policyFrom({ methods }).methods).toEqual({
      invoice: { escalate: [day, 3 * day] },
      swish: { recheck: [10 * second] },
      'pay later': {},
    });
  });

  test.each(['capture', 'refund', 'cancel'])(
    'takes either spelling of what a %s waits for, not both',
    (kind) => {
      const [key, other] = [`${kind}Pending`, `${kind}_pending`];
      expect(issuesOf({ [key]: ['1h'], [other]: ['1h'] })).toEqual([
        `accounts.0.${other}: also given in another spelling`,
      ]);
    },
  );

  test.each([
    [
      'a falling list',
      { capturePending: ['2h', '1h'] },
      'capturePending: expected each duration to be longer',
    ],
    ['an empty list', { refund_pending: [] }, 'refund_pending: expected at least one duration'],
    [
      'a falling ladder',
      { cancelPending: { escalate: ['2h', '1h'] } },
      'cancelPending: expected each duration',
    ],
    ['rechecks', { capturePending: { recheck: ['1h'] } }, 'capturePending: '],
    ['refunds of another kind', { refunds: 'trust' }, 'refunds: '],
    ['no warning at all', { expiryWarning: '0s' }, 'expiryWarning: expected a duration'],
  ])('with %s is refused', (_, account, issue) => {
    expect(issuesOf(account)).toEqual([expect.stringContaining(`accounts.0.${issue}`)]);
  });

  test('whose numbers are given as numbers is refused: nobody knows their unit', () => {
    expect(issuesOf({ closeAfter: 7, reread: [2, 10] })).toHaveLength(3);
  });
});

test.each([0, 1, 600])('a budget of %i orders a minute', (perMinute) => {
  expect(configOf({ unregistered: { perMinute } }).accounts[0]?.unregistered).toEqual({ perMinute });
});

describe('an alert channel', () => {
  const url = 'https://alerts.example.com';

  test.each([
    ['a webhook without a secret, which would not be signed', { kind: 'webhook', url }],
    ['PagerDuty without its integration key', { kind: 'pagerduty' }],
    ['a name that would not do in a history', { kind: 'slack', url, name: 'The Team' }],
    ['an account that is not there', { kind: 'slack', url, accounts: ['nobody'] }],
  ])('is refused as %s', (_, alert) => {
    expect(issuesOf({}, { alerts: [alert] })).toHaveLength(1);
  });

  test('has a name that does not depend on its place in the file, and gives nothing away', () => {
    const slack = { kind: 'slack', url: `${url}/secret` };
    const webhook = { kind: 'webhook', url, secret: 's' };
    const namesOf = (...alerts: object[]) => configOf({}, { alerts }).alerts.map(channelName);
    const [first, second] = namesOf(slack, webhook);
    expect(namesOf(webhook, slack)).toEqual([second, first]);
    expect(first).toMatch(/^slack-[0-9a-f]{8}$/);
    expect(namesOf({ ...slack, name: 'team' })).toEqual(['team']);
    expect(
      issuesOf(
        {},
        {
          alerts: [
            { ...slack, name: 'team' },
            { ...webhook, name: 'team' },
          ],
        },
      ),
    ).toEqual(['alerts.1.name: used twice']);
  });

  test('of PagerDuty needs no address', () => {
    const { alerts } = configOf({}, { alerts: [{ kind: 'pagerduty', secret: 'k' }] });
    expect(alerts).toMatchObject([{ url: 'https://events.pagerduty.com/v2/enqueue' }]);
  });
});

describe('encryption', () => {
  const key = Buffer.alloc(32, 7).toString('base64');

  test('has a current key among its keys, each of 32 bytes', () => {
    const { encryption } = configOf({}, { encryption: { current: 'k2', keys: { k1: key, k2: key } } });
    expect(encryption?.keys['k2']).toEqual(Buffer.alloc(32, 7));
    expect(issuesOf({}, { encryption: { current: 'k3', keys: { k1: key } } })).toEqual([
      expect.stringMatching(/^encryption\.current: /),
    ]);
    const short = Buffer.alloc(31).toString('base64');
    const refused = issuesOf({}, { encryption: { current: 'k1', keys: { k1: short } } });
    expect(refused).toEqual([expect.stringMatching(/^encryption\.keys\.k1: expected 32 bytes/)]);
    expect(refused.join()).not.toContain(short);
  });
});

test.each([
  [{}, { everyMs: 900_000, driftHour: 3 }],
  [{ every: '1h' }, { everyMs: hour, driftHour: 3 }],
  [
    { every: 'off', driftHour: 'off' },
    { everyMs: 0, driftHour: null },
  ],
  [{ driftHour: 0 }, { everyMs: 900_000, driftHour: 0 }],
])('sweeps as %o', (given, sweeps) => {
  expect(configOf({}, { sweeps: given }).sweeps).toEqual(sweeps);
});

test.each([24, -1, 1.5, '03:00'])('%p is no hour of a day', (driftHour) => {
  expect(issuesOf({}, { sweeps: { driftHour } }).length).toBeGreaterThan(0);
});
