import fc from 'fast-check';
import type { Settlement } from '../../../src/domain/money/payment.ts';
import type { ProviderClient, ProviderHooks, ReadAttempt } from '../../../src/providers/provider.ts';

/** What can go wrong between the adapter and a provider. Each sandbox has its own way to play these faults. */
export type Fault =
  | 'wrong credentials'
  | 'busy, come back in 7 s'
  | 'broken'
  | 'cut off'
  | 'HTML'
  | 'empty'
  | 'too much'
  | 'elsewhere'
  | 'about another payment'
  | 'a new word';

/** A provider beside its sandbox, as the suite plays with it. */
export interface Stage {
  readonly hooks: ProviderHooks;
  readonly client: ProviderClient;
  /** Makes a payment that nobody has paid, and answers its key. */
  open(): Promise<string>;
  /** Plays it to a settlement of its payment; 'captured' is money taken. */
  bring(key: string, to: Settlement | 'captured'): Promise<void>;
  /** Every read of it meets this fault from now on. */
  setFault(key: string, kind: Fault): Promise<void>;
  /** Hooks that the provider sends of a payment, as bodies: each must parse. */
  sentHooks(key: string): Promise<readonly unknown[]>;
  /** Words of the sandbox's shoppers, and the secrets of the account: none may leave the adapter. */
  readonly private: readonly string[];
  stop(): Promise<void>;
}

/** A read answers within its own deadline, also when the provider does not. */
const patience = new AbortController().signal;

/** What every adapter promises, whatever its provider is like. */
export function conforms(name: string, start: () => Promise<Stage>): void {
  describe(`${name} conforms`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await start();
    });
    afterAll(() => stage.stop());

    const read = (key: string, signal = patience) => stage.client.read({ kind: 'deposit', key }, signal);

    test('any JSON is parsed to a value, never to an exception', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (fields) => {
          const parsed = stage.hooks.parseHook({ fields });
          expect(typeof parsed.ok).toBe('boolean');
          if (!parsed.ok) expect(parsed.detail).not.toBe('');
        }),
        { numRuns: 500 },
      );
    });

    test.each(['', '\n', 'a\u0000b', '\ud800', '..'])('%j is no key', (key) => {
      expect(stage.hooks.isKey(key)).toBe(false);
    });

    test('what its provider sends leads to the payment, the same each time', async () => {
      const key = await stage.open();
      await stage.bring(key, 'captured');
      const sent = await stage.sentHooks(key);
      expect(sent.length).toBeGreaterThan(0);
      for (const fields of sent) {
        const parsed = stage.hooks.parseHook({ fields });
        expect(parsed).toMatchObject({ ok: true, kind: 'deposit', key });
        expect(stage.hooks.parseHook({ fields: structuredClone(fields) })).toEqual(parsed);
      }
      expect(stage.hooks.isKey(key)).toBe(true);
    });

    test('what nobody has paid has no outcome and no money', async () => {
      const answer = await read(await stage.open());
      expect(answer).toMatchObject({ ok: true, reading: { movements: [] } });
      expect(readingOf(answer)).not.toHaveProperty('outcome');
    });

    test.each(['pending', 'approved', 'rejected', 'cancelled'] as const)(
      '%s is read as such',
      async (outcome) => {
        const key = await stage.open();
        await stage.bring(key, outcome);
        const reading = readingOf(await read(key));
        // The entries tell it; a word about the whole says the same where there is one.
        const attempts = reading.movements.filter(({ kind }) => kind === 'authorization');
        expect(attempts.map(({ status }) => status)).toEqual([outcome]);
        expect(reading.outcome ?? outcome).toBe(outcome);
        for (const { amount } of reading.movements) expect(Number.isSafeInteger(amount)).toBe(true);
      },
    );

    test('money taken is a capture of the whole, by an id that stays', async () => {
      const key = await stage.open();
      await stage.bring(key, 'captured');
      const [first, second] = [readingOf(await read(key)), readingOf(await read(key))];
      expect(second).toEqual(first);
      const captures = first.movements.filter(
        ({ kind, status }) => kind === 'capture' && status === 'approved',
      );
      expect(captures).toHaveLength(1);
    });

    test('a payment that the provider does not have is not there, or unknown; nothing worse', async () => {
      const answer = await read('11111111-2222-4333-8444-555555555555');
      expect(answer.ok ? answer.reading.presence : answer.failure).toMatch(/^(absent|unknown_session)$/);
    });

    test.each([
      ['wrong credentials', 'credentials', false],
      ['busy, come back in 7 s', 'rate_limited', true],
      ['broken', 'unavailable', true],
      ['cut off', 'unavailable', true],
      ['HTML', 'unavailable', true],
      ['empty', 'unavailable', true],
      ['too much', 'unavailable', true],
      ['elsewhere', 'unavailable', true],
      ['about another payment', 'foreign_session', false],
    ] as const)('%s is a value: %s', async (kind, failure, isTransient) => {
      const key = await stage.open();
      await stage.bring(key, 'approved');
      await stage.setFault(key, kind);
      const answer = await read(key);
      expect(answer).toMatchObject({ ok: false, failure, isTransient });
      if (kind === 'busy, come back in 7 s') expect(answer).toMatchObject({ retryAfterMs: 7_000 });
    });

    test('a new word moves nothing and is named', async () => {
      const key = await stage.open();
      await stage.bring(key, 'approved');
      await stage.setFault(key, 'a new word');
      const reading = readingOf(await read(key));
      expect(reading).not.toHaveProperty('outcome');
      expect(reading.unknown?.length).toBeGreaterThan(0);
    });

    test('a reader that gives up is heard at once', async () => {
      const answer = await read(await stage.open(), AbortSignal.abort());
      expect(answer).toMatchObject({ ok: false, failure: 'unavailable' });
    });

    test('nothing private leaves the adapter, neither in readings nor in failures nor in hints', async () => {
      const key = await stage.open();
      await stage.bring(key, 'captured');
      const told = [
        await read(key),
        ...(await stage.sentHooks(key)).map((fields) => stage.hooks.parseHook({ fields })),
      ];
      for (const kind of ['wrong credentials', 'broken', 'HTML', 'about another payment'] as const) {
        await stage.setFault(key, kind);
        told.push(await read(key));
      }
      expect(stage.private.length).toBeGreaterThan(3);
      const text = JSON.stringify(told).toLowerCase();
      for (const word of stage.private) expect(text).not.toContain(word.toLowerCase());
    });
  });
}

function readingOf(answer: ReadAttempt) {
  if (!answer.ok) throw new Error(`${answer.failure}: ${answer.detail}`);
  return answer.reading;
}
