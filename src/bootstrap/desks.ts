import type { Client } from '@temporalio/client';
import type { Channel } from '../activities/alerts/channel.ts';
import { createChannel, type ChannelKind } from '../activities/alerts/channels.ts';
import { createDeskActivities, type DeskActivities } from '../activities/desk.ts';
import type { Config } from '../config/load.ts';
import { channelName, type AlertChannel } from '../config/schema.ts';
import type { Fault } from '../domain/alerting/incident.ts';
import type { Reminder } from '../domain/alerting/reminder.ts';
import * as desks from '../orders/desks.ts';
import { createStuckOrders } from '../orders/stuck-orders.ts';
import type { AccountReaders } from './accounts.ts';

/** Opens the alert desk of every account, with its channels. Safe to repeat, also by several processes at once. */
export async function openDesks(client: Client, config: Config): Promise<void> {
  const settings = config.accounts.map(({ id }) => ({ account: id, channels: channelNames(config, id) }));
  await desks.configureDesks(client, settings);
}

/** Tells the desk of an account that its provider seems to be down; the desk checks that itself. */
export async function reportFault(
  client: Client,
  config: Config,
  account: string,
  fault: Fault,
): Promise<void> {
  await desks.reportFault(client, account, { channels: channelNames(config, account) }, fault);
}

/** Has the desk of an account remind people of resolved orders that still hold. */
export async function remindPeople(
  client: Client,
  config: Config,
  account: string,
  reminder: Reminder,
): Promise<void> {
  await desks.remindPeople(client, account, { channels: channelNames(config, account) }, reminder);
}

// A kind of channel has a schema in src/config/schema.ts and a row in src/activities/alerts/channels.ts, or neither.
true satisfies [ChannelKind, AlertChannel['kind']] extends [AlertChannel['kind'], ChannelKind] ? true : never;

export interface DeskOptions {
  /** Milliseconds between two looks at the counts. */
  readonly everyMs?: number;
  /** May wrap each channel, to count what it does. */
  readonly measure?: (channel: Channel, kind: ChannelKind) => Channel;
}

/** The activities of the desks, with the channels of this configuration. */
export function deskActivities(
  client: Client,
  config: Config,
  { clientOf, breaker }: AccountReaders,
  { everyMs, measure = (channel) => channel }: DeskOptions = {},
): DeskActivities {
  return createDeskActivities({
    stuckOrders: createStuckOrders(client),
    channels: new Map<string, Channel>(
      config.alerts.map((alert) => [channelName(alert), measure(createChannel(alert), alert.kind)]),
    ),
    clientOf,
    breaker,
    ...(everyMs !== undefined && { everyMs }),
    boardUrlOf: (account) => `${config.publicUrl}/ops?account=${encodeURIComponent(account)}`,
  });
}

function channelNames({ alerts }: Config, account: string): string[] {
  return alerts
    .filter(({ accounts }) => accounts === undefined || accounts.includes(account))
    .map(channelName);
}
