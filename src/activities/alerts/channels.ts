import type { Channel } from './channel.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

/** Every kind of channel. A new kind is one row here, one file beside this one and one schema in config/schema.ts. */
const kinds = { webhook, slack, pagerduty } as const satisfies Record<string, (settings: never) => Channel>;

type Kinds = typeof kinds;

export type ChannelKind = keyof Kinds;

/** A channel as it is configured. */
export type ChannelSettings = {
  [K in ChannelKind]: { readonly kind: K } & Parameters<Kinds[K]>[0];
}[ChannelKind];

/** Makes the channel that is configured. */
export function createChannel(settings: ChannelSettings): Channel {
  // The kind and the settings belong to one member of the union, which the compiler cannot follow.
  return (kinds[settings.kind] as (settings: ChannelSettings) => Channel)(settings);
}
