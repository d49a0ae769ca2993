import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { supervise, untilUp, type Incident, type Supervisor } from '../../../evidence/kit/supervisor.ts';
import { startProcess, type Process } from '../../../tools/process.ts';

let folder: string;
let supervisor: Supervisor | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-test-'));
});
afterEach(async () => {
  await supervisor?.stop();
  rmSync(folder, { recursive: true });
});

function start(script: string, program?: string) {
  const incidents: string[] = [];
  const note = ({ what, detail }: Omit<Incident, 'at'>) =>
    void incidents.push(detail ? `${what} ${detail}` : what);
  supervisor = supervise<Process>(
    {
      target: 'api',
      async start() {
        const process = startProcess({ name: 'api', program, args: ['-e', script], cwd: folder });
        await process.started;
        return process;
      },
      untilReady: (process) => process.until(/ready/),
    },
    note,
  );
  return { incidents, supervisor };
}

test('a process that is killed is started again, and everything is written down', async () => {
  const { incidents, supervisor } = start('console.log("ready"); setInterval(() => {}, 1000)');
  await supervisor.untilUp();
  await supervisor.kill('SIGKILL', 10);
  await untilUp([supervisor]);
  expect(incidents).toEqual(['spawned', 'ready', 'signalled SIGKILL', 'ended SIGKILL', 'spawned', 'ready']);
  expect(supervisor.unasked()).toBe(0);
  await supervisor.stop();
  expect(supervisor.state()).toBe('down');
});

test('one that ends by itself is started again too, and counted', async () => {
  const { incidents, supervisor } = start(
    `const fs = require('fs'); if (!fs.existsSync('again')) { fs.writeFileSync('again', ''); process.exit(3); }
     console.log("ready"); setInterval(() => {}, 1000)`,
  );
  await supervisor.untilUp();
  expect(incidents).toEqual(['spawned', 'ended exit 3, unasked', 'spawned', 'ready']);
  expect(supervisor.unasked()).toBe(1);
});

test('one that cannot be started is given up after three attempts', async () => {
  const { incidents, supervisor } = start('', join(folder, 'nowhere'));
  while (incidents.length < 7) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(incidents.filter((each) => each === 'spawned')).toHaveLength(3);
  expect(incidents.at(-1)).toMatch(/^ended given up: .*ENOENT/);
  expect(supervisor.state()).toBe('starting');
});
