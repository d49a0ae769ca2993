import type { Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import limitConcurrency from 'p-limit';
import type { Fault } from '../domain/alerting/incident.ts';
import type { Reminder } from '../domain/alerting/reminder.ts';
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
import { listRuns } from './list.ts';
import { memoOf } from './signals.ts';
import { openDesks } from './visibility.ts';

// A process with hundreds of accounts leaves the server to the orders when it starts.
const configuredAtOnce = 8;

/** Opens the alert desk of each account with its channels. Safe to repeat, also by several processes at once. */
export async function configureDesks(
  client: Client,
  desks: readonly (DeskSettings & { readonly account: string })[],
): Promise<void> {
  await limitConcurrency(configuredAtOnce).map(desks, ({ account, ...settings }) =>
    signalDesk(client, account, settings, deskSignals.configure, settings),
  );
}

/** Tells the desk of an account that its provider seems to be down; the desk checks that itself. */
export async function reportFault(
  client: Client,
  account: string,
  settings: DeskSettings,
  fault: Fault,
): Promise<void> {
  await signalDesk(client, account, settings, deskSignals.fault, fault);
}

/** Has the desk of an account remind people of resolved orders that still hold. */
export async function remindPeople(
  client: Client,
  account: string,
  settings: DeskSettings,
  reminder: Reminder,
): Promise<void> {
  await signalDesk(client, account, settings, deskSignals.reminder, reminder);
}

/** The desks of these accounts, of all where undefined: their open incidents, and the channels that fail. */
export async function listDesks(
  client: Client,
  accounts: readonly string[] | undefined,
): Promise<readonly DeskView[]> {
  const desks: DeskView[] = [];
  let from: Uint8Array | undefined;
  do {
    const { runs, pageToken } = await listRuns(client, openDesks(), 1_000, from);
    for (const run of runs) {
      const desk = (await memoOf(client, run))?.[deskMemo] as DeskView | undefined;
      if (desk && (accounts === undefined || accounts.includes(desk.account))) desks.push(desk);
    }
    from = pageToken;
  } while (from);
  return desks.toSorted((a, b) => (a.account < b.account ? -1 : 1));
}

/** Signals a desk, starting it where it does not run. */
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
