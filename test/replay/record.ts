import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import globalSetup from '../support/global-setup.ts';
import { orderIdOf, startService } from '../support/service.ts';
import { cliPath } from '../support/temporal.ts';
import { currentEra, journeys, type Journey } from './journeys.ts';

// `npm run record [name …]`: plays journeys and keeps the histories of their runs. Record after a change that is meant to
// change what a workflow commands, and never to silence a replay that fails: those histories stand for orders that are open.
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}test/replay/histories/${currentEra}/`;
const cache = `${root}.cache/`;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !journeys.some((journey) => journey.name === name));
if (unknown.length > 0) throw new Error(`no such journey: ${unknown.join(', ')}`);

await globalSetup();
mkdirSync(folder, { recursive: true });
for (const journey of journeys.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
  await record(journey);

async function record(journey: Journey): Promise<void> {
  const startedAt = Date.now();
  const histories = await play(journey);
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
  console.log(`${journey.name}: ${runs}, ${kibibytes} KiB, ${Date.now() - startedAt} ms`);
}

/** The histories of the order's runs, oldest first. */
async function play({ account, longestHistory, play: playIt }: Journey): Promise<string[]> {
  const undo = longestHistory === undefined ? undefined : suggestNewRuns(longestHistory);
  const service = await startService({
    virtualTime: true,
    sandbox: { uuid: countedIds(), seed: 1 },
    ...(account !== undefined && { account }),
  });
  try {
    const id = orderIdOf(await playIt(service));
    const { client } = service.temporal;
    return await Promise.all((await runsOf(client, id)).map((runId) => historyOf(client, id, runId)));
  } finally {
    await service.stop();
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

/** The runs of an order, oldest first. Visibility may lag, so it is asked until it has the newest. */
async function runsOf(client: Client, workflowId: string): Promise<string[]> {
  const newest = (await client.workflow.getHandle(workflowId).describe()).runId;
  for (;;) {
    const runs: { runId: string; startTime: Date }[] = [];
    for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
    if (!runs.some(({ runId }) => runId === newest)) continue;
    return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime()).map(({ runId }) => runId);
  }
}

/** One event a line; who recorded it, and where, is nobody's business. */
async function historyOf(client: Client, workflowId: string, runId: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { events } = JSON.parse(historyToJSON(history)) as { events: unknown[] };
  const lines = events.map((event) => JSON.stringify(event));
  return `{"events":[\n${lines.join(',\n')}\n]}\n`
    .replaceAll(`${process.pid}@${hostname()}`, 'recorder')
    .replaceAll(root, '');
}

function countedIds(): () => string {
  let count = 0;
  return () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
}
