export { connectBus, parseReply, type Bus, type CallOptions, type Forwarded } from './bus.ts'
export { openDb, type Database } from './db.ts'
export { errorLine, isOkLine, lineJson, type Client } from './envelope.ts'
export { consumeEvents, onEvent, type EventHandler } from './consume-events.ts'
export { invalidInput } from './invalid-input.ts'
export { encodeLanePart, readLaneParts, type LanePart, type LaneReader } from './lane-frames.ts'
export { kyselyOn } from './kysely-on.ts'
export { runToEnd, runUntilSignal, startService, type Use } from './lifecycle.ts'
export { createLog, type Logger } from './log.ts'
export {
  Counter,
  createDatabaseMetrics,
  createMetrics,
  createOutboxMetrics,
  createProbeMetrics,
  createStreamMetrics,
  createSums,
  createSumTable,
  createTotals,
  Gauge,
  Histogram,
  type Metrics,
  type OutboxState,
  Registry,
} from './metrics.ts'
export { migrateService } from './migrate-service.ts'
export { isOutage } from './outage.ts'
export { appendEvent, outboxMigration, outboxStreamMigration } from './outbox.ts'
export { createPace } from './pace.ts'
export { missingParts, serveProbes, type Check } from './probes.ts'
export { relayOutbox, type Relay } from './relay.ts'
export { RpcError, unavailable } from './rpc-error.ts'
export { handle, handleFrames, isFault, refusal, type Context, type Handler } from './rpc.ts'
export { secondsSinceCommit, stampOf, tracesOf } from './stamp.ts'
export { startTelemetry } from './telemetry.ts'
export type { Tracing, TraceSpan } from './tracing.ts'
export {
  addressSettings,
  commonSettings,
  databaseSettings,
  eventSettings,
  migrateEventsSettings,
  migrateSettings,
  type Environment,
  natsServer,
  port,
  readSettings,
  tokenSettings,
  wholeNumber,
} from './settings.ts'
export { createWorkQueue, type WorkQueue } from './work-queue.ts'
