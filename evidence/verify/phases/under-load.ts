import { join } from 'node:path';
import pLimit from 'p-limit';
import { apiReader } from '../../chaos/collect/api.ts';
import { drive, type DriveOptions, type Progress } from '../../chaos/drive/drive.ts';
import { isTaken, type CallLine } from '../../chaos/drive/calls.ts';
import { openLedger } from '../../chaos/ledger.ts';
import type { Patience } from '../../chaos/patience.ts';
import { makePlan } from '../../chaos/plan/plan.ts';
import type { Plan } from '../../chaos/plan/types.ts';
import { connectTemporal, installRuntime } from '../../../src/temporal/connect.ts';
import { dataConverterOf } from '../../../src/temporal/data-converter.ts';
import { EncryptionCodec } from '../../../src/temporal/encryption.ts';
import { bundleOf } from '../changed.ts';
import { countBy } from '../../kit/counts.ts';
import type { Canaries } from '../secrecy/canaries.ts';
import type { Keyring } from '../secrecy/keyring.ts';
import { decryptHistory } from '../secrecy/payloads.ts';
import { finish, plant, type Planted } from '../secrecy/planted.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Verdicts } from '../verdict.ts';
import { collect } from './collect.ts';
import { disturb } from './disturb.ts';
import { gatherEncryption } from './encryption.ts';
import { judgeEncryption } from './judge-encryption.ts';
import { judgeDrains, judgeLaws, judgeUpgrade, judgeWindows } from './judge.ts';
import { replay, replayRecorded } from './recorded.ts';
import { readTasks } from './tasks.ts';

