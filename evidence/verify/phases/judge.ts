import type { Call } from '../../chaos/drive/calls.ts';
import type { Evidence } from '../../chaos/judge/evidence.ts';
import { judge } from '../../chaos/judge/judge.ts';
import type { Incident } from '../../kit/supervisor.ts';
import { countBy } from '../../kit/counts.ts';
import type { Verdicts } from '../verdict.ts';
import type { Drain, Window } from './disturb.ts';
import type { Replayed } from './recorded.ts';
import type { EndedTask } from './tasks.ts';

/** The laws of chaos; one that had nothing to check does not hold. */
export function judgeLaws(evidence: Evidence, verdicts: Verdicts): void {
  for (const { law, says, checked, violations } of judge(evidence)) {
    const [first] = violations;
    const seen = first ? `${violations.length} of ${checked} broken: ${first.what}` : `${checked} checked`;
    verdicts.add('under load', `${law}: ${says}`, violations.length === 0 && checked > 0, seen);
  }
}

export interface WindowEvidence {
  readonly windows: readonly Window[];
  /** Those of the plan, and of the bursts. */
  readonly hooks: readonly Pick<Call, 'sentAt' | 'status' | 'error'>[];
  readonly incidents: readonly Incident[];
}

/** Hooks came during every disturbance, and every process that was ended came back. */
export function judgeWindows({ windows, hooks, incidents }: WindowEvidence, verdicts: Verdicts): void {
  for (const { name, from, to, isBusy } of windows) {
    const during = hooks.filter(({ sentAt }) => sentAt >= from && sentAt <= to);
    const isWithin = ({ at }: Incident) => at >= from && at <= to;
    const signalled = incidents.filter((incident) => incident.what === 'signalled' && isWithin(incident));
    const tookMs = signalled.map(({ whom, at }) => {
      const ready = incidents.find((one) => one.what === 'ready' && one.whom === whom && one.at >= at);
      return ready && isWithin(ready) ? ready.at - at : Number.NaN;
    });
    // The slowest, where several were; not a number, where one did not come back.
    const longestMs = tookMs.length === 0 ? Number.NaN : Math.max(...tookMs);
    const seconds = Number.isNaN(longestMs) ? undefined : (longestMs / 1000).toFixed(1);
    const answers = countBy(during, ({ status, error }) => `${status ?? error ?? 'nothing'}`);
    const seen = `back after ${seconds ?? '?'} s; ${during.length} hooks sent meanwhile${answers && ': '}${answers}`;
    verdicts.add('disturbances', name, seconds !== undefined && (during.length > 0 || !isBusy), seen);
  }
}

/** Failures of tasks that a kill may cause, and which the server repairs. */
const harmless = /RESET_STICKY|FORCE_CLOSE_COMMAND|UNHANDLED_COMMAND|FAILOVER_CLOSE_COMMAND/;

export interface UpgradeEvidence {
  readonly windows: readonly Window[];
  readonly tasks: readonly EndedTask[];
  readonly recorded: readonly Replayed[];
  /** The same recorded histories on the change without `patched`. */
  readonly unguarded: readonly Replayed[];
  /** Histories that the changed code has made, on the code from before. */
  readonly rolledBack: readonly Replayed[];
}

