import { setTimeout as delay } from 'node:timers/promises';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { TraceRead } from '../activities/read-payment.ts';
import type { HookTraces } from '../api/hook-traces.ts';
import type { ReadEffect } from '../workflows/traces.ts';
import { createReadEffectTrace } from './read-effects.ts';
import { createHookTraces } from './hooks.ts';
import { createReadTrace, type TracedAccount } from './reads.ts';

/** The tracers of a process. The API uses `hooks`, the worker the others. */
export interface Traces {
  readonly hooks: HookTraces;
  readonly read: TraceRead;
  readonly readEffect: (order: string, effect: ReadEffect) => void;
  /** Sends the remaining spans, for two seconds at most; spans that are not sent by then are lost. */
  close(): Promise<void>;
}

export interface TraceOptions {
  /** The name of the process; `OTEL_SERVICE_NAME` overrides it. */
  readonly service: string;
  readonly accounts: readonly TracedAccount[];
  /** Called with the reason when spans were lost, once a minute at most. */
  readonly onLoss: (reason: string) => void;
}

const closeMs = 2_000;
const reportEveryMs = 60_000;

/** Sends spans by OTLP over HTTP in the background. The SDK reads endpoint, sampling and limits from the `OTEL_…` variables. */
export function startTraces({ service, accounts, onLoss }: TraceOptions): Traces {
  const lost = throttled(onLoss);
  setGlobalErrorHandler(lost);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: service }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('payment-lifecycle');
  return {
    hooks: createHookTraces(tracer),
    read: createReadTrace(tracer, accounts),
    readEffect: createReadEffectTrace(tracer),
    async close() {
      const late = new AbortController();
      await Promise.race([
        provider.shutdown().catch(lost),
        delay(closeMs, undefined, { signal: late.signal }).catch(() => {}),
      ]);
      late.abort();
    },
  };
}

/** Limits the reports, since an unreachable collector loses spans every few seconds. */
function throttled(report: (reason: string) => void): (error: unknown) => void {
  let silentUntil = 0;
  return (error) => {
    if (Date.now() < silentUntil) return;
    silentUntil = Date.now() + reportEveryMs;
    const { code, message } = error as { code?: unknown; message?: unknown };
    report(String(code ?? message));
  };
}
