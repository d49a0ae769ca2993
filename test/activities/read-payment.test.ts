import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { CircuitBreaker } from '../../src/activities/circuit-breaker.ts';
import { createProviderActivities, type ReadDependencies } from '../../src/activities/read-payment.ts';
import type { Reading } from '../../src/domain/money/payment.ts';
import type { ReadAttempt, ReadTarget } from '../../src/providers/provider.ts';

const request = { account: 'acme-se', kind: 'deposit', key: '61c16f84' } as const;
const reading: Reading = { presence: 'closed', outcome: 'approved', movements: [] };
const found: ReadAttempt = { ok: true, reading };
const passing: ReadAttempt = { ok: false, failure: 'unavailable', detail: 'HTTP 503', isTransient: true };
const lasting: ReadAttempt = { ok: false, failure: 'credentials', detail: 'HTTP 403', isTransient: false };

type Read = (target: ReadTarget, signal: AbortSignal) => Promise<ReadAttempt>;

/** The activity with a client that reads so, for the accounts acme-se and acme-no. */
function activity(read: Read, more: Partial<ReadDependencies> = {}) {
  const { readPayment } = createProviderActivities({
    clientOf: (account) => (account.startsWith('acme-') ? { read } : undefined),
    readsPerAccount: 10,
    now: Date.now,
    ...more,
  });
  return readPayment;
}

// Activities that fail here do so on purpose.
const environment = (info: { attempt: number }) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });

const attempt = (
  number: number,
  read: ReturnType<typeof activity>,
  asked: typeof request | object = request,
) => environment({ attempt: number }).run(read, { ...request, ...asked });

/** What was thrown, which is what the server decides about another attempt by. */
async function thrownBy(run: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await run.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
}

test.each([1, 2, 3, 7])('a reading is the answer, with the number of the attempt: %i', async (number) => {
  const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => found);
  expect(await attempt(number, activity(read))).toEqual({ ok: true, reading, attempts: number });
  expect(read).toHaveBeenCalledTimes(1);
  expect(read.mock.calls[0]?.[0]).toEqual({ kind: 'deposit', key: '61c16f84' });
});

describe('a failure that may pass', () => {
  const transient = activity(async () => passing);

  test.each([1, 2])('is thrown at attempt %i, for the server to try again', async (number) => {
    expect(await thrownBy(attempt(number, transient))).toMatchObject({
      type: 'unavailable',
      message: 'HTTP 503',
      nonRetryable: false,
      category: 'BENIGN',
    });
  });

  test.each([3, 4])('is the answer at attempt %i', async (number) => {
    expect(await attempt(number, transient)).toEqual({
      ok: false,
      failure: 'unavailable',
      detail: 'HTTP 503',
      attempts: number,
    });
  });

  test('leaves the pause to the policy where the provider names none', async () => {
    expect((await thrownBy(attempt(1, transient))).nextRetryDelay).toBeUndefined();
  });

  test.each([
    [0, 0],
    [7_000, 7_000],
    [30_000, 30_000],
    [30_001, 30_000],
    [999_999_999_000, 30_000],
  ])('waits as long as the provider asks, %i ms, and 30 s at most', async (retryAfterMs, nextRetryDelay) => {
    const payments = activity(async () => ({ ...passing, failure: 'rate_limited', retryAfterMs }));
    expect(await thrownBy(attempt(1, payments))).toMatchObject({ type: 'rate_limited', nextRetryDelay });
  });
});

test.each([1, 2, 3])('a failure that will not pass is the answer at once: attempt %i', async (number) => {
  expect(
    await attempt(
      number,
      activity(async () => lasting),
    ),
  ).toEqual({
    ok: false,
    failure: 'credentials',
    detail: 'HTTP 403',
    attempts: number,
  });
});

test('an account that this worker does not have is refused, without a read', async () => {
  const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => found);
  expect(await attempt(1, activity(read), { account: 'other' })).toMatchObject({
    ok: false,
    failure: 'refused',
  });
  expect(read).not.toHaveBeenCalled();
});

test('cancelling the activity ends the read', async () => {
  const cancelled = environment({ attempt: 1 });
  let signal: AbortSignal | undefined;
  const run = cancelled.run(
    activity(async (_, given) => {
      signal = given;
      cancelled.cancel('CANCELLED');
      return passing;
    }),
    request,
  );
  await run.catch(() => undefined);
  expect(signal?.aborted).toBe(true);
});

