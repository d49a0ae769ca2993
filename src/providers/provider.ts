import type { Hint } from '../domain/order/hints.ts';
import type { Kind, ReadResult } from '../domain/money/payment.ts';

/** A request to a hook URL: the JSON body of a POST, or the query of a GET. */
export interface IncomingHook {
  readonly fields: unknown;
}

/** A parsed hook: the order that it is about, and what it claims. */
export type ParsedHook =
  | {
      readonly ok: true;
      readonly kind: Kind;
      readonly key: string;
      readonly hint: Omit<Hint, 'id'>;
      readonly isIgnored?: true;
    }
  | { readonly ok: false; readonly detail: string };

/** A signed hook and the secrets to verify it with. `body` is the raw body as text; `secrets` are all that are valid now. */
export interface SignedHook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly secrets: readonly string[];
  readonly now: number;
}

/** The payment to read. */
export interface ReadTarget {
  readonly kind: Kind;
  readonly key: string;
  /**
   * The provider's own ids of pending attempts that its answers no longer list. A provider that can reads each by its
   * id; what fails of that is no failure of the read.
   */
  readonly attempts?: readonly string[];
}

/** The result of one attempt to read. A transient failure is worth another attempt, not before `retryAfterMs`. */
export type ReadAttempt =
  | { readonly ok: true; readonly reading: (ReadResult & { ok: true })['reading'] }
  | {
      readonly ok: false;
      readonly failure: (ReadResult & { ok: false })['failure'];
      readonly detail: string;
      readonly isTransient: boolean;
      readonly retryAfterMs?: number;
    };

/** The port that every provider implements. `Account` is its configuration of one account. */
export interface Provider<Account> {
  readonly hooks: ProviderHooks;
  /** `now` is epoch milliseconds. */
  client(account: Account, now: () => number): ProviderClient;
  /** The secrets that sign the account's hooks; empty where none is configured. */
  signingSecrets(account: Account): readonly string[];
}

/** The part of a provider that needs no credentials: it parses hooks. The API uses only this part. */
export interface ProviderHooks {
  readonly name: string;
  /** Parses any input without throwing. Does no I/O. */
  parseHook(hook: IncomingHook): ParsedHook;
  /** Verifies the provider's own signature. Undefined where the provider does not sign. */
  verifySignature?(hook: SignedHook): boolean;
  /** The API's name for the provider's key when an order is registered. */
  readonly keyName: 'sessionId' | 'orderId';
  /** Whether a merchant may register this key; the default kind is a deposit. */
  isKey(key: string, kind?: Kind): boolean;
}

/** The part that calls the provider with an account's credentials. Activities use it. */
export interface ProviderClient {
  /** Reads the current state of a payment. Expected failures are values; the signal aborts the request. */
  read(target: ReadTarget, signal: AbortSignal): Promise<ReadAttempt>;
}
