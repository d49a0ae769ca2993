import type { Client } from '@temporalio/client';
import { deskMemo, deskType, type DeskView } from '../workflows/contract/desk.ts';
import { quote } from '../workflows/contract/visibility.ts';
import { listRuns } from './list.ts';
import { memoOf } from './signals.ts';

/** The desks of these accounts, of all where none are named: their open incidents, and channels that do not answer. */
export async function listDesks(
  client: Client,
  accounts: readonly string[] | undefined,
): Promise<readonly DeskView[]> {
  const query = `WorkflowType = ${quote(deskType)} AND ExecutionStatus = 'Running'`;
  const desks: DeskView[] = [];
  let from: Uint8Array | undefined;
  do {
    const { runs, pageToken } = await listRuns(client, query, 1_000, from);
    for (const run of runs) {
      const desk = (await memoOf(client, run))?.[deskMemo] as DeskView | undefined;
      if (desk && (accounts === undefined || accounts.includes(desk.account))) desks.push(desk);
    }
    from = pageToken;
  } while (from);
  return desks.toSorted((a, b) => (a.account < b.account ? -1 : 1));
}
