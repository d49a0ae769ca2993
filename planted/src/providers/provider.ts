import type { Hint } from '../domain/order/hints.ts';
import type { Kind, ReadResult } from '../domain/money/payment.ts';

/** What came in at a hook URL: the JSON body of a POST, or the query of a GET. */
export interface IncomingHook {
  readonly fields: unknown;
}

/** A hook in the words of this house: which order it is about, and what it claims. */
export type ParsedHook =
  | {
      readonly ok: true;
      readonly kind: Kind;
      readonly key: string;
      readonly hint: Omit<Hint, 'id'>;
      readonly isIgnored?: true;
    }
  | { readonly ok: false; readonly detail: string };

/** What a signed hook is checked against. `body` is the raw bytes as text; `secrets` are all that are valid now. */
export interface SignedHook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly secrets: readonly string[];
  readonly now: number;
}

/** Which payment a read is about. */
export interface ReadTarget {
  readonly kind: Kind;
  readonly key: string;
}

/** One attempt to read. A failure that may pass by itself is worth another attempt, not before `retryAfterMs`. */
export type ReadAttempt =
  | { readonly ok: true; readonly reading: (ReadResult & { ok: true })['reading'] }
  | {
      readonly ok: false;
      readonly failure: (ReadResult & { ok: false })['failure'];
      readonly detail: string;
      readonly isTransient: boolean;
      readonly retryAfterMs?: number;
    };

/** All that a provider consists of. `Account` is what its configuration gives for one account. */
export interface Provider<Account> {
  readonly hooks: ProviderHooks;
  /** `now` is epoch milliseconds. */
  client(account: Account, now: () => number): ProviderClient;
  /** What hooks of the account are signed with; none where it does not say. */
  signingSecrets(account: Account): readonly string[];
}

/** The half of a provider that needs no credentials: how its hooks are read. The API uses this half alone. */
export interface ProviderHooks {
  readonly name: string;
  /** Total: whatever was sent gives an answer, never an exception. Does no I/O. */
  parseHook(hook: IncomingHook): ParsedHook;
  /** Whether the provider's own signature fits; undefined where a provider does not sign. */
  verifySignature?(hook: SignedHook): boolean;
  /** What the API calls the provider's key when an order is registered. */
  readonly keyName: 'sessionId' | 'orderId';
  /** Which keys a merchant may register, for a deposit unless said otherwise. */
  isKey(key: string, kind?: Kind): boolean;
}

/** The half that talks to the provider with an account's credentials. Activities use this half. */
export interface ProviderClient {
  /** Asks what has become of a payment. Expected failures are values; the signal aborts the request. */
  read(target: ReadTarget, signal: AbortSignal): Promise<ReadAttempt>;
}
