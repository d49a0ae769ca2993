import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '../../evidence/kit/temporal/sdk-internals.ts';
import globalSetup from '../support/global-setup.ts';
import { startService } from '../support/service.ts';
import { startReceiver } from '../support/receiver.ts';
import { cliPath } from '../support/temporal.ts';
import { bundleWorkflows } from '../../src/temporal/workflow-bundle.ts';
import { journeys } from './journeys/index.ts';
import type { Journey } from './journeys/journey.ts';
import { historiesFolder, recordingKeys } from './recorded.ts';

// `npm run record [kind/name …]`: plays journeys and keeps the histories of their runs. After a release, record only new
// journeys: a history that was there before stands for workflows that are open, and is never recorded again to silence a replay.
const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = `${root}.cache/`;

const pathOf = ({ kind, name }: Journey) => `${kind}/${name}`;
const wanted = process.argv.slice(2);
const unknown = wanted.filter((path) => !journeys.some((journey) => pathOf(journey) === path));
if (unknown.length > 0) throw new Error(`no such journey: ${unknown.join(', ')}`);

await globalSetup();
const encryptedBundle = `${cache}test/workflow-bundle-encrypted.js`;
const { code } = await bundleWorkflows(`${root}src/workflows/index.ts`, { isEncrypted: true });
writeFileSync(encryptedBundle, code);
for (const journey of journeys.filter((one) => wanted.length === 0 || wanted.includes(pathOf(one))))
  await record(journey);

async function record(journey: Journey): Promise<void> {
  const startedAt = Date.now();
  const histories = await play(journey);
  const folder = `${historiesFolder}${journey.kind}/`;
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder).filter(
    (name) => name.replace(/(\.\d+)?\.json$/, '') === journey.name,
  ))
    rmSync(`${folder}${file}`);
  histories.forEach((text, index) => {
    const part = histories.length > 1 ? `.${index + 1}` : '';
    writeFileSync(`${folder}${journey.name}${part}.json`, text);
  });
  const kibibytes = Math.round(histories.join('').length / 1024);
  const runs = histories.length === 1 ? '1 run' : `${histories.length} runs`;
  console.log(`${pathOf(journey)}: ${runs}, ${kibibytes} KiB, ${Date.now() - startedAt} ms`);
}

/** The histories of the workflow's runs, oldest first. */
async function play({ kind, options, longestHistory, play: playIt }: Journey): Promise<string[]> {
  const undo = longestHistory === undefined ? undefined : suggestNewRuns(longestHistory);
  const receiver = await startReceiver();
  const service = await startService({
    virtualTime: true,
    sandbox: { uuid: countedIds(), seed: 1 },
    ...(kind === 'encrypted' && { encryption: { keys: recordingKeys, bundle: encryptedBundle } }),
    ...options?.(receiver),
  });
  try {
    const id = await playIt(service, receiver);
    const { client } = service.temporal;
    return await Promise.all((await runsOf(client, id)).map((runId) => historyOf(client, id, runId)));
  } finally {
    await service.stop();
    await receiver.stop();
    undo?.();
  }
}

/** A thousand events are many to keep: the server is told to find fewer long enough. */
function suggestNewRuns(events: number): () => void {
  const cli = cliPath();
  const place = mkdtempSync(`${cache}record-`);
  const path = `${place}/temporal`;
  const flag = `--dynamic-config-value limit.historyCount.suggestContinueAsNew=${events}`;
  writeFileSync(path, `#!/bin/sh\nexec '${cli}' "$@" ${flag}\n`);
  chmodSync(path, 0o755);
  process.env['TEST_TEMPORAL_CLI'] = path;
  return () => {
    process.env['TEST_TEMPORAL_CLI'] = cli;
    rmSync(place, { recursive: true });
  };
}

/** The runs of a workflow, oldest first. Visibility may lag, so it is asked until it has the newest. */
async function runsOf(client: Client, workflowId: string): Promise<string[]> {
  const newest = (await client.workflow.getHandle(workflowId).describe()).runId;
  for (;;) {
    const runs: { runId: string; startTime: Date }[] = [];
    for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
    if (!runs.some(({ runId }) => runId === newest)) continue;
    return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime()).map(({ runId }) => runId);
  }
}

/** One event a line, and nothing of the machine that recorded it: no host, process, path, or hash of the workflow code. */
async function historyOf(client: Client, workflowId: string, runId: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { events } = JSON.parse(historyToJSON(history)) as { events: unknown[] };
  const lines = events.map((event) => JSON.stringify(event));
  return `{"events":[\n${lines.join(',\n')}\n]}\n`
    .replaceAll(`${process.pid}@${hostname()}`, 'recorder')
    .replaceAll(/"buildId":"(\d+)-[0-9a-f]+"/g, '"buildId":"$1-recorded"')
    .replaceAll(root, '');
}

function countedIds(): () => string {
  let count = 0;
  return () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
}
