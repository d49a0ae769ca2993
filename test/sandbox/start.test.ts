import { startSandbox } from '../../sandbox/start.ts';
import { basic, openBench, withBench } from './bench.ts';

test('it listens on a free port of the loopback, and says where', async () => {
  const sandbox = await startSandbox();
  expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(sandbox.url)).status).toBe(200);
  await sandbox.stop();
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
});

test('the log-in is the one in its options', async () => {
  await withBench({ briqpay: { username: 'acme', secret: 'hush' } }, async (bench) => {
    const path = `/session/${await bench.session()}`;
    const [own, usual] = [basic('acme', 'hush'), basic('sandbox', 'sandbox-secret')];
    const statuses = [own, usual].map(
      async (authorization) => (await bench.api('GET', path, undefined, { authorization })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 403]);
  });
});

test('it stops at once with calls hanging, hooks under way, delayed and waiting for another try', async () => {
  const bench = await openBench({ retryMs: [60_000] });
  bench.receiver.answerWith(500);
  const release = bench.receiver.hold();
  const retried = await bench.session();
  const delayed = await bench.session({
    hooksPlan: { delayMs: 60_000 },
    script: [{ afterMs: 60_000, action: 'approve' }],
  });
  const held = await bench.session({ hooksPlan: { order: 'shuffled', holdMs: 60_000 } });
  const hanging = await bench.session({ faults: [{ kind: 'hang' }] });
  for (const id of [retried, delayed, held]) await bench.act(id, 'complete');
  await bench.receiver.until(1);
  release();
  const read = bench.read(hanging);
  read.catch(() => undefined);
  while ((await bench.ledger(hanging)).reads.length === 0);
  await bench.close();
  await expect(read).rejects.toThrow('fetch failed');
});

test('ids differ between two sandboxes of one seed', async () => {
  await withBench({ seed: 1 }, (one) =>
    withBench({ seed: 1 }, async (other) => expect(await one.session()).not.toBe(await other.session())),
  );
});
