import { isUtf8 } from 'node:buffer';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { historyToJSON, type History } from '../../kit/temporal/sdk-internals.ts';
import type { Evidence } from '../../chaos/judge/evidence.ts';
import { accounts } from '../../chaos/plan/types.ts';
import { apiKey } from '../../chaos/cluster/config.ts';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import { dataConverterOf } from '../../../src/temporal/data-converter.ts';
import { EncryptionCodec } from '../../../src/temporal/encryption.ts';
import { scheduleId } from '../../../src/workflows/contract/ids.ts';
import { keptOf, needles, personalOf, secretsOf, type Canaries } from '../secrecy/canaries.ts';
import { readExported } from '../secrecy/exported.ts';
import type { Keyring } from '../secrecy/keyring.ts';
import { decryptHistory } from '../secrecy/payloads.ts';
import type { Planted } from '../secrecy/planted.ts';
import { Search, type Needle } from '../secrecy/search.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { EncryptionEvidence, Place } from './judge-encryption.ts';
import { replay, type Replayed } from './recorded.ts';

export interface EncryptionOptions {
  readonly cluster: Cluster;
  readonly folder: string;
  /** A client that has the keys. */
  readonly client: Client;
  readonly codePath: string;
  readonly canaries: Canaries;
  readonly keyring: Keyring;
  /** What became of the orders with canaries. */
  readonly planted: EncryptionEvidence['planted'];
  /** When the last process was restarted with the last key. Epoch milliseconds. */
  readonly rotatedAt: number;
  readonly replays: Evidence['replays'];
  readonly say: (line: string) => void;
}

/** Looks for the canaries in everything that the run has left behind, and checks that the search can find them. */
export async function gatherEncryption(options: EncryptionOptions): Promise<EncryptionEvidence> {
  const { cluster, folder, client, canaries, keyring, planted, rotatedAt, replays, say } = options;
  const kept = keptOf(canaries);
  const hidden = [...kept, ...personalOf(canaries), ...secretsOf(keyring.keys.keys)];
  const readable = planted.flatMap(({ began, id, reference }) =>
    needles({ [`order of ${began}`]: id, [`reference of ${began}`]: reference }),
  );
  const all = [...hidden, ...readable];
  const placeOf = (name: string, search: Search, note = ''): Place => {
    const { bytes, blobs, unpacked } = search;
    const has = { found: search.found(hidden), readable: search.found(readable).length };
    return { name, bytes, blobs, unpacked, note, ...has };
  };

  say('sweeping every account');
  const swept = await sweepAll(client);

  say('looking through exported histories');
  const inHistories = new Search(all);
  const exported = await readExported(join(folder, 'histories.jsonl.gz'), inHistories, rotatedAt);
  const codec = new EncryptionCodec(keyring.keys);
  const histories = new Map<Planted, History>();
  const decrypted = new Search(kept);
  for (const each of planted) {
    const history = await client.workflow.getHandle(each.id).fetchHistory();
    histories.set(each, history);
    decrypted.look(Buffer.from(historyToJSON(await decryptHistory(history, codec))));
  }

  say('looking through the logs and dumps of both databases');
  const inLogs = new Search(all);
  // The sandbox is the provider, which may log what it likes.
  for (const name of readdirSync(cluster.logs).filter((each) => each !== 'sandbox.log'))
    await lookThroughLog(join(cluster.logs, name), inLogs);
  const dumpAll = async (when: string) => {
    const places: Place[] = [];
    for (const database of databases) {
      const file = join(folder, `${database}-${when}.sql`);
      const note = (await cluster.dump(database, file)).join(', ');
      const search = new Search(all);
      search.look(readFileSync(file));
      places.push(placeOf(`pg_dump of ${database}`, search, note));
    }
    return places;
  };
  const places = [
    placeOf('exported histories', inHistories),
    ...(await dumpAll('encrypted')),
    placeOf('logs of all but the sandbox', inLogs),
  ];

  say('writing the same in plain text, and looking again');
  const control = await writePlainly(cluster.temporal, hidden);
  const inControl = new Search(all);
  inControl.look(Buffer.from(historyToJSON(control)));
  const controls = [placeOf('its exported history', inControl), ...(await dumpAll('plain'))];

  say('replaying without the first key, which must fail, and says so');
  const [first] = planted;
  const ofFirst = new Set(exported.runs.filter(({ keys }) => keys.has('k1')).map(({ runId }) => runId));
  return {
    planted,
    swept,
    exported,
    places,
    kept: { found: decrypted.found(kept).length, of: kept.length },
    hidden: hidden.length,
    readable: readable.length,
    controls,
    replayed: replays
      .filter(({ runId }) => ofFirst.has(runId))
      .map(({ orderId: name, error }) => ({ name, ...(error !== undefined && { error }) })),
    ...(await replayOld(options, histories)),
    codec: await askCodec(cluster, histories.get(first!)!),
  };
}

