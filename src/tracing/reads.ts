import { SpanKind, SpanStatusCode, type Attributes, type Tracer } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS } from '@opentelemetry/semantic-conventions';
import type { TraceRead } from '../activities/read-payment.ts';
import { orderId } from '../workflows/contract/ids.ts';
import { attributes } from './attributes.ts';
import { contextOf, linksTo, traceparentOf } from './context.ts';

/** The part of an account's configuration that spans may show. */
export interface TracedAccount {
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
}

/** A CLIENT span for each attempt to read a provider: a child of the hook that caused it, with links to the other hooks. */
export function createReadTrace(tracer: Tracer, accounts: readonly TracedAccount[]): TraceRead {
  const known = new Map(accounts.map((account) => [account.id, shownOf(account)]));
  return async ({ request, attempt, signal }, read) => {
    const { account, kind, key, withinMs, traces = [] } = request;
    const [first, ...others] = traces;
    const span = tracer.startSpan(
      'read payment',
      {
        kind: SpanKind.CLIENT,
        links: linksTo(others),
        attributes: {
          ...known.get(account),
          [attributes.order]: orderId(account, kind, key) ?? '',
          [attributes.readAttempt]: attempt,
          [attributes.isReadAtOnce]: withinMs !== undefined,
        },
      },
      contextOf(first),
    );
    let outcome = 'exception';
    try {
      const result = await read();
      // As in the metrics: an inline read has a short deadline of its own, which says little about the provider.
      outcome = result.ok ? 'ok' : signal.aborted ? 'cut_short' : result.failure;
      return span.isRecording() ? { ...result, traceparent: traceparentOf(span.spanContext()) } : result;
    } finally {
      span.setAttribute(attributes.readOutcome, outcome);
      if (outcome !== 'ok')
        span.setAttribute(ATTR_ERROR_TYPE, outcome).setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
  };
}

function shownOf({ id, provider, baseUrl }: TracedAccount): Attributes {
  return {
    [attributes.account]: id,
    [attributes.provider]: provider,
    [ATTR_SERVER_ADDRESS]: new URL(baseUrl).hostname,
  };
}
