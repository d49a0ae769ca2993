import { ApplicationFailure, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import limitConcurrency from 'p-limit';
import { gapsOf } from '../domain/alerting/incidents.ts';
import {
  type Alert,
  type Fault,
  type Incident,
  type Survey,
  type Window,
} from '../domain/alerting/incident.ts';
import type { ProviderClient } from '../providers/provider.ts';
import type { Channel } from './alerts/channel.ts';
import { messageOf } from './alerts/message.ts';
import { accountFaultOf, type CircuitBreaker } from './circuit-breaker.ts';
import { mayConcern, SharedPoll } from './shared-poll.ts';
import type { Snapshot, StuckOrders } from './stuck-orders.ts';

export interface DeskDependencies {
  readonly stuckOrders: StuckOrders;
  /** The channels of this process by name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clientOf: (account: string) => ProviderClient | undefined;
  readonly breaker: CircuitBreaker;
  /** The URL of the board with the orders of an account. */
  readonly boardUrlOf: (account: string) => string;
  /** Between two polls of the counts, milliseconds. */
  readonly everyMs?: number;
}

export interface WatchRequest {
  readonly account: string;
  /** The incidents that the desk knows. The activity completes when the counts no longer agree with them. */
  readonly incidents: readonly Pick<Incident, 'id' | 'window' | 'count' | 'level'>[];
}

interface RecheckRequest {
  readonly account: string;
  readonly window: Window;
  readonly key: string;
}

/** The activities of the alert desks, the workflows that turn stuck orders into incidents and alerts. */
export interface DeskActivities {
  watchEscalations(request: WatchRequest): Promise<Survey>;
  probeAccount(request: { readonly account: string }): Promise<Fault['code'] | 'answers'>;
  recheckOrders(request: RecheckRequest): Promise<number>;
  sendAlert(request: { readonly channel: string; readonly alert: Alert }): Promise<void>;
}

const defaultEveryMs = 2_000;
// The shared snapshot misses a change in rare cases, so every so many polls a desk counts its own account.
const fullCountEvery = 15;
// How many desks of this process count at once, so that hooks have the server to themselves.
const countsAtOnce = 8;
const watchMs = 3_600_000;
const maxRechecked = 10_000;
const rechecksAtOnce = 20;

/** Builds the activities of the alert desks. */
export function createDeskActivities({
  stuckOrders,
  channels,
  clientOf,
  breaker,
  boardUrlOf,
  everyMs = defaultEveryMs,
}: DeskDependencies): DeskActivities {
  const sharedPoll = new SharedPoll({
    poll: (since) => stuckOrders.snapshot(since),
    sharedMs: everyMs / 2,
    now: Date.now,
  });
  const limitCounts = limitConcurrency(countsAtOnce);
  return {
    async watchEscalations(request) {
      const { account, incidents } = request;
      const stuck = stuckIn(incidents);
      let previous: Snapshot | undefined;
      for (let round = 0; round * everyMs < watchMs; round += 1) {
        const snapshot = await sharedPoll.snapshot();
        const isFullCount = round % fullCountEvery === 0;
        const survey =
          isFullCount || mayConcern(snapshot, account, { stuck, previous })
            ? await limitCounts(() => changedSurvey(stuckOrders, request, isFullCount))
            : undefined;
        previous = snapshot;
        if (survey) return survey;
        heartbeat();
        await sleep(everyMs);
      }
      return surveyOf(stuckOrders, request);
    },

    async probeAccount({ account }) {
      const targets = await stuckOrders.probeTargets(account);
      const client = clientOf(account);
      let fault: Fault['code'] | undefined;
      // Several payments, since one may fail for a reason of its own, and one odd answer proves nothing: only a payment that is
      // read does. An account with no payment to read counts as answering.
      for (const target of client ? targets : []) {
        const attempt = await client!.read(target, cancellationSignal());
        breaker.record(account, target.key, attempt.ok ? undefined : attempt.failure);
        if (attempt.ok) return 'answers';
        fault ??= accountFaultOf(attempt.failure);
      }
      return fault ?? 'answers';
    },

    async recheckOrders({ account, window, key }) {
      const orders = await stuckOrders.list(account, { window }, maxRechecked);
      const limit = limitConcurrency(rechecksAtOnce);
      const done = { asked: 0, refused: 0 };
      await limit.map(orders, async ({ id }) => {
        done[(await stuckOrders.recheck(id, { key, by: 'alert desk' })) ? 'asked' : 'refused'] += 1;
        heartbeat({ ...done, of: orders.length });
      });
      return done.asked;
    },

    async sendAlert({ channel: name, alert }) {
      const channel = channels.get(name);
      // Retried, since another worker may have the channel: configurations change one process at a time.
      if (!channel) throw ApplicationFailure.create({ type: 'no_such_channel', message: name });
      const message = await messageOf(alert, stuckOrders, boardUrlOf(alert.account));
      await channel.send(message, cancellationSignal());
    },
  };
}

/** A survey where the counts no longer agree with the request. Unless `isFullCount`, two cheap counts decide whether to make one. */
async function changedSurvey(
  stuckOrders: StuckOrders,
  request: WatchRequest,
  isFullCount: boolean,
): Promise<Survey | undefined> {
  if (!isFullCount && !(await haveTotalsChanged(stuckOrders, request))) return undefined;
  const survey = await surveyOf(stuckOrders, request);
  return hasChanged(survey, request) ? survey : undefined;
}

async function haveTotalsChanged(
  stuckOrders: StuckOrders,
  { account, incidents }: WatchRequest,
): Promise<boolean> {
  const from = incidents.at(-1)?.window.to ?? 0;
  const [total, latest] = await Promise.all([
    stuckOrders.count(account, {}),
    stuckOrders.count(account, { window: { from } }),
  ]);
  return total !== stuckIn(incidents) || latest > 0;
}

function stuckIn(incidents: WatchRequest['incidents']): number {
  return incidents.reduce((sum, { count }) => sum + count, 0);
}

async function surveyOf(stuckOrders: StuckOrders, { account, incidents }: WatchRequest): Promise<Survey> {
  const countWindow = async (window: Window, level: number) => {
    const count = await stuckOrders.count(account, { window });
    return { count, level: count > 0 ? await highestLevel(stuckOrders, account, window, level) : level };
  };
  const [counted, gaps] = await Promise.all([
    Promise.all(
      incidents.map(async ({ id, window, level }) => ({ id, ...(await countWindow(window, level)) })),
    ),
    Promise.all(gapsOf(incidents).map(async (window) => ({ ...window, ...(await countWindow(window, 1)) }))),
  ]);
  return { incidents: counted, gaps };
}

async function highestLevel(
  stuckOrders: StuckOrders,
  account: string,
  window: Window,
  known: number,
): Promise<number> {
  const above = await stuckOrders.count(account, { window, minLevel: known + 1 });
  return above > 0 ? highestLevel(stuckOrders, account, window, known + 1) : known;
}

function hasChanged({ incidents, gaps }: Survey, { incidents: known }: WatchRequest): boolean {
  return (
    gaps.some(({ count }) => count > 0) ||
    incidents.some(
      ({ count, level }, index) => count !== known[index]?.count || level !== known[index]?.level,
    )
  );
}
