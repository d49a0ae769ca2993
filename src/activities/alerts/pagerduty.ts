import { iso } from '../../domain/values.ts';
import type { Channel, ChannelSettings } from './channel.ts';
import type { AlertMessage } from './message.ts';
import { post } from './post.ts';
import { webhookBody } from './webhook.ts';

/** PagerDuty's Events API v2: an incident here is one there, by its id as the dedup key, and is resolved when it closes. */
export function pagerduty({ url, secret }: ChannelSettings & { kind: 'pagerduty' }): Channel {
  return {
    send: (message, signal) => post(url, JSON.stringify(pagerdutyEvent(message, secret)), {}, signal),
  };
}

/** The event of a message; `routingKey` is the integration key of the service. */
export function pagerdutyEvent(message: AlertMessage, routingKey: string) {
  const { kind, at, account, title, incident, boardUrl } = message;
  const common = { routing_key: routingKey, dedup_key: incident.id };
  if (kind === 'closed') return { ...common, event_action: 'resolve' };
  return {
    ...common,
    event_action: 'trigger',
    client: 'payment-lifecycle',
    client_url: boardUrl,
    links: [{ href: boardUrl, text: 'the board of stuck payments' }],
    payload: {
      summary: title,
      source: account,
      severity: incident.fault ? 'critical' : severities[Math.min(incident.level, severities.length) - 1],
      timestamp: iso(at),
      component: account,
      class: incident.fault?.code ?? 'stuck_payments',
      custom_details: webhookBody(message).data,
    },
  };
}

/** By the level of the escalation. */
const severities = ['warning', 'error', 'critical'] as const;
