/** A call of the service as two lines of the ledger: one before it is sent, one when it has ended. */
export type CallLine =
  | {
      readonly type: 'sent';
      readonly call: number;
      readonly at: number;
      readonly kind: CallKind;
      readonly order: number;
      readonly attempt: number;
      /** The host and port of the called API, where there are several. */
      readonly to?: string;
      readonly hook?: number;
      readonly delivery?: number;
      readonly act?: string;
      readonly body?: unknown;
    }
  | {
      readonly type: 'answered';
      readonly call: number;
      readonly at: number;
      readonly status?: number;
      /** Why there was no answer. */
      readonly error?: string;
      readonly body?: unknown;
    };

export type CallKind = 'hook' | 'register' | 'person';

/** One call with its result; without `answeredAt` the result is unknown. */
export interface Call {
  readonly call: number;
  readonly kind: CallKind;
  readonly order: number;
  readonly attempt: number;
  /** Absent in ledgers of runs with one API. */
  readonly to?: string;
  readonly sentAt: number;
  readonly hook?: number;
  readonly delivery?: number;
  readonly act?: string;
  readonly answeredAt?: number;
  readonly status?: number;
  readonly error?: string;
  readonly answer?: unknown;
}

/** Pairs the lines of a ledger; the calls are in the order of their sending. */
export function callsOf(lines: readonly CallLine[]): Call[] {
  const calls = new Map<number, Call>();
  for (const line of lines) {
    if (line.type === 'sent') {
      const { type: _, at, body: __, ...rest } = line;
      calls.set(line.call, { ...rest, sentAt: at });
      continue;
    }
    const sent = calls.get(line.call);
    if (!sent) throw new Error(`call ${line.call} was answered and never sent`);
    const { at, status, error, body } = line;
    calls.set(line.call, {
      ...sent,
      answeredAt: at,
      ...(status !== undefined && { status }),
      ...(error !== undefined && { error }),
      ...(body !== undefined && { answer: body }),
    });
  }
  return [...calls.values()].toSorted((a, b) => a.sentAt - b.sentAt || a.call - b.call);
}

export function isTaken({ status = 0 }: Pick<Call, 'status'>): boolean {
  return status >= 200 && status < 300;
}
