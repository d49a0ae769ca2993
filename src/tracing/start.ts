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

/** What a process traces; each takes the part that it has. */
export interface Traces {
  readonly hooks: HookTraces;
  readonly read: TraceRead;
  readonly readEffect: (order: string, effect: ReadEffect) => void;
  /** Sends what is left; gives up after two seconds, and what has not been sent by then is lost. */
  close(): Promise<void>;
}

export interface TraceOptions {
  /** What the process is called, unless the environment calls it otherwise. */
  readonly service: string;
  readonly accounts: readonly TracedAccount[];
  /** Told why spans were lost, once a minute at most. */
  readonly onLoss: (reason: string) => void;
}

const closeMs = 2_000;
const tellEveryMs = 60_000;

/** Sends spans by OTLP over HTTP, in the background; where, which and how many of them is read from `OTEL_…` by the SDK itself. */
export function startTraces({ service, accounts, onLoss }: TraceOptions): Traces {
  const lost = seldom(onLoss);
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

/** A collector that is away loses spans every few seconds. */
function seldom(tell: (reason: string) => void): (error: unknown) => void {
  let silentUntil = 0;
  return (error) => {
    if (Date.now() < silentUntil) return;
    silentUntil = Date.now() + tellEveryMs;
    const { code, message } = error as { code?: unknown; message?: unknown };
    tell(String(code ?? message));
  };
}
