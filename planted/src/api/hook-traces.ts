import type { FastifyReply, FastifyRequest } from 'fastify';

/** Where hooks are traced. */
export interface HookTraces {
  begin(hook: TracedHook): HookTrace;
}

/** A hook whose address is right. */
export interface TracedHook {
  readonly method: string;
  /** The pattern of its route: the path holds the token. */
  readonly route: string;
  readonly account: string;
  readonly provider: string;
  /** When it came in, epoch milliseconds. */
  readonly at: number;
  /** The header as it was sent; one that is none begins a trace of its own. */
  readonly traceparent: string | undefined;
}

/** The trace of one hook, until it is answered. */
export interface HookTrace {
  /** What its hint carries to the order, as W3C writes it. */
  readonly traceparent: string;
  /** Which order it is about. */
  about(order: string): void;
  /** What was done with it; of a copy, `first` is the traceparent of the one that was delivered. */
  became(what: 'delivered' | 'copy' | 'ignored', first?: string): void;
  /** The status of the answer, or undefined where its sender has not waited for one. */
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
