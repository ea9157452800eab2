import { eventReaders, eventSources } from '@parley/protocol'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Observe } from './rpc.ts'

/** What became of an event: `retried` comes again, `given_up` does not. */
const eventResults = ['done', 'retried', 'given_up'] as const
export type EventResult = (typeof eventResults)[number]

export interface Metrics {
  registry: Registry
  /** Counts and times one answered RPC. */
  observeRpc: Observe
  /** NATS is there, or is not; being there again is a reconnect. */
  natsFound(isThere: boolean): void
  /** One event of another service, and how many wait behind it. */
  eventHandled(from: string, result: EventResult, pending: number): void
}

type WithRegistry = Pick<Metrics, 'registry'>

/** A registry of its own for a service, with the process's figures. Labels are bounded: names and codes, never ids. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    observeRpc: createRpcMetrics(registry),
    natsFound: createNatsMetrics(registry),
    eventHandled: createEventMetrics(registry, service),
  }
}

function createRpcMetrics(registry: Registry): Observe {
  const seconds = new Histogram({
    name: 'parley_rpc_seconds',
    help: 'Time to answer an RPC, by name and code',
    labelNames: ['rpc', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  const children = new Map<string, Map<string, { observe: (value: number) => void }>>()
  return (rpc, code, value) => {
    let ofRpc = children.get(rpc)
    if (!ofRpc) children.set(rpc, (ofRpc = new Map()))
    let child = ofRpc.get(code)
    if (!child) ofRpc.set(code, (child = seconds.labels(rpc, code)))
    child.observe(value)
  }
}

function createNatsMetrics(registry: Registry): Metrics['natsFound'] {
  const registers = [registry]
  const connected = new Gauge({
    name: 'parley_nats_connected',
    help: 'Whether NATS is connected: 1, or 0',
    registers,
  })
  const reconnects = new Counter({
    name: 'parley_nats_reconnects_total',
    help: 'Times that the connection to NATS was lost and found again',
    registers,
  })
  let wasThere: boolean | undefined
  return (isThere) => {
    connected.set(isThere ? 1 : 0)
    if (isThere && wasThere === false) reconnects.inc()
    wasThere = isThere
  }
}

function createEventMetrics(registry: Registry, service: string): Metrics['eventHandled'] {
  const registers = [registry]
  const handled = new Counter({
    name: 'parley_events_total',
    help: "Other services' events, by whose they are and what became of them",
    labelNames: ['from', 'result'],
    registers,
  })
  // From the start: a series that begins at 1 has not increased.
  for (const from of sourcesOf(service)) for (const result of eventResults) handled.inc({ from, result }, 0)
  const pending = new Gauge({
    name: 'parley_events_pending',
    help: 'Events that waited behind the last one that came',
    labelNames: ['from'],
    registers,
  })
  return (from, result, waiting) => {
    handled.inc({ from, result })
    pending.set({ from }, waiting)
  }
}

/** Whose events a service reads. */
const sourcesOf = (service: string): string[] =>
  eventSources.filter((from) => (eventReaders[from] as readonly string[]).includes(service))

/** What the last readiness probe found. */
export function createProbeMetrics({ registry }: WithRegistry): (part: string, isReady: boolean) => void {
  const ready = new Gauge({
    name: 'parley_part_ready',
    help: 'Whether the last question at /readyz found a part working: 1, or 0',
    labelNames: ['part'],
    registers: [registry],
  })
  return (part, isReady) => ready.set({ part }, isReady ? 1 : 0)
}

/** As pg's pool counts them. */
export interface PoolCounts {
  totalCount: number
  idleCount: number
  waitingCount: number
}

