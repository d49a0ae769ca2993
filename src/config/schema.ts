import { scopes } from '../domain/order/commands.ts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { duration } from './durations.ts';
import { doublySpelled, patience } from './patience.ts';

const isLoopback = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

// Plain http is allowed on loopback only, since it would send credentials and tokens in clear.
const url = z.string().refine(
  (text) => {
    if (!URL.canParse(text)) return false;
    const parsed = new URL(text);
    return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed));
  },
  { message: 'expected an https URL (http on loopback only)' },
);

const secret = z.string().min(1);
// `${NAME:-}` gives an empty text where the variable is not set.
const optionalSecret = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

const events = z.strictObject({ url, secret });

const account = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { message: 'expected lower-case letters, digits and hyphens' }),
  baseUrl: url,
  hookToken: secret,
  unregistered: z.strictObject({ perMinute: z.int().min(0) }).default({ perMinute: 600 }),
  events: events.optional(),
  ...patience,
};

const briqpayAccount = z.strictObject({
  ...account,
  provider: z.literal('briqpay'),
  username: secret,
  secret,
  signingSecret: optionalSecret,
});

const bridgerpayAccount = z.strictObject({
  ...account,
  provider: z.literal('bridgerpay'),
  username: secret,
  password: secret,
  apiKey: secret,
  /** For cashier sessions; reads do not need it. */
  cashierKey: optionalSecret,
  /** The secret of the `payload` of cashier sessions; without it the payload in notifications is not checked. */
  payloadSecret: optionalSecret,
});

const channel = {
  /** The name in histories and logs, which must not contain the URL. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { message: 'expected lower-case letters, digits and hyphens' })
    .optional(),
  /** The accounts whose incidents it gets; all where absent. */
  accounts: z.array(z.string()).optional(),
};

const alert = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), url, secret, ...channel }),
  z.strictObject({ kind: z.literal('slack'), url, ...channel }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    url: url.default('https://events.pagerduty.com/v2/enqueue'),
    /** The integration key of the service. */
    secret,
    ...channel,
  }),
]);

const apiKey = z.strictObject({
  name: z.string().min(1).max(64),
  key: secret,
  scopes: z.array(z.enum(scopes)).min(1),
  accounts: z.array(z.string()).optional(),
});

const orOff = <T extends z.ZodType>(value: T) => z.union([z.literal('off').transform(() => null), value]);

/** The sweeps: how often to look for orders without a running workflow, and at which hour (UTC) to compare open orders with the provider. */
const sweeps = z
  .strictObject({
    every: orOff(duration).default(900_000),
    driftHour: orOff(z.int().min(0).max(23)).default(3),
  })
  .prefault({})
  .transform(({ every, driftHour }) => ({ everyMs: every ?? 0, driftHour }));

const keyBytes = 32;

const encryptionKey = z
  .string()
  .refine((text) => Buffer.from(text, 'base64').length === keyBytes, {
    message: `expected ${keyBytes} bytes in base64: openssl rand -base64 ${keyBytes}`,
  })
  .transform((text) => Buffer.from(text, 'base64'));

/** Old keys must stay as long as histories that they encrypted are kept. */
const encryption = z
  .strictObject({
    current: z.string(),
    keys: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/), encryptionKey),
  })
  .refine(({ current, keys }) => Object.hasOwn(keys, current), {
    path: ['current'],
    message: 'expected one of the keys',
  });

/** The configuration file. */
export const configSchema = z.strictObject({
  publicUrl: url.optional(),
  /** The URL of the Temporal UI, for links on the board. */
  temporalUi: url.optional(),
  accounts: z.array(z.discriminatedUnion('provider', [briqpayAccount, bridgerpayAccount])).min(1),
  alerts: z.array(alert).default([]),
  encryption: encryption.optional(),
  sweeps,
  apiKeys: z.array(apiKey).default([]),
});

/** The errors between parts of a file. It accepts files that the schema refuses, so that all errors are reported at once. */
export function crossIssues(file: unknown): string[] {
  const { accounts, apiKeys, alerts } = looseSchema.parse(file);
  const ids = accounts.map(({ id }) => id);
  return [
    ...accounts.flatMap((account, index) =>
      doublySpelled(account).map((key) => `accounts.${index}.${key}: also given in another spelling`),
    ),
    ...ids.flatMap((id, index) =>
      id !== undefined && ids.indexOf(id) < index ? [`accounts.${index}.id: used twice`] : [],
    ),
    ...apiKeys.flatMap(({ accounts: named }, index) =>
      named.some((id) => !ids.includes(id)) ? [`apiKeys.${index}.accounts: no such account`] : [],
    ),
    ...alerts.flatMap(({ accounts: named }, index) =>
      named.some((id) => !ids.includes(id)) ? [`alerts.${index}.accounts: no such account`] : [],
    ),
    ...alerts.flatMap(({ name }, index) =>
      name !== undefined && alerts.findIndex((other) => other.name === name) < index
        ? [`alerts.${index}.name: used twice`]
        : [],
    ),
  ];
}

const looseList = <T extends z.ZodType>(item: T) => z.array(item).catch([]);
const looseSchema = z
  .object({
    accounts: looseList(z.looseObject({ id: z.string().optional().catch(undefined) }).catch({})),
    apiKeys: looseList(z.object({ accounts: looseList(z.string()) }).catch({ accounts: [] })),
    alerts: looseList(
      z
        .object({ name: z.string().optional().catch(undefined), accounts: looseList(z.string()) })
        .catch({ name: undefined, accounts: [] }),
    ),
  })
  .catch({ accounts: [], apiKeys: [], alerts: [] });

export type ConfigFile = z.infer<typeof configSchema>;
export type Account = ConfigFile['accounts'][number];
export type AlertChannel = ConfigFile['alerts'][number];

/** The name of a channel; by default its kind and a digest of its address, so that the order in the file means nothing. */
export function channelName(alert: AlertChannel): string {
  if (alert.name !== undefined) return alert.name;
  const target = alert.kind === 'pagerduty' ? `${alert.url} ${alert.secret}` : alert.url;
  return `${alert.kind}-${createHash('sha256').update(target).digest('hex').slice(0, 8)}`;
}