export function judgeUpgrade(evidence: UpgradeEvidence, verdicts: Verdicts): void {
  const { windows, tasks, recorded, unguarded, rolledBack } = evidence;
  const part = 'rolling upgrade';
  const from = windows.find(({ name }) => name.startsWith('upgrade'))?.from ?? 0;
  const failed = tasks.filter(
    ({ how, at, why = '' }) => how === 'failed' && at >= from && !harmless.test(why),
  );
  const after = tasks.filter(({ at }) => at >= from).length;
  verdicts.add(
    part,
    'no workflow task fails from then on',
    failed.length === 0,
    failed[0]?.why ?? `of ${after} tasks`,
  );

  const builds = new Map<string, number>();
  const byOrder = new Map<string, Set<string>>();
  for (const { build, orderId } of tasks) {
    if (build === undefined) continue;
    builds.set(build, (builds.get(build) ?? 0) + 1);
    byOrder.set(orderId, (byOrder.get(orderId) ?? new Set()).add(build));
  }
  const counts = [...builds].map(([build, count]) => `${build} ${count}`).join(', ');
  verdicts.add(part, 'both builds have run tasks', builds.size === 2, counts);
  const both = [...byOrder.values()].filter((ran) => ran.size > 1).length;
  verdicts.add(
    part,
    'orders that began under the one went on under the other',
    both > 0,
    `${both} of ${byOrder.size}`,
  );

  const broken = recorded.filter(({ error }) => error !== undefined);
  const good = `${recorded.length - broken.length} of ${recorded.length}`;
  verdicts.add(
    part,
    'every recorded history replays on the changed code',
    broken.length === 0,
    broken[0]?.error ?? good,
  );
  const caught = unguarded.filter(({ error }) => error !== undefined).length;
  const seen = `${caught} of ${unguarded.length} fail`;
  verdicts.add(part, 'and without the guard of patched they do not: the check can fail', caught > 0, seen);
  const refused = rolledBack.filter(({ error }) => error !== undefined).length;
  const old = `${refused} of ${rolledBack.length} fail: roll forward, not back`;
  verdicts.add(
    part,
    'histories with the mark of the change do not replay on the code before it',
    refused > 0,
    old,
  );
}

const longestEndMs = 30_000;

export interface DrainEvidence {
  readonly drains: readonly Drain[];
  readonly tasks: readonly EndedTask[];
  /** The signals of each order's history, by its id. */
  readonly signals: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<string, string | undefined>;
}

export function judgeDrains({ drains, tasks, signals, statuses }: DrainEvidence, verdicts: Verdicts): void {
  for (const { name, signalledAt, endedAt, how, calls, orderIds } of drains) {
    const part = `SIGTERM to ${name}`;
    const tookMs = endedAt - signalledAt;
    const isInTime = tookMs <= longestEndMs && how.startsWith('exit 0');
    verdicts.add(
      part,
      'it ends in order within 30 s',
      isInTime,
      `${how} after ${(tookMs / 1000).toFixed(1)} s`,
    );
    // A hook of the last moments before the signal may not have reached the process.
    const underWay = calls.filter(
      ({ sentAt, endedAt: end }) => sentAt < signalledAt - 10 && end >= signalledAt,
    );
    const dropped = underWay.filter(({ status }) => status === undefined);
    const slowest = Math.max(0, ...underWay.map(({ endedAt: end, sentAt }) => end - sentAt));
    const seen =
      dropped[0]?.error ?? `${underWay.length} under way at the signal, the slowest took ${slowest} ms`;
    verdicts.add(part, 'what is under way is answered', underWay.length > 0 && dropped.length === 0, seen);
    const taken = calls.filter(({ status }) => status === 202);
    const lost = taken.filter(
      ({ session }) => !orderIds.some((id) => id.endsWith(session) && (signals.get(id) ?? 0) > 0),
    );
    const refused = calls.filter(({ status }) => status !== 202);
    const answers = countBy(refused, ({ status, error }) => `${status ?? error ?? 'nothing'}`);
    const all = `${taken.length} taken; sent again after ${answers || 'none'}`;
    verdicts.add(
      part,
      'every 202 is a signal of its order',
      lost.length === 0,
      lost.length > 0 ? `${lost.length} lost` : all,
    );
    const wrong = orderIds.filter((id) => statuses.get(id) !== 'placed');
    const right = `${orderIds.length - wrong.length} of ${orderIds.length}`;
    verdicts.add(part, 'every order of the burst is placed', wrong.length === 0, right);
    const failed = tasks.filter(
      ({ how: end, at, why = '' }) => end === 'failed' && at >= signalledAt && !harmless.test(why),
    );
    verdicts.add(part, 'no workflow task fails from then on', failed.length === 0, failed[0]?.why ?? 'none');
  }
}