/** Figures of a pool of connections to Postgres. */
export function createDatabaseMetrics({ registry }: WithRegistry, pool: PoolCounts, most: number): void {
  const registers = [registry]
  const connections: Gauge<string> = new Gauge({
    name: 'parley_db_connections',
    help: 'Connections of the pool to Postgres, by whether one is in use',
    labelNames: ['state'],
    registers,
    collect: () => {
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      connections.set({ state: 'idle' }, pool.idleCount)
    },
  })
  const waiting: Gauge = new Gauge({
    name: 'parley_db_waiting',
    help: 'Queries that wait for a connection of the pool',
    registers,
    collect: () => waiting.set(pool.waitingCount),
  })
  const max: Gauge = new Gauge({
    name: 'parley_db_connections_max',
    help: 'Most connections of the pool',
    registers,
    collect: () => max.set(most),
  })
}

export interface OutboxState {
  pending: number
  /** How long the oldest of them has waited. */
  lagSeconds: number
}

/** Figures of what is committed and not published yet. A state that cannot be read is as it was. */
export function createOutboxMetrics(
  { registry }: WithRegistry,
  read: () => OutboxState | Promise<OutboxState>,
): void {
  const registers = [registry]
  const lag = new Gauge({
    name: 'parley_outbox_lag_seconds',
    help: 'How long the oldest event has been committed that is not known to be published',
    registers,
  })
  const pending: Gauge = new Gauge({
    name: 'parley_outbox_pending',
    help: 'Events, or batches of a lane, that are committed and not known to be published',
    registers,
    collect: async () => {
      const state = await Promise.resolve(read()).catch(() => undefined)
      if (!state) return
      pending.set(state.pending)
      lag.set(state.lagSeconds)
    },
  })
}

/** Set by the process that publishes a service's events. */
export const createStreamMetrics = ({ registry }: WithRegistry): Gauge =>
  new Gauge({
    name: 'parley_stream_damaged',
    help: 'Whether the stream of the service’s events lacks some that it has acknowledged (1), until its migration has run',
    registers: [registry],
  })

interface CounterOptions {
  registry: Registry
  name: string
  help: string
}

/**
 * Counters for what happens often: to count is to add to a number, which is read when figures are asked for. All series
 * exist from the start.
 */
export function createSums<K extends string>(
  options: CounterOptions & { label: string; values: readonly K[] },
): Record<K, number> {
  const { label, values } = options
  const sums = zeros(values)
  const series = values.map((value) => [{ [label]: value }, sums, value] as const)
  tellSums(options, [label], series)
  return sums
}

/** As `createSums`, of two labels: the numbers of a row are one object. */
export function createSumTable<R extends string, K extends string>(
  options: CounterOptions & { labels: readonly [string, string]; rows: readonly R[]; columns: readonly K[] },
): Record<R, Record<K, number>> {
  const { labels, rows, columns } = options
  const [first, second] = labels
  const table = Object.fromEntries(rows.map((row) => [row, zeros(columns)])) as Record<R, Record<K, number>>
  const series = rows.flatMap((row) =>
    columns.map((column) => [{ [first]: row, [second]: column }, table[row], column] as const),
  )
  tellSums(options, labels, series)
  return table
}

/** As `createSums`, without labels: each is `parley_<key>_total`. */
export function createTotals<K extends string>(
  registry: Registry,
  helps: Record<K, string>,
): Record<K, number> {
  const keys = Object.keys(helps) as K[]
  const sums = zeros(keys)
  for (const key of keys)
    tellSums({ registry, name: `parley_${key}_total`, help: helps[key] }, [], [[{}, sums, key]])
  return sums
}

/** Where a series is counted: in which object, by which key. */
type Series<K extends string> = readonly [labels: Record<string, string>, sums: Record<K, number>, key: K]

function tellSums<K extends string>(
  { registry, name, help }: CounterOptions,
  labelNames: readonly string[],
  series: readonly Series<K>[],
): void {
  const told = series.map(() => 0)
  const counter: Counter<string> = new Counter({
    ...{ name, help, labelNames: [...labelNames], registers: [registry] },
    collect: () => {
      for (const [i, [labels, sums, key]] of series.entries()) {
        counter.inc(labels, sums[key] - (told[i] as number))
        told[i] = sums[key]
      }
    },
  })
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>

export { Counter, Gauge, Histogram, Registry }
