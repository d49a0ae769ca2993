import type { Client } from '@temporalio/client';
import { OrderLookups } from '../../src/orders/order-lookups.ts';

/** A server that answers a look when it is told to, with the number of the look as the run's id. */
function gatedClient() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const describeWorkflowExecution = ({ execution }: { execution: { workflowId: string } }) => {
    asked.push(execution.workflowId);
    const runId = String(asked.length);
    return new Promise((resolve) =>
      answers.push(() =>
        resolve({ workflowExecutionInfo: { execution: { runId }, type: { name: 'paymentOrder' } } }),
      ),
    );
  };
  const client = {
    options: { namespace: 'default' },
    workflowService: { describeWorkflowExecution },
    withDeadline: (_: number, call: () => unknown) => call(),
  };
  return { client: client as unknown as Client, asked, answer: () => answers.shift()?.() };
}

/** Lets everything run that can run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a few looks are under way at once, the others wait for their turn', async () => {
  const { client, asked, answer } = gatedClient();
  const lookups = new OrderLookups(client);
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => lookups.find(id));
  await settled();
  expect(asked).toEqual(['a', 'b', 'c', 'd']);
  answer();
  await settled();
  expect(asked).toEqual(['a', 'b', 'c', 'd', 'e']);
  for (let left = 5; left > 0; left--) {
    answer();
    await settled();
  }
  expect((await Promise.all(all)).map((run) => run?.runId)).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('those who wait for one order share a look; one that is under way already is older than their question', async () => {
  const { client, asked, answer } = gatedClient();
  const lookups = new OrderLookups(client);
  const early = lookups.find('a');
  await settled();
  const late = lookups.find('a');
  await settled();
  expect(asked).toEqual(['a', 'a']);
  const busy = ['b', 'c'].map((id) => lookups.find(id));
  await settled();
  const shared = [lookups.find('a'), lookups.find('a'), lookups.find('a')];
  await settled();
  expect(asked).toEqual(['a', 'a', 'b', 'c']);
  for (let left = 5; left > 0; left--) {
    answer();
    await settled();
  }
  expect(asked).toEqual(['a', 'a', 'b', 'c', 'a']);
  const runIds = async (runs: typeof shared) => (await Promise.all(runs)).map((run) => run?.runId);
  expect(await runIds([early, late])).toEqual(['1', '2']);
  expect(await runIds(busy)).toEqual(['3', '4']);
  expect(await runIds(shared)).toEqual(['5', '5', '5']);
});

describe('when the server does not answer', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('everybody is told within five seconds, also who has not had a turn', async () => {
    const { client, asked } = gatedClient();
    const lookups = new OrderLookups(client);
    const all = Promise.allSettled(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => lookups.find(id)));
    await settled();
    await jest.advanceTimersByTimeAsync(5_000);
    const refused = { status: 'rejected', reason: expect.objectContaining({ code: 'unavailable' }) };
    expect(await all).toEqual([refused, refused, refused, refused, refused, refused]);
    expect(asked).toHaveLength(4);
  });
});
