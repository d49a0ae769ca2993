import { codes } from '../../src/domain/escalation/codes.ts';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Webhook } from 'standardwebhooks';
import { createChannel, type ChannelSettings } from '../../src/activities/alerts/channels.ts';
import { titleOf, type AlertMessage } from '../../src/activities/alerts/message.ts';
import { pagerdutyEvent } from '../../src/activities/alerts/pagerduty.ts';
import { slackText } from '../../src/activities/alerts/slack.ts';
import { webhookBody } from '../../src/activities/alerts/webhook.ts';
import type { Alert } from '../../src/domain/alerting/incident.ts';
import type { Order } from '../../src/domain/order/view.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';

const at = Date.parse('2026-11-25T08:00:00Z');
const order: Order = {
  id: 'acme-se:61c16f84',
  account: 'acme-se',
  provider: 'briqpay',
  kind: 'deposit',
  reference: '1000123',
  status: 'pending',
  amounts: { currency: 'SEK', expected: 30_000 },
  unverifiedSince: null,
  findings: [],
  escalation: {
    level: 1,
    reasons: ['pending'],
    openedAt: '2026-11-25T07:59:00.000Z',
    state: 'open',
    owner: null,
    snoozedUntil: null,
    nextLevelAt: null,
  },
  sequence: 2,
  createdAt: '2026-11-25T07:00:00.000Z',
  updatedAt: '2026-11-25T07:59:00.000Z',
};

const alert: Alert = {
  id: 'acme-se-1-0-1',
  kind: 'opened',
  at,
  account: 'acme-se',
  joined: 12,
  incident: { id: 'acme-se-1-0', openedAt: at, window: { from: 0, to: at }, count: 12, peak: 12, level: 1 },
};

function messageFor(kind: Alert['kind'] = 'opened', more: Partial<AlertMessage> = {}): AlertMessage {
  const told = { ...alert, kind };
  return {
    ...told,
    title: titleOf(told),
    byReason: { pending: 12 },
    orders: [order],
    boardUrl: 'https://payments.example.com/ops?account=acme-se',
    ...more,
  };
}

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.answer = { status: 202 };
});

async function send(settings: ChannelSettings, message = messageFor()) {
  const channel = createChannel(settings);
  const before = receiver.received.length;
  await new MockActivityEnvironment().run(() => channel.send(message, new AbortController().signal));
  return receiver.received[before]!;
}

describe('the signed webhook', () => {
  test.each([
    ['text', 'a-secret-of-text', new Webhook('a-secret-of-text', { format: 'raw' })],
    [
      'whsec_',
      `whsec_${Buffer.from('bytes').toString('base64')}`,
      new Webhook(Buffer.from('bytes').toString('base64')),
    ],
  ])('can be verified with a secret as %s', async (_, secret, verifier) => {
    const { headers, text } = await send({ kind: 'webhook', url: receiver.url, secret });
    expect(() => verifier.verify(text, headers as Record<string, string>)).not.toThrow();
    expect(() => verifier.verify(`${text} `, headers as Record<string, string>)).toThrow();
    expect(headers['webhook-id']).toBe(alert.id);
  });

  test('says what is stuck, and where to act', async () => {
    const { body } = await send({ kind: 'webhook', url: receiver.url, secret: 's' });
    expect(body).toEqual({
      type: 'incident.opened',
      timestamp: '2026-11-25T08:00:00.000Z',
      data: {
        id: 'acme-se-1-0',
        account: 'acme-se',
        title: 'acme-se: 12 payments stuck',
        openedAt: '2026-11-25T08:00:00.000Z',
        fault: null,
        count: 12,
        joined: 12,
        peak: 12,
        level: 1,
        byReason: { pending: 12 },
        orders: [
          {
            id: 'acme-se:61c16f84',
            reference: '1000123',
            status: 'pending',
            amounts: { currency: 'SEK', expected: 30_000 },
            reasons: ['pending'],
            level: 1,
            openedAt: '2026-11-25T07:59:00.000Z',
          },
        ],
        board: 'https://payments.example.com/ops?account=acme-se',
      },
    });
  });
});

