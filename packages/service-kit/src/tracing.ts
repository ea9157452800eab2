// Traces follow one request over the processes. Who begins one decides whether it is kept; what is not kept costs the
// others nothing: a request says `traceparent` (W3C) only when it is. Spans hold names, codes and counts, never what
// people write or show.
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

export interface TracingOptions {
  service: string
  instance: string
  /** Of a collector, without the path of traces. */
  endpoint: string
  /** Part of the traces that is kept, of those that begin here. */
  ratio: number
}

export interface TraceSpan {
  traceId: string
  /** By which a span elsewhere becomes a part of this one; undefined where the trace is not kept. */
  traceparent: string | undefined
  /** `isFailed`: by a fault of the system. */
  end(outcome?: { name?: string; attributes?: Attributes; isFailed?: boolean }): void
}

export interface Tracing extends AsyncDisposable {
  /** A span within that of a `traceparent`; without one it begins a trace. */
  begin(name: string, traceparent?: string): TraceSpan
  /** As `begin`, within a span that somebody outside tells of: its trace goes on, but whether it is kept is decided here. */
  goOn(name: string, traceparent: string): TraceSpan
  /** A span within what is under way here of a trace; undefined where nothing is, or it is not kept. */
  beginWithin(name: string, traceId: string): TraceSpan | undefined
  /** Of what is under way here of a trace, for who is asked on its behalf. */
  traceparentOf(traceId: string): string | undefined
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Undefined where no endpoint is set: then nothing of this costs anything. */
export function startTracing({ service, instance, endpoint, ratio }: TracingOptions): Tracing | undefined {
  if (endpoint === '') return undefined
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'parley',
      ...(instance && { 'service.instance.id': instance }),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
        scheduledDelayMillis: EXPORT_MS,
      }),
    ],
  })
  const tracer = provider.getTracer('parley')
  /** By trace: what is under way here, the innermost last. */
  const underWay = new Map<string, string[]>()

  const start = (name: string, context: Context): TraceSpan => {
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, context)
    const { traceId, spanId, traceFlags } = span.spanContext()
    if (!span.isRecording()) return { traceId, traceparent: undefined, end: () => undefined }
    const own = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
    const others = underWay.get(traceId)
    if (others) others.push(own)
    else underWay.set(traceId, [own])
    return {
      traceId,
      traceparent: own,
      end: ({ name: said, attributes, isFailed = false } = {}) => {
        if (said !== undefined) span.updateName(said)
        if (attributes) span.setAttributes(attributes)
        if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
        const left = (underWay.get(traceId) ?? []).filter((other) => other !== own)
        if (left.length > 0) underWay.set(traceId, left)
        else underWay.delete(traceId)
      },
    }
  }
  const begin: Tracing['begin'] = (name, traceparent) => start(name, contextOf(traceparent))
  const traceparentOf: Tracing['traceparentOf'] = (traceId) => underWay.get(traceId)?.at(-1)
  return {
    begin,
    goOn: (name, traceparent) =>
      start(name, contextOf(traceparent, Math.random() < ratio ? TraceFlags.SAMPLED : TraceFlags.NONE)),
    beginWithin: (name, traceId) => {
      const traceparent = traceparentOf(traceId)
      return traceparent === undefined ? undefined : begin(name, traceparent)
    },
    traceparentOf,
    // A collector that is gone keeps no service from ending.
    [Symbol.asyncDispose]: () => provider.shutdown().catch(() => undefined),
  }
}

const EXPORT_MS = 1_000

/** A context that is no good begins a trace, as none would. */
function contextOf(traceparent = '', traceFlags?: TraceFlags): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: traceFlags ?? Number.parseInt(flags, 16),
    isRemote: true,
  })
}
