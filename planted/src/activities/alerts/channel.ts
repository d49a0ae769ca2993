import { pagerduty } from './pagerduty.ts';
import type { AlertMessage } from './message.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

/** A way to reach people. */
export interface Channel {
  /** Sends one alert, or throws; a repeat carries the same id. */
  send(message: AlertMessage, signal: AbortSignal): Promise<void>;
}

/** A channel as it is configured. The address of Slack's kind is a secret itself. */
export type ChannelSettings =
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'pagerduty'; readonly url: string; readonly secret: string };

/** Makes the channel that is configured. */
export function createChannel(settings: ChannelSettings): Channel {
  switch (settings.kind) {
    case 'webhook':
      return webhook(settings);
    case 'slack':
      return slack(settings);
    case 'pagerduty':
      return pagerduty(settings);
  }
}