const databases = ['temporal', 'temporal_visibility'] as const;

/** Triggers the sweep schedule of every account; answers how each sweep ended. */
async function sweepAll(client: Client): Promise<EncryptionEvidence['swept']> {
  const run = async (account: string) => {
    const schedule = client.schedule.getHandle(scheduleId('sweep', account));
    await schedule.trigger();
    const deadline = Date.now() + sweepMs;
    for (; Date.now() < deadline; await delay(500)) {
      const { info } = await schedule.describe();
      const ids = [...info.recentActions, ...info.runningActions].map((action) =>
        'action' in action ? action.action.workflow.workflowId : action.workflow.workflowId,
      );
      const looks = ids.map((id) => client.workflow.getHandle(id).describe());
      const states = (await Promise.all(looks)).map(({ status }) => status.name);
      if (states.length > 0 && states.every((state) => state === 'COMPLETED')) return { name: account };
    }
    return { name: account, error: `no sweep of ${account} came to its end` };
  };
  return Promise.all(Object.values(accounts).map(run));
}

const sweepMs = 60_000;

/** Replays the orders with canaries with every key, and without the first. */
async function replayOld(
  { codePath, keyring }: EncryptionOptions,
  histories: ReadonlyMap<Planted, History>,
): Promise<Pick<EncryptionEvidence, 'withAll' | 'withoutFirst'>> {
  const { current, keys } = keyring.keys;
  const { k1: _, ...others } = keys;
  const withAll: Replayed[] = [];
  const withoutFirst: Replayed[] = [];
  for (const [{ id, began }, history] of histories) {
    const run = async (known: typeof keys): Promise<Replayed> => {
      const dataConverter = dataConverterOf({ current, keys: known })!;
      const options = { codePath, namespace: 'payments', dataConverter };
      const [replayed] = await replay(options, [{ workflowId: id, history }]);
      return { ...replayed!, name: began };
    };
    withAll.push(await run(keys));
    if (began === 'k1') withoutFirst.push(await run(others));
  }
  return { withAll, withoutFirst };
}

/** Starts a run without a worker by a client without keys, with all canaries as input and as memo; answers its history. */
async function writePlainly(address: string, hidden: readonly Needle[]): Promise<History> {
  const { client, connection } = await connectTemporal({ address, namespace: 'payments' });
  const workflowId = 'verify-control';
  const [texts, others] = [hidden.filter(isText), hidden.filter((needle) => !isText(needle))];
  const words = texts.map(({ bytes }) => bytes.toString());
  const bytes = new Uint8Array(Buffer.concat(others.map((needle) => needle.bytes)));
  const what = { taskQueue: 'verify-nobody', args: [words, bytes], memo: { words, bytes } };
  const handle = await client.workflow.start('verifyControl', { workflowId, ...what });
  const isListed = async () => (await client.workflow.count(`WorkflowId='${workflowId}'`)).count > 0;
  while (!(await isListed())) await delay(200);
  const history = await handle.fetchHistory();
  await connection.close();
  return history;
}

function isText({ bytes }: Needle): boolean {
  return isUtf8(bytes);
}

/** In chunks, since Temporal's log has hundreds of megabytes where its database was away. */
async function lookThroughLog(file: string, search: Search): Promise<void> {
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 16 * 2 ** 20 })) {
    search.look(Buffer.concat([tail, chunk as Buffer]));
    // So that a needle across the end of a chunk is found.
    tail = Buffer.from((chunk as Buffer).subarray(-1_024));
  }
}

/** Asks the API to decrypt the first payload of a history, with a key and without. */
async function askCodec({ api }: Cluster, history: History): Promise<EncryptionEvidence['codec']> {
  const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const metadata = Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  const body = {
    payloads: [{ metadata: Object.fromEntries(metadata) as object, data: base64(payload!.data!) }],
  };
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const url = `${api}/ops/codec/decode`;
    const sent = { 'content-type': 'application/json', ...headers };
    const response = await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  };
  const mine = await ask({ authorization: `Bearer ${apiKey}` });
  const { payloads } = JSON.parse(mine.text) as { payloads?: readonly { data: string }[] };
  return {
    decrypted: Buffer.from(payloads?.[0]?.data ?? '', 'base64').toString(),
    strangers: (await ask({})).status,
  };
}
