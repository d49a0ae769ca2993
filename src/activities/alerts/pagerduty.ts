import { iso } from '../../domain/values.ts';
import type { Channel } from './channel.ts';
import type { AlertMessage } from './message.ts';
import { post } from './post.ts';
import { webhookBody } from './webhook.ts';

export interface PagerdutySettings {
  readonly url: string;
  /** The integration key of the service. */
  readonly secret: string;
}

/**
 * PagerDuty's Events API v2. Our incident's id is the dedup key, so that one incident here is one incident there; it is
 * resolved there when it closes here.
 */
export function pagerduty({ url, secret }: PagerdutySettings): Channel {
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

/** The severity at each level of the escalation; higher levels have the last one. */
const severities = ['warning', 'error', 'critical'] as const;
