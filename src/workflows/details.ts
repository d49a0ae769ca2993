import type { Agenda } from '../domain/order/agenda.ts';
import type { Amounts } from '../domain/money/amounts.ts';
import { formatMoney } from '../domain/money/money.ts';
import type { OrderState } from '../domain/order/state.ts';
import type { Status } from '../domain/money/status.ts';
import { needsAttention, viewOf, type EscalationView, type Order } from '../domain/order/view.ts';
import { iso } from '../domain/values.ts';

const meanings: Readonly<Record<Status, string>> = {
  created: 'Registered; the provider has no payment yet.',
  pending: 'The provider has not decided yet. Do not ship.',
  placed: 'Authorized: the money is reserved, not taken. Ship, then capture.',
  partially_captured: 'A part of the money is taken.',
  captured: 'The money is taken.',
  partially_refunded: 'A part of the money went back to the shopper.',
  refunded: 'All of the money went back to the shopper.',
  rejected: 'The payment was refused.',
  cancelled: 'The payment was cancelled before it was taken.',
  expired: 'Nobody paid in time, or the provider does not know the session.',
  paid_out: 'The money was sent.',
};

/** What the Temporal UI shows of a running order, in markdown: its status, its money, why it waits and what comes next. */
export function detailsOf(state: OrderState, agenda: Agenda): string {
  const order = viewOf(state);
  return [
    `# ${order.status.replaceAll('_', ' ')}${needsAttention(state) ? ' · needs attention' : ''}`,
    `${meanings[order.status]} Since ${clock(iso(state.statusSince))}.`,
    subjectText(order),
    moneyTable(order.amounts),
    order.escalation ? escalationText(order.escalation) : '',
    findingsText(order),
    `**Next:** ${nextText(agenda)}`,
    `**Last verified:** ${verifiedText(order)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Repeats the static summary, which does not survive continue-as-new. */
function subjectText({ provider, kind, account, reference }: Order): string {
  return `${provider} ${kind} at ${account}${reference === undefined ? '' : `, reference ${inert(reference)}`}`;
}

function verifiedText({ verified, unverifiedSince }: Order): string {
  const since = unverifiedSince ? `, unverified since ${clock(unverifiedSince)}` : '';
  return `${verified ? clock(verified.at) : 'never'}${since}`;
}

const buckets = [
  ['expected', 'Expected'],
  ['authorized', 'Authorized'],
  ['capturePending', 'Capture pending'],
  ['captured', 'Captured'],
  ['refundPending', 'Refund pending'],
  ['refunded', 'Refunded'],
  ['cancelled', 'Cancelled'],
] as const;

function moneyTable(amounts: Amounts): string {
  const { currency } = amounts;
  const rows = buckets.flatMap(([bucket, label]) => {
    const amount = amounts[bucket];
    return amount === undefined || currency === undefined
      ? []
      : [`| ${label} | ${formatMoney({ amount, currency })} |`];
  });
  return rows.length > 0 ? ['| | Amount |', '|---|---:|', ...rows].join('\n') : '';
}

function escalationText({
  level,
  reasons,
  openedAt,
  state,
  owner,
  snoozedUntil,
  nextLevelAt,
  resolved,
}: EscalationView): string {
  if (resolved) {
    const { by, at, reason } = resolved;
    return `**Resolved, still holding**: ${reasons.join(', ')}. By ${inert(by)} at ${clock(at)}: ${inert(reason)}`;
  }
  const who = owner ? ` by ${inert(owner)}` : '';
  const until = snoozedUntil ? ` until ${clock(snoozedUntil)}` : '';
  const next = nextLevelAt ? `; rises at ${clock(nextLevelAt)}` : '';
  return `**Escalated**, level ${level}: ${reasons.join(', ')}. Since ${clock(openedAt)}, ${state}${who}${until}${next}.`;
}

function findingsText({ findings }: Order): string {
  if (findings.length === 0) return '';
  return [
    '**Findings**',
    '',
    ...findings.map(({ code, at, detail }) => `- \`${code}\` ${inert(detail)} (${clock(at)})`),
  ].join('\n');
}

function nextText(agenda: Agenda): string {
  switch (agenda.do) {
    case 'read':
      return 'read the provider now.';
    case 'close':
      return 'close.';
    case 'wait':
      return agenda.until === undefined
        ? 'a hook or a command.'
        : `${agenda.why} at ${clock(iso(agenda.until))}, or a hook.`;
  }
}

/** A time as people read it: `2026-11-24 19:46:46 UTC`. */
export function clock(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

/** Text of providers and people must not become markup on the merchant's page. */
function inert(text: string): string {
  return (
    text
      // Control characters, and those that turn the direction of text or cannot be seen.
      .replace(/[\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
      // Everything that can be markup; also colon and dot, since a bare address becomes a link. No other punctuation:
      // the Temporal UI would show its backslash.
      .replace(/[!#$&()*+\-.:<>[-`{-~]/g, (character) => `\\${character}`)
  );
}
