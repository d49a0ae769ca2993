import { startSandbox } from '../../sandbox/start.ts';
import { basic, openHarness, withBench } from './harness.ts';

test('it listens on a free port of the loopback, and says where', async () => {
  const sandbox = await startSandbox();
  expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(sandbox.url)).status).toBe(200);
  await sandbox.stop();
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
});

test('the log-in is the one in its options', async () => {
  await withBench({ briqpay: { username: 'acme', secret: 'hush' } }, async (harness) => {
    const path = `/session/${await harness.session()}`;
    const [own, usual] = [basic('acme', 'hush'), basic('sandbox', 'sandbox-secret')];
    const statuses = [own, usual].map(
      async (authorization) => (await harness.api('GET', path, undefined, { authorization })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 403]);
  });
});

test('it stops at once with calls hanging, hooks under way, delayed and waiting for another try', async () => {
  const harness = await openHarness({ retryMs: [60_000] });
  harness.receiver.answerWith(500);
  const release = harness.receiver.hold();
  const retried = await harness.session();
  const delayed = await harness.session({
    hooksPlan: { delayMs: 60_000 },
    script: [{ afterMs: 60_000, action: 'approve' }],
  });
  const held = await harness.session({ hooksPlan: { order: 'shuffled', holdMs: 60_000 } });
  const hanging = await harness.session({ faults: [{ kind: 'hang' }] });
  for (const id of [retried, delayed, held]) await harness.act(id, 'complete');
  await harness.receiver.until(1);
  release();
  const read = harness.read(hanging);
  read.catch(() => undefined);
  while ((await harness.ledger(hanging)).reads.length === 0);
  await harness.close();
  await expect(read).rejects.toThrow('fetch failed');
});

test('ids differ between two sandboxes of one seed', async () => {
  await withBench({ seed: 1 }, (one) =>
    withBench({ seed: 1 }, async (other) => expect(await one.session()).not.toBe(await other.session())),
  );
});