export interface LoadOptions {
  readonly cluster: Cluster;
  readonly folder: string;
  /** Roots of built products: the present one, and those with a changed workflow. */
  readonly product: string;
  readonly changed: string;
  readonly unguarded: string;
  /** Begins with k1, and ends with k3. */
  readonly keyring: Keyring;
  readonly canaries: Canaries;
  /** An order with canaries that began under k1 and is pending. */
  readonly first: Planted;
  readonly isShort: boolean;
  readonly seed: number;
  readonly patience: Patience;
  readonly verdicts: Verdicts;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Kills, an upgrade and orderly ends while hooks come; judged when the cluster is at rest. Answers figures for the report. */
export async function underLoad(options: LoadOptions): Promise<Readonly<Record<string, string>>> {
  const { cluster, folder, product, changed, unguarded, keyring, canaries, first } = options;
  const { isShort, seed, patience, verdicts, signal, say } = options;
  const plan = planOf(isShort, seed);
  // Replays that must fail would log it at length.
  installRuntime({ logLevel: 'ERROR' });
  const before = await cluster.databaseSizes();
  const ledger = await openLedger<CallLine>(join(folder, 'calls.jsonl'));
  const progress: Progress = { deliveries: 0, kills: 0, underWay: 0 };
  const timer = setInterval(() => {
    say(
      `${progress.deliveries}/${plan.deliveries.length} hooks delivered, ${progress.underWay} calls under way`,
    );
  }, 10_000);
  const planted = [first];
  const onKey = async (key: string) => void planted.push(await plant(cluster, canaries, key));
  const [{ keys, givenUp }, { windows, drains, rotatedAt }] = await Promise.all([
    drive({ plan, cluster: undisturbed(cluster), ledger, progress, signal }),
    disturb({ cluster, changed, keyring, onKey, isShort, signal, say }),
  ]).finally(() => clearInterval(timer));
  await ledger.close();
  await cluster.untilAllUp();

  const ended = await Promise.all(
    planted.map(async (each) => {
      const problem = await finish(cluster, each, canaries).then(() => undefined, String);
      return { ...each, ...(problem !== undefined && { problem }) };
    }),
  );

  const namespace = 'payments';
  const dataConverter = dataConverterOf(keyring.keys)!;
  const codec = new EncryptionCodec(keyring.keys);
  const { client, connection } = await connectTemporal({
    address: cluster.temporal,
    namespace,
    dataConverter,
  });
  const codePath = bundleOf(changed);
  const { evidence, sample } = await collect({
    plan,
    patience,
    cluster,
    client,
    folder,
    codePath,
    encrypted: { namespace, dataConverter, decrypt: (history) => decryptHistory(history, codec) },
    keys,
    signal,
    say,
  });
  const tasks = await readTasks(join(folder, 'histories.jsonl.gz'));
  const hooks = evidence.calls.filter(({ kind }) => kind === 'hook');
  const bursts = drains.flatMap(({ calls }) => calls);
  judgeWindows({ windows, hooks: [...hooks, ...bursts], incidents: cluster.incidents }, verdicts);
  judgeLaws(evidence, verdicts);

  say('replaying recorded histories on the changed code');
  const marked = sample.filter(({ history }) => JSON.stringify(history).includes('core_patch'));
  judgeUpgrade(
    {
      windows,
      tasks,
      recorded: await replayRecorded(codePath),
      unguarded: await replayRecorded(bundleOf(unguarded)),
      rolledBack: await replay(
        { codePath: bundleOf(product), namespace, dataConverter },
        marked.map(({ orderId, history }) => ({ workflowId: orderId, history })),
      ),
    },
    verdicts,
  );

  const api = apiReader(cluster.api);
  const burstIds = drains.flatMap(({ orderIds }) => orderIds);
  const looks = await pLimit(6).map(burstIds, async (id) => [id, (await api.order(id))?.status] as const);
  const signals = new Map<string, number>();
  for (const { orderId, steps } of evidence.runs)
    signals.set(orderId, (signals.get(orderId) ?? 0) + steps.filter(({ is }) => is === 'signal').length);
  judgeDrains({ drains, tasks, signals, statuses: new Map(looks) }, verdicts);

  const { replays } = evidence;
  const told = {
    cluster,
    folder,
    client,
    codePath,
    canaries,
    keyring,
    planted: ended,
    rotatedAt,
    replays,
    say,
  };
  judgeEncryption(await gatherEncryption(told), verdicts);
  await connection.close();

  const unasked = cluster.supervisors
    .map((supervisor) => `${supervisor.target} ${supervisor.unasked()}`)
    .filter((line) => !line.endsWith(' 0'));
  const late = tasks.filter(({ how }) => how === 'timed out').length;
  return {
    'orders, deliveries of hooks': `${plan.orders.length}, ${plan.deliveries.length} (${givenUp} given up, which are lost hooks)`,
    'attempts to deliver': `${hooks.length}: ${countBy(hooks, ({ status, error }) => `${status ?? error}`)}`,
    'answered 202': `${hooks.filter(isTaken).length}`,
    'by API': countBy(
      hooks.filter(isTaken),
      ({ to = '' }) => `API ${cluster.apis.findIndex((each) => each.endsWith(to)) + 1}`,
    ),
    'runs, events, workflow tasks': `${evidence.runs.length}, ${evidence.runs.reduce((sum, { events }) => sum + events, 0)}, ${tasks.length} (${late} lost by kills and given again)`,
    'databases before and after': (await cluster.databaseSizes())
      .map(({ name, bytes }, index) => `${name} ${mib(before[index]?.bytes ?? 0)}, ${mib(bytes)} MiB`)
      .join('; '),
    'ended unasked, started again': unasked.join(', ') || 'none',
  };
}

/** Without the plan's own kills and faults: this cluster has others. */
function planOf(isShort: boolean, seed: number): Plan {
  const [orders, deliveries] = isShort ? [140, 1_400] : [400, 4_000];
  return { ...makePlan({ seed, orders, deliveries, kills: 0 }), kills: [], faults: [] };
}

/** For the driver of chaos, whose plan has neither kills nor faults here. */
function undisturbed(cluster: Cluster): DriveOptions['cluster'] {
  const nothing = () => Promise.resolve();
  return {
    get api() {
      return cluster.api;
    },
    sandbox: cluster.sandbox,
    kill: nothing,
    fail: nothing,
    calm: nothing,
  };
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
