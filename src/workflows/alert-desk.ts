import * as wf from '@temporalio/workflow';
import type { DeskActivities } from '../activities/desk.ts';
import { beginFault, endFault, applySurvey } from '../domain/alerting/incidents.ts';
import { nextAlertAt, withDueAlerts } from '../domain/alerting/due-alerts.ts';
import { reminderAlert, type Reminder } from '../domain/alerting/reminder.ts';
import { activeFault, emptyDesk, type Desk, type DeskStep, type Fault } from '../domain/alerting/incident.ts';
import { Channels } from './channels.ts';
import { deskMemo, type DeskSettings, type DeskStart, type DeskView } from './contract/desk.ts';
import { deskQueue } from './contract/queues.ts';
import { deskSignals } from './contract/messages.ts';
import { deskDetailsOf } from './desk-details.ts';

const longestHistory = 1_000;
const second = 1_000;
const minute = 60 * second;
// Between two probes of an account that does not answer.
const firstPause = 5 * second;
const longestPause = minute;

const retry = { initialInterval: second, maximumInterval: 30 * second } as const;
// One activity watches for up to an hour; it completes when something has changed.
const watching = wf.proxyActivities<DeskActivities>({
  taskQueue: deskQueue,
  startToCloseTimeout: 120 * minute,
  heartbeatTimeout: 20 * second,
  retry,
});
const acting = wf.proxyActivities<DeskActivities>({
  taskQueue: deskQueue,
  startToCloseTimeout: 60 * minute,
  heartbeatTimeout: 30 * second,
  retry,
});

/** The alert desk of one account: watches its escalations, groups them into incidents and alerts people. It never ends. */
export async function alertDesk(start: DeskStart): Promise<never> {
  const run = new DeskRun(start);
  const { account } = start;
  const work = [run.watch(), run.remind(), run.followFaults()];
  await Promise.race([wf.condition(() => isLong()), ...work]);
  await run.drain(work);
  await wf.condition(wf.allHandlersFinished);
  return wf.makeContinueAsNewFunc<typeof alertDesk>({ memo: { [deskMemo]: run.view() } })({
    account,
    ...run.settings,
    carry: { desk: run.desk, ...run.channels.left() },
  });
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = wf.workflowInfo();
  return historyLength > longestHistory || continueAsNewSuggested;
}

/** One run of a desk: its state, and the loops that bring it up to date and alert people. */
class DeskRun {
  desk: Desk;
  settings: DeskSettings;
  readonly channels: Channels;
  readonly #watching = new wf.CancellationScope();
  #suspected: Fault | undefined;
  #isEnding = false;
  #shown = '';

  constructor({ account, channels, carry }: DeskStart) {
    this.desk = carry?.desk ?? emptyDesk(account);
    this.settings = { channels };
    this.channels = new Channels(carry ?? { waiting: {} }, () => this.#show());
    this.channels.use(channels);
    const configure = (changed: DeskSettings) => {
      this.settings = changed;
      this.channels.use(changed.channels);
      this.#show();
    };
    const suspect = (fault: Fault) => {
      this.#suspected = fault;
    };
    // The definitions are also the options: the Temporal UI shows their descriptions.
    wf.setHandler(deskSignals.configure, configure, deskSignals.configure);
    wf.setHandler(deskSignals.fault, suspect, deskSignals.fault);
    const remind = (reminder: Reminder) =>
      this.channels.add([reminderAlert(this.desk, reminder, Date.now())]);
    wf.setHandler(deskSignals.reminder, remind, deskSignals.reminder);
    this.#show();
  }

  /** Takes in escalations that opened, rose or ended. */
  async watch(): Promise<void> {
    const { account } = this.desk;
    while (!this.#isEnding) {
      const incidents = this.desk.incidents.map(({ id, window, count, level }) => ({
        id,
        window,
        count,
        level,
      }));
      const survey = await this.#watching
        .run(() => watching.watchEscalations({ account, incidents }))
        .catch((error: unknown) => {
          if (!wf.isCancellation(error)) throw error;
        });
      if (survey) this.#apply(applySurvey(this.desk, survey, Date.now()));
    }
  }

  /** Sends the alerts that are due by the clock alone. */
  async remind(): Promise<void> {
    while (!this.#isEnding) {
      const at = nextAlertAt(this.desk);
      const hasChanged = () => this.#isEnding || nextAlertAt(this.desk) !== at;
      if (at === undefined) await wf.condition(hasChanged);
      else
        await wf.condition(hasChanged, Math.max(1, at - Date.now()), {
          summary: 'next alert of an incident',
        });
      this.#apply(withDueAlerts(this.desk, Date.now()));
    }
  }

  /** Failed reads of orders suspect a fault; the desk's own probe proves it, and repeats until it is over. */
  async followFaults(): Promise<void> {
    let pause = firstPause;
    while (!this.#isEnding) {
      await wf.condition(
        () => this.#isEnding || this.#suspected !== undefined || activeFault(this.desk) !== undefined,
      );
      if (this.#isEnding) return;
      const isOver = await this.#probe();
      if (isOver) {
        pause = firstPause;
        continue;
      }
      const summary = 'next probe of the provider';
      await wf.condition(() => this.#isEnding, pause, { summary });
      pause = Math.min(longestPause, 2 * pause);
    }
  }

  /** Ends the loops, and waits for their work under way. */
  async drain(work: readonly Promise<void>[]): Promise<void> {
    this.#isEnding = true;
    this.channels.stop();
    this.#watching.cancel();
    await Promise.all([...work, this.channels.stopped()]);
  }

  view(): DeskView {
    const { account, incidents } = this.desk;
    return { account, incidents, failing: this.channels.failing() };
  }

  /** Whether the account answers. */
  async #probe(): Promise<boolean> {
    const { account } = this.desk;
    const suspected = this.#suspected;
    this.#suspected = undefined;
    const code = await acting.probeAccount({ account });
    const known = activeFault(this.desk);
    if (code !== 'answers') {
      const since = suspected?.since ?? Date.now();
      if (!known) this.#apply(beginFault(this.desk, { code, since }, Date.now()));
      return false;
    }
    if (!known) return true;
    this.#apply(endFault(this.desk, Date.now()));
    await acting.recheckOrders({ account, window: known.window, key: known.id });
    return true;
  }

  #apply({ desk, alerts }: DeskStep): void {
    this.desk = desk;
    this.channels.add(alerts);
    this.#show();
  }

  #show(): void {
    const view = this.view();
    const shown = JSON.stringify(view);
    if (shown === this.#shown) return;
    this.#shown = shown;
    wf.upsertMemo({ [deskMemo]: view });
    wf.setCurrentDetails(deskDetailsOf(view));
  }
}
