import { Webhook } from 'standardwebhooks';
import { faultView } from '../../domain/alerting/incident.ts';
import { type Order } from '../../domain/order/view.ts';
import { iso } from '../../domain/values.ts';
import type { Channel } from './channel.ts';
import type { AlertMessage } from './message.ts';
import { post } from './post.ts';

export interface WebhookSettings {
  readonly url: string;
  /** A secret that begins with `whsec_` is base64; any other is plain text. */
  readonly secret: string;
}

/** A JSON webhook, signed as Standard Webhooks 1.0 specifies. */
export function webhook({ url, secret }: WebhookSettings): Channel {
  const signer = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
  return {
    send(message, signal) {
      const body = JSON.stringify(webhookBody(message));
      const timestamp = new Date();
      const headers = {
        'webhook-id': message.id,
        'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
        'webhook-signature': signer.sign(message.id, timestamp, body),
      };
      return post(url, body, headers, signal);
    },
  };
}

/** `{type, timestamp, data}`; times are ISO 8601, amounts minor units. */
export function webhookBody({
  kind,
  at,
  account,
  title,
  incident,
  joined,
  byReason,
  orders,
  boardUrl,
  reminded,
}: AlertMessage) {
  const { id, openedAt, fault, count, peak, level } = incident;
  return {
    type: kind === 'reminder' ? kind : `incident.${kind}`,
    timestamp: iso(at),
    data: {
      id,
      account,
      title,
      openedAt: iso(openedAt),
      fault: faultView(fault),
      count,
      joined,
      peak,
      level,
      byReason,
      orders: orders.map(orderBody),
      board: boardUrl,
      ...(reminded && { resolved: reminded }),
    },
  };
}

function orderBody({ id, reference, status, amounts, escalation }: Order) {
  return {
    id,
    ...(reference !== undefined && { reference }),
    status,
    amounts,
    reasons: escalation?.reasons ?? [],
    level: escalation?.level ?? 0,
    openedAt: escalation?.openedAt ?? null,
  };
}
