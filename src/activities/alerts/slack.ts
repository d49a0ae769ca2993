import { codes } from '../../domain/escalation/codes.ts';
import { reasons } from '../../domain/escalation/reasons.ts';
import { formatMoney } from '../../domain/money/money.ts';
import type { Reminded } from '../../domain/order/reminders.ts';
import type { Order } from '../../domain/order/view.ts';
import type { Channel } from './channel.ts';
import type { AlertMessage } from './message.ts';
import { post } from './post.ts';

/** An incoming webhook of Slack; Mattermost and Rocket.Chat accept the same. The URL is itself a secret. */
export interface SlackSettings {
  readonly url: string;
}

/** Posts `{text}` in Slack's mrkdwn. */
export function slack({ url }: SlackSettings): Channel {
  return {
    send: (message, signal) => post(url, JSON.stringify({ text: slackText(message) }), {}, signal),
  };
}

/** The text of a message: the title, each reason with its count and guidance, the first few orders, and a link to the board. */
export function slackText(message: AlertMessage): string {
  const { kind, title, orders, incident, byReason, boardUrl, reminded = [] } = message;
  const named = [...orders.map(orderLine), ...reminded.map(remindedLine)];
  const rest = incident.count - named.length;
  return [
    `${marks[kind] ?? '🔴'} *${escape(title)}*`,
    ...reasons.flatMap((reason) =>
      byReason[reason] === undefined
        ? []
        : [`${reason} ${byReason[reason]}: ${escape(codes[reason].meaning)} ${escape(codes[reason].action)}`],
    ),
    ...named,
    ...(named.length > 0 && rest > 0 ? [`… and ${rest} more`] : []),
    `<${boardUrl}|open the board>`,
  ].join('\n');
}

const marks: { readonly [K in AlertMessage['kind']]?: string } = { closed: '✅', reminder: '🔔' };

function remindedLine({ id, reference, reasons, resolved }: Reminded): string {
  const { by, at } = resolved;
  return `• \`${inlineCode(reference ?? id)}\` ${reasons.join(', ')}: resolved by \`${inlineCode(by)}\` at ${at}`;
}

function orderLine({ id, reference, status, amounts, escalation }: Order): string {
  const amount = amounts.authorized ?? amounts.expected;
  const money =
    amount !== undefined && amounts.currency !== undefined
      ? `, ${formatMoney({ amount, currency: amounts.currency })}`
      : '';
  const reasons = escalation?.reasons.join(', ') ?? '';
  return `• \`${inlineCode(reference ?? id)}\` ${status}${money}: ${reasons}`;
}

/** Escapes the three characters that mrkdwn treats as control characters. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text from outside, made safe inside backticks: no markup, no control or direction characters. */
function inlineCode(text: string): string {
  return escape(text.replace(/[`\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' '));
}