describe('a channel that does not take it', () => {
  test.each([500, 404, 301])('status %i is an error that names the status alone', async (status) => {
    receiver.answer = { status, headers: { location: 'http://169.254.169.254/' } };
    const url = `${receiver.url}/secret-path`;
    const refused = await send({ kind: 'slack', url }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ type: 'channel_refused', message: `status ${status}` });
    expect(JSON.stringify(refused)).not.toContain('secret-path');
  });

  test('says when to come again', async () => {
    receiver.answer = { status: 429, headers: { 'retry-after': '7' } };
    await expect(send({ kind: 'slack', url: receiver.url })).rejects.toMatchObject({ nextRetryDelay: 7_000 });
  });

  test('one that is not there is an error too', async () => {
    await expect(send({ kind: 'slack', url: 'http://127.0.0.1:9/x' })).rejects.toMatchObject({
      type: 'channel_down',
      message: 'no connection',
    });
  });
});

describe('Slack', () => {
  test('has a line for what is up, the reasons, each order, and the rest', () => {
    expect(slackText(messageFor())).toBe(
      [
        '🔴 *acme-se: 12 payments stuck*',
        `pending 12: ${codes.pending.meaning} ${codes.pending.action}`,
        '• `1000123` pending, 300.00 SEK: pending',
        '… and 11 more',
        '<https://payments.example.com/ops?account=acme-se|open the board>',
      ].join('\n'),
    );
  });

  test('words of others are no markup', () => {
    const reference = '`<!channel> *free* \u202e& <https://evil.example|click>';
    const text = slackText(messageFor('opened', { orders: [{ ...order, reference }] }));
    expect(text).not.toContain('<!channel>');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('` &lt;!channel&gt; *free*  &amp; &lt;https://evil.example|click&gt;`');
  });
});

describe('PagerDuty', () => {
  test('an incident here is one there, triggered and resolved by one key', () => {
    const opened = pagerdutyEvent(messageFor(), 'routing');
    const closed = pagerdutyEvent(messageFor('closed'), 'routing');
    expect(opened).toMatchObject({
      routing_key: 'routing',
      event_action: 'trigger',
      dedup_key: 'acme-se-1-0',
      payload: { summary: 'acme-se: 12 payments stuck', source: 'acme-se', severity: 'warning' },
    });
    expect(closed).toEqual({ routing_key: 'routing', event_action: 'resolve', dedup_key: 'acme-se-1-0' });
  });

  test.each([
    [1, undefined, 'warning'],
    [2, undefined, 'error'],
    [7, undefined, 'critical'],
    [1, { code: 'provider_unreachable' as const, since: at }, 'critical'],
  ])('level %i with fault %o is %s', (level, fault, severity) => {
    const incident = { ...alert.incident, level, ...(fault && { fault }) };
    expect(pagerdutyEvent(messageFor('opened', { incident }), 'r')).toMatchObject({ payload: { severity } });
  });

  test('the summary stays within its 1,024 characters', () => {
    const { title } = messageFor('opened', { account: 'a'.repeat(40) });
    expect(title.length).toBeLessThan(1_024);
    expect(webhookBody(messageFor()).data.orders).toHaveLength(1);
  });
});

describe('the one line', () => {
  const fault = { code: 'credentials_refused' as const, since: at };
  test.each([
    ['opened', { count: 1 }, 'acme-se: 1 payment stuck'],
    ['grown', { count: 57 }, 'acme-se: 12 more stuck, 57 payments in all'],
    ['raised', { count: 3, level: 2 }, 'acme-se: 3 payments stuck, now at level 2'],
    ['opened', { count: 0, fault }, 'acme-se: the provider refuses the credentials; nothing is stuck yet'],
    ['recovered', { count: 4, fault }, 'acme-se: the provider answers again; still 4 payments stuck'],
    ['closed', { count: 0, peak: 9 }, 'acme-se: over, nothing is stuck any more (9 at most)'],
    [
      'closed',
      { count: 0, peak: 9, fault },
      'acme-se: over, the provider answers and nothing is stuck (9 at most)',
    ],
  ] as const)('%s %o', (kind, more, line) => {
    expect(titleOf({ ...alert, kind, incident: { ...alert.incident, ...more } })).toBe(line);
  });
});
