import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type PrintingChild } from '../../../evidence/chaos/site/child.ts';
import { keep, type Incident, type Keeper } from '../../../evidence/chaos/site/keeper.ts';

let folder: string;
let keeper: Keeper | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-keeper-'));
});
afterEach(async () => {
  await keeper?.stop();
  rmSync(folder, { recursive: true });
});

function start(script: string): { readonly incidents: string[]; readonly keeper: Keeper } {
  const incidents: string[] = [];
  const note = ({ what, detail }: Omit<Incident, 'at'>) =>
    void incidents.push(detail ? `${what} ${detail}` : what);
  keeper = keep<PrintingChild>(
    {
      target: 'api',
      spawn: () => startChild({ args: ['-e', script], env: {}, cwd: folder, logFile: join(folder, 'log') }),
      isReady: (child) => child.prints('ready'),
    },
    note,
  );
  return { incidents, keeper };
}

test('a process that is killed is started again, and everything is written down', async () => {
  const { incidents, keeper } = start('console.log("ready"); setInterval(() => {}, 1000)');
  await keeper.untilUp();
  await keeper.kill('SIGKILL', 10);
  await keeper.untilUp();
  expect(incidents).toEqual(['spawned', 'ready', 'signalled SIGKILL', 'ended SIGKILL', 'spawned', 'ready']);
  expect(keeper.unasked()).toBe(0);
  await keeper.stop();
  expect(keeper.state()).toBe('down');
});

test('one that ends by itself is started again too, and counted', async () => {
  const { incidents, keeper } = start(
    `const fs = require('fs'); if (!fs.existsSync('again')) { fs.writeFileSync('again', ''); process.exit(3); }
     console.log("ready"); setInterval(() => {}, 1000)`,
  );
  await keeper.untilUp();
  expect(incidents).toEqual(['spawned', 'ended exit 3, unasked', 'spawned', 'ready']);
  expect(keeper.unasked()).toBe(1);
});