describe('the share of one account', () => {
  /** A client whose reads wait until they are let go. */
  function gate() {
    const waiting: ((answer: ReadAttempt | Error) => void)[] = [];
    const read: Read = () =>
      new Promise((resolve, reject) => {
        waiting.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      });
    return { read, letGo: (answer: ReadAttempt | Error) => waiting.shift()?.(answer), waiting };
  }

  test('is as many reads at once, and one more is refused at once and retryable', async () => {
    const { read, letGo, waiting } = gate();
    const share = activity(read, { readsPerAccount: 2 });
    const running = [attempt(1, share), attempt(1, share)];
    for (const number of [1, 3, 50]) {
      const busy = await thrownBy(attempt(number, share));
      expect(busy).toMatchObject({ type: 'account_busy', nonRetryable: false, category: 'BENIGN' });
      expect(busy.nextRetryDelay).toBeGreaterThanOrEqual(100);
      expect(busy.nextRetryDelay).toBeLessThanOrEqual(500);
    }
    expect(waiting).toHaveLength(2);
    letGo(found);
    letGo(found);
    expect(await Promise.all(running)).toHaveLength(2);
  });

  test('leaves the slots of other accounts alone', async () => {
    const { read, letGo } = gate();
    const share = activity(read, { readsPerAccount: 1 });
    const running = [attempt(1, share), attempt(1, share, { account: 'acme-no' })];
    letGo(found);
    letGo(found);
    expect(await Promise.all(running)).toEqual([
      expect.objectContaining({ ok: true }),
      expect.objectContaining({ ok: true }),
    ]);
  });

  test.each<[string, ReadAttempt | Error]>([
    ['a reading', found],
    ['a failure that may pass', passing],
    ['a failure that will not pass', lasting],
    ['an exception', new Error('a surprise')],
  ])('is free again after %s', async (_, answer) => {
    const { read, letGo } = gate();
    const share = activity(read, { readsPerAccount: 1 });
    for (let round = 0; round < 3; round++) {
      const running = attempt(1, share).catch(() => undefined);
      expect((await thrownBy(attempt(1, share))).type).toBe('account_busy');
      letGo(answer);
      await running;
    }
    const last = attempt(1, share);
    letGo(found);
    expect(await last).toMatchObject({ ok: true });
  });

  test('a refusal does not free a slot that others hold', async () => {
    const { read, letGo, waiting } = gate();
    const share = activity(read, { readsPerAccount: 1 });
    const running = attempt(1, share);
    for (let round = 0; round < 5; round++) await thrownBy(attempt(1, share));
    expect(waiting).toHaveLength(1);
    letGo(found);
    await running;
  });
});

test('an exception of a client stays one: it is a surprise, not an answer', async () => {
  const surprised = activity(async () => {
    throw new TypeError('a surprise');
  });
  await expect(attempt(3, surprised)).rejects.toThrow('a surprise');
});

describe('a read that an order waits for in its own task', () => {
  const inline = { withinMs: 50 };

  test('is over in its time, however long the provider takes', async () => {
    const hanging = activity(
      (_, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () =>
            resolve({ ok: false, failure: 'timeout', detail: 'aborted', isTransient: true }),
          ),
        ),
    );
    expect(await thrownBy(attempt(1, hanging, inline))).toMatchObject({
      type: 'timeout',
      category: 'BENIGN',
    });
  });

  test('is thrown where it may be cured, whatever the attempt; what will not pass is the answer', async () => {
    expect(
      (
        await thrownBy(
          attempt(
            9,
            activity(async () => passing),
            inline,
          ),
        )
      ).type,
    ).toBe('unavailable');
    expect(
      await attempt(
        1,
        activity(async () => lasting),
        inline,
      ),
    ).toMatchObject({ failure: 'credentials' });
  });

  test('is not tried for ten seconds after one that failed; the queue, and other accounts, are', async () => {
    let time = 0;
    const answers = [passing];
    const read = activity(async () => answers.pop() ?? found, { now: () => time });
    await thrownBy(attempt(1, read, inline));
    time = 9_999;
    expect((await thrownBy(attempt(1, read, inline))).type).toBe('account_busy');
    expect(await attempt(1, read)).toMatchObject({ ok: true });
    expect(await attempt(1, read, { ...inline, account: 'acme-no' })).toMatchObject({ ok: true });
    time = 10_000;
    expect(await attempt(1, read, inline)).toMatchObject({ ok: true });
  });
});

