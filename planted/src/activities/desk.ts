import { ApplicationFailure, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import limitConcurrency from 'p-limit';
import type { Reason } from '../domain/escalation/ladder.ts';
import {
  gapsOf,
  type Alert,
  type Fault,
  type Incident,
  type Survey,
  type Window,
} from '../domain/alerting/incidents.ts';
import type { Order } from '../domain/order/view.ts';
import type { ProviderClient, ReadTarget } from '../providers/provider.ts';
import type { Channel } from './alerts/channel.ts';
import { messageOf } from './alerts/message.ts';
import { codeOf, type CircuitBreaker } from './circuit-breaker.ts';
import { concerns, SharedPoll, type Snapshot } from './shared-poll.ts';

/** Which open escalations of an account are meant; all of them where nothing is said. */
export interface Which {
  readonly window?: Window;
  readonly minLevel?: number;
  readonly reason?: Reason;
}

/** Counts, lists and moves the orders of an account that are stuck, without a look at each of them. */
export interface StuckOrders {
  count(account: string, which: Which): Promise<number>;
  /** So many of them at most, in no order. */
  list(account: string, which: Which, most: number): Promise<readonly Order[]>;
  /** All accounts at once; `since` (epoch milliseconds) says what is of late. */
  beat(since: number): Promise<Snapshot>;
  /** A few payments whose reads show whether the account answers; none where no order of it is open. */
  probeTargets(account: string): Promise<readonly ReadTarget[]>;
  /** Has an order read its provider; false where it cannot: it is over, or its tasks fail. `key` makes a repeat the same. */
  recheck(id: string, asked: { readonly key: string; readonly by: string }): Promise<boolean>;
}

export interface DeskDependencies {
  readonly stuckOrders: StuckOrders;
  /** The channels of this process by name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clientOf: (account: string) => ProviderClient | undefined;
  readonly breaker: CircuitBreaker;
  /** Where people find the board of an account. */
  readonly boardUrlOf: (account: string) => string;
  /** Between two looks at the counts, milliseconds. */
  readonly everyMs?: number;
}

export interface WatchRequest {
  readonly account: string;
  /** What the desk knows; the answer comes when it is no longer so. */
  readonly incidents: readonly Pick<Incident, 'id' | 'window' | 'count' | 'level'>[];
}

export interface RecheckRequest {
  readonly account: string;
  readonly window: Window;
  readonly key: string;
}

/** The hands of the alert desks. */
export interface DeskActivities {
  watchEscalations(request: WatchRequest): Promise<Survey>;
  probeAccount(request: { readonly account: string }): Promise<Fault['code'] | 'answers'>;
  recheckOrders(request: RecheckRequest): Promise<number>;
  sendAlert(request: { readonly channel: string; readonly alert: Alert }): Promise<void>;
}

const lookEveryMs = 2_000;
// One look at all accounts says that nothing changed but in rare cases; so often everything is counted.
const fullEvery = 15;
// Desks that count at the same moment: hooks have the server to themselves.
const countingAtOnce = 8;
const watchedMs = 3_600_000;
const mostRechecked = 10_000;
const atOnce = 20;

/** Builds the activities of the desks. */
export function createDeskActivities({
  stuckOrders: census,
  channels,
  clientOf,
  breaker: outages,
  boardUrlOf,
  everyMs = lookEveryMs,
}: DeskDependencies): DeskActivities {
  const pulse = new SharedPoll({ look: (since) => census.beat(since), sharedMs: everyMs / 2, now: Date.now });
  const counting = limitConcurrency(countingAtOnce);
  return {
    async watchEscalations(request) {
      const { account, incidents } = request;
      const stuck = stuckIn(incidents);
      let before: Snapshot | undefined;
      for (let look = 0; look * everyMs < watchedMs; look += 1) {
        const beat = await pulse.snapshot();
        const isFull = look % fullEvery === 0;
        const survey =
          isFull || concerns(beat, account, { stuck, before })
            ? await counting(() => newsOf(census, request, isFull))
            : undefined;
        before = beat;
        if (survey) return survey;
        heartbeat();
        await sleep(everyMs);
      }
      return surveyOf(census, request);
    },

    async probeAccount({ account }) {
      const targets = await census.probeTargets(account);
      const client = clientOf(account);
      let fault: Fault['code'] | undefined;
      // One payment may be odd in itself; with nothing to read nobody is kept waiting.
      for (const target of client ? targets : []) {
        const answer = await client!.read(target, cancellationSignal());
        outages.note(account, target.key, answer.ok ? undefined : answer.failure);
        fault = answer.ok ? undefined : codeOf(answer.failure);
        if (!fault) return 'answers';
      }
      return fault ?? 'answers';
    },

    async recheckOrders({ account, window, key }) {
      const orders = await census.list(account, { window }, mostRechecked);
      const limit = limitConcurrency(atOnce);
      const done = { asked: 0, refused: 0 };
      await limit.map(orders, async ({ id }) => {
        done[(await census.recheck(id, { key, by: 'alert desk' })) ? 'asked' : 'refused'] += 1;
        heartbeat({ ...done, of: orders.length });
      });
      return done.asked;
    },

    async sendAlert({ channel: name, alert }) {
      const channel = channels.get(name);
      // Another worker may have it: configurations change one process at a time.
      if (!channel) throw ApplicationFailure.create({ type: 'no_such_channel', message: name });
      const message = await messageOf(alert, census, boardUrlOf(alert.account));
      await channel.send(message, cancellationSignal());
    },
  };
}

/** What has changed since the desk was told; two counts suffice to say that nothing has, but in rare cases. */
async function newsOf(
  census: StuckOrders,
  request: WatchRequest,
  isFull: boolean,
): Promise<Survey | undefined> {
  if (!isFull && !(await hasNews(census, request))) return undefined;
  const survey = await surveyOf(census, request);
  return isNews(survey, request) ? survey : undefined;
}

async function hasNews(census: StuckOrders, { account, incidents }: WatchRequest): Promise<boolean> {
  const from = incidents.at(-1)?.window.to ?? 0;
  const [total, latest] = await Promise.all([
    census.count(account, {}),
    census.count(account, { window: { from } }),
  ]);
  return total !== stuckIn(incidents) || latest > 0;
}

function stuckIn(incidents: WatchRequest['incidents']): number {
  return incidents.reduce((sum, { count }) => sum + count, 0);
}

async function surveyOf(census: StuckOrders, { account, incidents }: WatchRequest): Promise<Survey> {
  const tally = async (window: Window, level: number) => {
    const count = await census.count(account, { window });
    return { count, level: count > 0 ? await levelOf(census, account, window, level) : level };
  };
  const [counted, gaps] = await Promise.all([
    Promise.all(incidents.map(async ({ id, window, level }) => ({ id, ...(await tally(window, level)) }))),
    Promise.all(gapsOf(incidents).map(async (window) => ({ ...window, ...(await tally(window, 1)) }))),
  ]);
  return { incidents: counted, gaps };
}

async function levelOf(census: StuckOrders, account: string, window: Window, known: number): Promise<number> {
  const above = await census.count(account, { window, minLevel: known + 1 });
  return above > 0 ? levelOf(census, account, window, known + 1) : known;
}

function isNews({ incidents, gaps }: Survey, { incidents: known }: WatchRequest): boolean {
  return (
    gaps.some(({ count }) => count > 0) ||
    incidents.some(
      ({ count, level }, index) => count !== known[index]?.count || level !== known[index]?.level,
    )
  );
}
