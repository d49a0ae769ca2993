import type { Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import limitConcurrency from 'p-limit';
import type { Channel } from '../activities/alerts/channel.ts';
import { createChannel, type ChannelKind } from '../activities/alerts/channels.ts';
import { createDeskActivities, type DeskActivities } from '../activities/desk.ts';
import type { Config } from '../config/load.ts';
import { channelName } from '../config/schema.ts';
import type { Fault } from '../domain/alerting/incidents.ts';
import type { AccountReaders } from './accounts.ts';
import { createStuckOrders } from '../orders/stuck-orders.ts';
import { deskId } from '../workflows/contract/ids.ts';
import {
  deskMemo,
  deskType,
  type DeskSettings,
  type DeskStart,
  type DeskView,
} from '../workflows/contract/desk.ts';
import { deskSignals } from '../workflows/contract/messages.ts';
import { orderQueue } from '../workflows/contract/queues.ts';

// Orders have the server to themselves where a process with hundreds of accounts starts.
const openedAtOnce = 8;

/** Sees to it that each account has its desk, and that it knows its channels. Safe to repeat, also by several processes at once. */
export async function openDesks(client: Client, config: Config): Promise<void> {
  await limitConcurrency(openedAtOnce).map(config.accounts, ({ id: account }) => {
    const settings: DeskSettings = { channels: channelNames(config, account) };
    return signalDesk(client, account, settings, deskSignals.configure, settings);
  });
}

/** Tells an account's desk that its provider seems to be down; the desk looks for itself. */
export async function reportFault(
  client: Client,
  config: Config,
  account: string,
  fault: Fault,
): Promise<void> {
  await signalDesk(client, account, { channels: channelNames(config, account) }, deskSignals.fault, fault);
}

export interface DeskOptions {
  /** Between two looks at the counts, milliseconds. */
  readonly everyMs?: number;
  /** May stand between the desks and each channel. */
  readonly measure?: (channel: Channel, kind: ChannelKind) => Channel;
}

/** What the desks do outside of their workflows, with the channels of this configuration. */
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

async function signalDesk<Body>(
  client: Client,
  account: string,
  settings: DeskSettings,
  signal: SignalDefinition<[Body]>,
  body: Body,
): Promise<void> {
  const start: DeskStart = { account, ...settings };
  const view: DeskView = { account, incidents: [], failing: [] };
  await client.workflow.signalWithStart(deskType, {
    workflowId: deskId(account),
    taskQueue: orderQueue,
    args: [start],
    memo: { [deskMemo]: view },
    staticSummary: `Alert desk of ${account}`,
    signal,
    signalArgs: [body],
  });
}
