import { clientFrames, closeCodes, rpcs } from '@parley/protocol'
import {
  Counter,
  createSums,
  createSumTable,
  createTotals,
  Gauge,
  Histogram,
  isFault,
  RpcError,
  type Metrics,
} from '@parley/service-kit'

const FRAME_KINDS = ['durable', 'ephemeral', 'replay', 'answer'] as const
/** `replay` is what a session missed, `answer` what the gateway says itself. */
export type FrameKind = (typeof FRAME_KINDS)[number]

const UPGRADES = ['opened', 'origin', 'rate_limited', 'unavailable', 'malformed'] as const
/** What became of a request for a socket. */
export type UpgradeResult = (typeof UPGRADES)[number]

const SESSIONS = ['new', 'resumed', 'reset', 'failed'] as const
const LIMITS = ['read', 'write', 'search', 'anonymous', 'frame'] as const
const OUTCOMES = ['done', 'refused', 'failed'] as const

/** Of a frame that asks for something. Refused is what the client could have known; failed is our fault. */
export type Outcome = (typeof OUTCOMES)[number]
export type SessionResult = (typeof SESSIONS)[number]
export type FrameLimit = (typeof LIMITS)[number]

/** Figures of the gateway. Labels are bounded: routes, statuses and codes that are known, never ids or addresses. */
export interface GatewayMetrics {
  socketOpened(): void
  socketClosed(code: number): void
  upgrades: Record<UpgradeResult, number>
  frameIn(kind: 'data' | 'control'): void
  framesOut(kind: FrameKind, count: number): void
  framesDropped(count: number): void
  /** Frames have been written to sockets so long after their commit. */
  delivered(seconds: number): void
  /** An RPC has answered. */
  forwarded(rpc: string, seconds: number): void
  /** Counts of what frames of a type have come to. */
  commands(type: string): Record<Outcome, number>
  sessions: Record<SessionResult, number>
  limited: Record<FrameLimit, number>
  /** Somebody is watched by a socket here, or by none any more. */
  personWatched(change: 1 | -1): void
  httpAnswered(route: string, status: number, seconds: number): void
}

const knownCodes = new Set<number>([
  ...Object.values(closeCodes).map(({ code }) => code),
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009],
])

export function createGatewayMetrics({ registry }: Pick<Metrics, 'registry'>): GatewayMetrics {
  const registers = [registry]
  const sockets = new Gauge({ name: 'parley_sockets', help: 'Open sockets', registers })
  const closes = new Counter({
    name: 'parley_socket_closes_total',
    help: 'Closed sockets, by close code',
    labelNames: ['code'],
    registers,
  })
  const watched = new Gauge({
    name: 'parley_watched_people',
    help: 'People whose presence a socket watches',
    registers,
  })
  return {
    socketOpened: () => sockets.inc(),
    socketClosed: (code) => {
      sockets.dec()
      closes.inc({ code: knownCodes.has(code) ? String(code) : 'other' })
    },
    upgrades: createSums({
      registry,
      name: 'parley_upgrades_total',
      help: 'Requests for a socket by result: opened, or why not',
      label: 'result',
      values: UPGRADES,
    }),
    ...createFrameMetrics({ registry }),
    delivered: createDeliveryMetrics({ registry }),
    forwarded: createForwardMetrics({ registry }),
    commands: createCommandMetrics({ registry }),
    sessions: createSums({
      registry,
      name: 'parley_sessions_total',
      help: 'Sessions that sockets asked for: new, resumed from a cursor, told to load anew, or failed',
      label: 'result',
      values: SESSIONS,
    }),
    limited: createSums({
      registry,
      name: 'ratelimit_rejections_total',
      help: 'Requests and frames refused by a limit',
      label: 'rule',
      values: LIMITS,
    }),
    personWatched: (change) => watched.inc(change),
    httpAnswered: createHttpMetrics({ registry }),
  }
}

