import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { createChanges } from '../../tools/changes.ts';

/** One span, as a collector has it. */
export interface CollectedSpan {
  readonly service: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT';
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it has none. */
  readonly parentSpanId: string;
  readonly isError: boolean;
  /** Span ids. */
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A collector of traces: a real HTTP server that takes OTLP in protobuf. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** The headers of each request. */
  readonly headers: readonly IncomingHttpHeaders[];
  /** All that was sent to it, as it came. */
  text(): string;
  /** From now on requests are taken in and not answered; resolves when so many wait for an answer. */
  hang(count: number): Promise<void>;
  /** Resolves when so many spans that fit have come in. */
  until(count: number, fits: (span: CollectedSpan) => boolean): Promise<readonly CollectedSpan[]>;
  stop(): Promise<void>;
}

// From https://github.com/open-telemetry/opentelemetry-proto, as far as tests look at it; so that what decodes is not what encodes.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15;
  }
  message Link { bytes trace_id = 1; bytes span_id = 2; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5;
  } }
  message ArrayValue { repeated AnyValue values = 1; }
`);
const requestType = root.lookupType('Request');

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}
type KeyValues = readonly { readonly key: string; readonly value: AnyValue }[];
interface Request {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: KeyValues };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}
interface WireSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId?: Uint8Array;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: KeyValues;
  readonly links?: readonly { readonly spanId: Uint8Array }[];
  readonly status?: { readonly code?: number };
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: Buffer[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const { changed, until } = createChanges();
  let isHanging = false;
  let hanging = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (isHanging) hanging += 1;
      else {
        const sent = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
        headers.push(request.headers);
        bodies.push(body);
        if (request.method === 'POST' && request.url === '/v1/traces') spans.push(...spansIn(body));
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      }
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    text: () => Buffer.concat(bodies).toString('latin1'),
    hang(count) {
      isHanging = true;
      return until(() => hanging >= count);
    },
    async until(count, fits) {
      await until(() => spans.filter(fits).length >= count);
      return spans.filter(fits);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const kinds: Readonly<Record<number, CollectedSpan['kind']>> = { 1: 'INTERNAL', 2: 'SERVER', 3: 'CLIENT' };

function spansIn(body: Buffer): CollectedSpan[] {
  const { resourceSpans } = requestType.toObject(requestType.decode(body), {
    longs: Number,
    defaults: true,
    oneofs: false,
  }) as Request;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans.map((span) => spanOf(span, valuesOf(resource.attributes)))),
  );
}

function spanOf(span: WireSpan, resource: Readonly<Record<string, unknown>>): CollectedSpan {
  return {
    service: String(resource['service.name']),
    resource,
    name: span.name,
    kind: kinds[span.kind]!,
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    isError: span.status?.code === 2,
    links: (span.links ?? []).map(({ spanId }) => hex(spanId)),
    attributes: valuesOf(span.attributes),
  };
}

function valuesOf(pairs: KeyValues = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf({ arrayValue, stringValue, boolValue, intValue, doubleValue }: AnyValue): unknown {
  return arrayValue
    ? (arrayValue.values ?? []).map(valueOf)
    : (stringValue ?? boolValue ?? intValue ?? doubleValue);
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
