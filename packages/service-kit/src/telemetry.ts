import { createActivity, type Activity } from './activity.ts'
import { createLog, type Logger } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { startTracing, type Tracing } from './tracing.ts'

/** What a service tells of itself. */
export interface Telemetry extends AsyncDisposable {
  log: Logger
  metrics: Metrics
  /** Undefined where no traces are kept. */
  tracing: Tracing | undefined
  /** Undefined where it is off. */
  activity: Activity | undefined
}

export interface TelemetryConfig {
  INSTANCE: string
  LOG_LEVEL: string
  OTEL_EXPORTER_OTLP_ENDPOINT: string
  OTEL_TRACES_SAMPLER_ARG: number
  /** Of a service that answers for people. */
  ACTIVITY_LOG?: 'off' | 'on'
}

export function startTelemetry(service: string, config: TelemetryConfig): Telemetry {
  const who = { service, instance: config.INSTANCE }
  const tracing = startTracing({
    ...who,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
  })
  return {
    log: createLog({ ...who, level: config.LOG_LEVEL }),
    metrics: createMetrics(service),
    tracing,
    activity: createActivity({ ...who, isOn: config.ACTIVITY_LOG === 'on' }),
    [Symbol.asyncDispose]: async () => tracing?.[Symbol.asyncDispose](),
  }
}
