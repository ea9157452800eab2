import { closeCodes } from '@parley/protocol'
import { Counter, Gauge, Histogram, type Metrics } from '@parley/service-kit'

/** `replay` is what a session missed, `answer` what the gateway says itself. */
export type FrameKind = 'durable' | 'ephemeral' | 'replay' | 'answer'

/** Figures of the gateway. Labels are bounded: routes, statuses and codes that are known, never ids or addresses. */
export interface GatewayMetrics {
  socketOpened(): void
  socketClosed(code: number): void
  frameIn(kind: 'data' | 'control'): void
  framesOut(kind: FrameKind, count: number): void
  framesDropped(count: number): void
  resumed(): void
  httpAnswered(route: string, status: number, seconds: number): void
}

const knownCodes = new Set<number>([
  ...Object.values(closeCodes).map(({ code }) => code),
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009],
])

export function createGatewayMetrics({ registry }: Pick<Metrics, 'registry'>): GatewayMetrics {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const sockets = new Gauge({ name: 'parley_sockets', help: 'Open sockets', registers })
  const closes = counter('parley_socket_closes_total', 'Closed sockets, by close code', ['code'])
  const received = counter('parley_frames_in_total', 'Frames from clients, and their pings and pongs', [
    'class',
  ])
  const sent = counter('parley_frames_out_total', 'Frames to clients', ['class'])
  const dropped = counter('parley_frames_dropped_total', 'Ephemeral frames not sent to slow sockets')
  const resumes = counter('parley_resumes_total', 'Sessions opened with a cursor')
  const http = new Histogram({
    name: 'parley_http_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const sentBy = {
    durable: sent.labels('durable'),
    ephemeral: sent.labels('ephemeral'),
    replay: sent.labels('replay'),
    answer: sent.labels('answer'),
  }
  const receivedBy = { data: received.labels('data'), control: received.labels('control') }
  return {
    socketOpened: () => sockets.inc(),
    socketClosed: (code) => {
      sockets.dec()
      closes.labels(knownCodes.has(code) ? String(code) : 'other').inc()
    },
    frameIn: (kind) => receivedBy[kind].inc(),
    framesOut: (kind, count) => sentBy[kind].inc(count),
    framesDropped: (count) => dropped.inc(count),
    resumed: () => resumes.inc(),
    httpAnswered: (route, status, seconds) => http.labels(route, String(status)).observe(seconds),
  }
}
