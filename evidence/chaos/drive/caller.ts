import type { Ledger } from '../ledger.ts';
import type { CallKind, CallLine } from './calls.ts';

export interface Outgoing {
  readonly kind: CallKind;
  readonly order: number;
  readonly attempt: number;
  readonly hook?: number;
  readonly delivery?: number;
  readonly act?: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The answer to a call; without a status there was none. */
export interface Outcome {
  readonly status: number | undefined;
  readonly body: unknown;
}

// As a provider waits for the answer to a hook, and longer than any deadline of the service.
const patienceMs = { hook: 10_000, register: 15_000, person: 15_000 } as const;

/** Calls the service. One line is on the disk before each call is sent, another has its answer. */
export function createCaller(ledger: Ledger<CallLine>): (outgoing: Outgoing) => Promise<Outcome> {
  let calls = 0;
  return async ({ method, url, headers, body, ...details }) => {
    const call = (calls += 1);
    const { host: to } = new URL(url);
    await ledger.write({
      type: 'sent',
      call,
      at: Date.now(),
      to,
      ...details,
      ...(body !== undefined && { body }),
    });
    try {
      const response = await fetch(url, {
        method,
        signal: AbortSignal.timeout(patienceMs[details.kind]),
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status } = response;
      const answer = details.kind === 'person' ? { body: parsed(text) } : {};
      await ledger.write({ type: 'answered', call, at: Date.now(), status, ...answer });
      return { status, body: parsed(text) };
    } catch (error) {
      await ledger.write({ type: 'answered', call, at: Date.now(), error: reasonOf(error) });
      return { status: undefined, body: undefined };
    }
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The socket's error is the cause of fetch's own. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  return name === 'TimeoutError' ? 'timeout' : (cause?.code ?? message);
}