function createCommandMetrics({ registry }: Pick<Metrics, 'registry'>): GatewayMetrics['commands'] {
  const types = [...Object.keys(clientFrames), ...rpcs.flatMap(({ socket }) => socket?.type ?? []), 'unknown']
  const table = createSumTable({
    registry,
    name: 'parley_commands_total',
    help: "Frames that ask for something, by type and outcome: done, refused by a rule, or failed by the system's fault",
    labels: ['type', 'outcome'],
    rows: [...new Set(types)],
    columns: OUTCOMES,
  })
  const unknown = table['unknown'] as Record<Outcome, number>
  return (type) => table[type] ?? unknown
}

/** What a frame has come to that was answered with an error. */
export const outcomeOf = (err: unknown): Outcome =>
  err instanceof RpcError && !isFault(err.code) ? 'refused' : 'failed'

function createFrameMetrics({
  registry,
}: Pick<Metrics, 'registry'>): Pick<GatewayMetrics, 'frameIn' | 'framesOut' | 'framesDropped'> {
  const received = createSums({
    registry,
    name: 'parley_frames_in_total',
    help: 'Frames from clients, and their pings and pongs',
    label: 'class',
    values: ['data', 'control'],
  })
  const sent = createSums({
    registry,
    name: 'parley_frames_out_total',
    help: 'Frames to clients',
    label: 'class',
    values: FRAME_KINDS,
  })
  const dropped = createTotals(registry, { frames_dropped: 'Ephemeral frames not sent to slow sockets' })
  return {
    frameIn: (kind) => received[kind]++,
    framesOut: (kind, count) => void (sent[kind] += count),
    framesDropped: (count) => void (dropped.frames_dropped += count),
  }
}

function createDeliveryMetrics({ registry }: Pick<Metrics, 'registry'>): GatewayMetrics['delivered'] {
  const seconds = new Histogram({
    name: 'parley_delivery_seconds',
    help: "Time from a commit to the write of its frames to this gateway's sockets, of at most ten batches a second and lane; clocks of two machines may differ",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers: [registry],
  })
  return (took) => seconds.observe(took)
}

function createForwardMetrics({ registry }: Pick<Metrics, 'registry'>): GatewayMetrics['forwarded'] {
  const seconds = new Histogram({
    name: 'parley_forward_seconds',
    help: 'Time from handing a request to the bus to its answer, of every sixteenth request',
    labelNames: ['rpc'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return (rpc, took) => seconds.observe({ rpc }, took)
}

function createHttpMetrics({ registry }: Pick<Metrics, 'registry'>): GatewayMetrics['httpAnswered'] {
  const seconds = new Histogram({
    name: 'parley_http_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return (route, status, took) => seconds.observe({ route, status: String(status) }, took)
}

/** What the sockets of a process are at a moment. */
export interface SocketState {
  /** How many may be open. */
  most: number
  people: number
  lagging: number
  backlogBytes: number
}

/** Figures of what sockets hold now. */
export function createBacklogMetrics(
  { registry }: Pick<Metrics, 'registry'>,
  state: () => SocketState,
): void {
  const registers = [registry]
  const people: Gauge = new Gauge({
    name: 'parley_people',
    help: 'People who have an authenticated socket here; who has one at several gateways counts at each',
    registers,
    collect: () => people.set(state().people),
  })
  const lagging: Gauge = new Gauge({
    name: 'parley_lagging_sockets',
    help: 'Sockets whose other side has not taken everything yet',
    registers,
    collect: () => lagging.set(state().lagging),
  })
  const backlog: Gauge = new Gauge({
    name: 'parley_backlog_bytes',
    help: 'Bytes that those have not taken',
    registers,
    collect: () => backlog.set(state().backlogBytes),
  })
  const most: Gauge = new Gauge({
    name: 'parley_socket_limit',
    help: 'Sockets that this process holds at most',
    registers,
    collect: () => most.set(state().most),
  })
}
