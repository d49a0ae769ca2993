import { formatMoney } from '../../domain/money/money.ts';
import type { Order } from '../../domain/order/view.ts';
import type { Channel, ChannelSettings } from './channel.ts';
import type { AlertMessage } from './message.ts';
import { post } from './post.ts';

/** Slack's incoming webhook, which Mattermost, Rocket.Chat and others take too: `{text}` in mrkdwn. */
export function slack({ url }: ChannelSettings & { kind: 'slack' }): Channel {
  return {
    send: (message, signal) => post(url, JSON.stringify({ text: slackText(message) }), {}, signal),
  };
}

/** The text of a message: a line that says what is up, the first few orders, and where to act. */
export function slackText({ kind, title, orders, incident, byReason, boardUrl }: AlertMessage): string {
  const rest = incident.count - orders.length;
  return [
    `${kind === 'closed' ? '✅' : '🔴'} *${escape(title)}*`,
    ...(Object.keys(byReason).length > 0
      ? [
          Object.entries(byReason)
            .map(([reason, count]) => `${reason} ${count}`)
            .join(' · '),
        ]
      : []),
    ...orders.map(orderLine),
    ...(orders.length > 0 && rest > 0 ? [`… and ${rest} more`] : []),
    `<${boardUrl}|open the board>`,
  ].join('\n');
}

function orderLine({ id, reference, status, amounts, escalation }: Order): string {
  const amount = amounts.authorized ?? amounts.expected;
  const money =
    amount !== undefined && amounts.currency !== undefined
      ? `, ${formatMoney({ amount, currency: amounts.currency })}`
      : '';
  const reasons = escalation?.reasons.join(', ') ?? '';
  return `• \`${code(reference ?? id)}\` ${status}${money}: ${reasons}`;
}

/** Slack's three control characters. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Words of others: no markup ends the code they stand in, and no character turns the line around. */
function code(text: string): string {
  return escape(text.replace(/[`\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' '));
}
