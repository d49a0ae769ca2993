import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_HTTP_REQUEST_METHOD } from '@opentelemetry/semantic-conventions';
import { ATTR_HTTP_RESPONSE_STATUS_CODE, ATTR_HTTP_ROUTE } from '@opentelemetry/semantic-conventions';
import type { HookTraces } from '../api/hook-traces.ts';
import { attributes } from './attributes.ts';
import { contextOf, linksTo, traceparentOf } from './context.ts';

/** A SERVER span for each hook. It contains no URL, since the path has the token and the query may have anything. */
export function createHookTraces(tracer: Tracer): HookTraces {
  return {
    begin({ method, route, account, provider, at, traceparent }) {
      const span = tracer.startSpan(
        `${method} ${route}`,
        {
          kind: SpanKind.SERVER,
          startTime: at,
          attributes: {
            [ATTR_HTTP_REQUEST_METHOD]: method,
            [ATTR_HTTP_ROUTE]: route,
            [attributes.account]: account,
            [attributes.provider]: provider,
          },
        },
        contextOf(traceparent),
      );
      return {
        traceparent: traceparentOf(span.spanContext()),
        about: (order) => void span.setAttribute(attributes.order, order),
        became(what, first) {
          span.setAttribute(attributes.hook, what);
          if (first !== undefined) span.addLinks(linksTo([first]));
        },
        end(status) {
          if (status !== undefined) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
          // A 4xx is an error of the sender, not of the server.
          if (status === undefined || status >= 500) {
            span.setAttribute(ATTR_ERROR_TYPE, status === undefined ? 'aborted' : String(status));
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
  };
}