describe('a provider that asks for a pause', () => {
  const limited: ReadAttempt = {
    ok: false,
    failure: 'rate_limited',
    detail: 'HTTP 429',
    isTransient: true,
    retryAfterMs: 7_000,
  };

  test('is asked by no other order of the account before it is over, and by other accounts at once', async () => {
    let time = 0;
    const answers = [limited];
    const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => answers.pop() ?? found);
    const payments = activity(read, { now: () => time });
    await thrownBy(attempt(1, payments));
    time = 6_000;
    expect(await thrownBy(attempt(3, payments))).toMatchObject({
      type: 'rate_limited',
      nextRetryDelay: 1_000,
    });
    expect(read).toHaveBeenCalledTimes(1);
    expect(await attempt(1, payments, { account: 'acme-no' })).toMatchObject({ ok: true });
    time = 7_000;
    expect(await attempt(1, payments)).toMatchObject({ ok: true });
  });

  test('for an absurd time lasts half a minute', async () => {
    let time = 0;
    const answers = [{ ...limited, retryAfterMs: 1e12 }];
    const payments = activity(async () => answers.pop() ?? found, { now: () => time });
    await thrownBy(attempt(1, payments));
    time = 29_999;
    expect((await thrownBy(attempt(1, payments))).type).toBe('rate_limited');
    time = 30_000;
    expect(await attempt(1, payments)).toMatchObject({ ok: true });
  });
});

describe('an account that the breaker rejects', () => {
  const down = () => {
    const breaker = new CircuitBreaker({ report: () => {}, now: () => 1_000 });
    for (const order of ['a', 'b', 'c']) breaker.record('acme-se', order, 'timeout');
    return breaker;
  };

  test.each([{}, { withinMs: 1_000 }])(
    'is not asked by a recheck, which is told so at once: %o',
    async (more) => {
      const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => found);
      const answer = await attempt(1, activity(read, { breaker: down() }), more);
      expect(answer).toMatchObject({ ok: false, failure: 'unavailable', attempts: 1 });
      expect(read).not.toHaveBeenCalled();
    },
  );

  test('lets one that somebody asked for wait until it may be asked again', async () => {
    const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => found);
    const asked = attempt(1, activity(read, { breaker: down() }), { isAsked: true });
    const { type, nextRetryDelay } = await thrownBy(asked);
    expect(type).toBe('unavailable');
    expect(Number(nextRetryDelay)).toBeGreaterThanOrEqual(2_000);
    expect(read).not.toHaveBeenCalled();
  });

  test('and one that answers ends it for all', async () => {
    const breaker = down();
    const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => found);
    breaker.record('acme-se', 'd', undefined);
    expect(await attempt(1, activity(read, { breaker }))).toMatchObject({ ok: true });
  });
});

describe('an order that no read has found and nobody has registered', () => {
  const unknown = { isUnknown: true } as const;

  test('does not count towards a fault of the account, however often it fails', async () => {
    const breaker = new CircuitBreaker({ report: () => {}, now: () => 1_000 });
    const payments = activity(async () => lasting, { breaker });
    for (const key of ['d', 'e', 'f']) await attempt(1, payments, { ...unknown, key });
    expect(breaker.faultOf('acme-se')).toBeUndefined();
    for (const key of ['d', 'e', 'f']) await attempt(1, payments, { key });
    expect(breaker.faultOf('acme-se')).toBe('credentials_refused');
  });

  test('does not count against it either, when its read succeeds', async () => {
    const breaker = new CircuitBreaker({ report: () => {}, now: () => 1_000 });
    for (const order of ['a', 'b']) breaker.record('acme-se', order, 'timeout');
    const payments = activity(async () => found, { breaker });
    await attempt(1, payments, unknown);
    breaker.record('acme-se', 'c', 'timeout');
    expect(breaker.faultOf('acme-se')).toBe('provider_unreachable');
  });
});

test('attempts that the provider no longer lists are read by their own ids', async () => {
  const read = jest.fn<Promise<ReadAttempt>, Parameters<Read>>(async () => found);
  await attempt(1, activity(read), { attempts: ['uuid-1', 'uuid-2'] });
  expect(read.mock.calls[0]?.[0]).toEqual({
    kind: 'deposit',
    key: '61c16f84',
    attempts: ['uuid-1', 'uuid-2'],
  });
});
