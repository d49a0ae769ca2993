import type { Tracer } from '@opentelemetry/api';
import { accountOf } from '../workflows/contract.ts';
import type { Conclusion } from '../workflows/traces.ts';
import { attributes } from './attributes.ts';
import { contextOf } from './context.ts';

/** A span of zero length with the effect of a traced read on its order, as a child of the read. */
export function createConclusionTrace(tracer: Tracer): (order: string, conclusion: Conclusion) => void {
  return (order, { traceparent, why, before, after, events, findings, dispositions }) => {
    const isChanged = before !== after || events.length > 0 || findings.length > 0;
    const span = tracer.startSpan(
      isChanged ? 'order changed' : 'order unchanged',
      {
        attributes: {
          [attributes.account]: accountOf(order),
          [attributes.order]: order,
          [attributes.readReason]: why,
          [attributes.statusBefore]: before,
          [attributes.statusAfter]: after,
          [attributes.events]: [...events],
          [attributes.findings]: [...findings],
          [attributes.dispositions]: [...dispositions],
        },
      },
      contextOf(traceparent),
    );
    span.end();
  };
}
