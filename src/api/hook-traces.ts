import type { FastifyReply, FastifyRequest } from 'fastify';

/** Begins the traces of hooks. */
export interface HookTraces {
  begin(hook: TracedHook): HookTrace;
}

/** A hook that came to a valid address. */
export interface TracedHook {
  readonly method: string;
  /** The pattern of its route, since the path holds the token. */
  readonly route: string;
  readonly account: string;
  readonly provider: string;
  /** When it came in, epoch milliseconds. */
  readonly at: number;
  /** The header as it was sent. Without a valid one the hook begins a new trace. */
  readonly traceparent: string | undefined;
}

/** The trace of one hook; it ends with the answer. */
export interface HookTrace {
  /** Goes to the order with the hint, in W3C format. */
  readonly traceparent: string;
  /** Notes which order the hook is about. */
  about(order: string): void;
  /** Notes what was done with the hook. Of a copy, `first` is the traceparent of the hook that was delivered. */
  became(what: 'delivered' | 'copy' | 'ignored', first?: string): void;
  /** Ends the trace with the status of the answer; undefined where the sender did not wait for one. */
  end(status: number | undefined): void;
}

/** Begins the trace of a hook, which ends with its answer. */
export function traceHook(
  traces: HookTraces,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  hook: Pick<TracedHook, 'account' | 'provider' | 'at'>,
): HookTrace {
  const { method, headers, routeOptions } = request;
  const { traceparent } = headers;
  const trace = traces.begin({
    ...hook,
    method,
    route: routeOptions.url ?? '',
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  });
  const { raw } = reply;
  raw.once('close', () => trace.end(raw.writableFinished ? raw.statusCode : undefined));
  return trace;
}
