import {
  isErrorCode,
  rpcs,
  subjects,
  type AnyRpc,
  type Caller,
  type ErrorBody,
  type Output,
  type Params,
} from '@parley/protocol'
import { errors as natsErrors, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { isOkLine, lineJson, type Client, type RequestLine } from './envelope.ts'
import { createLaneClient } from './lane-client.ts'
import type { Metrics } from './metrics.ts'
import type { Check } from './probes.ts'
import { RpcError, unavailable } from './rpc-error.ts'
import { serveLane, serveRpcs } from './serve.ts'
import type { Handler } from './rpc.ts'

export interface CallOptions {
  caller?: Caller
  client?: Client
  traceId?: string
  timeoutMs?: number
}

/** What a gateway forwards: a request that is checked already, and how much of the output it wants back. */
export type Forwarded = Omit<RequestLine, 'rpc' | 'timeout_ms'> & { timeoutMs?: number }

export interface Bus extends AsyncDisposable {
  /** The reply line (and frame lines) of one request, unparsed. Rejects with `unavailable` or `timeout` only. */
  forward(rpc: AnyRpc, request: Forwarded): Promise<string>
  /** The output of one request; rejects with the RpcError that the other side answered. */
  call<R extends AnyRpc>(rpc: R, params: Params<R>, options?: CallOptions): Promise<Output<R>>
  /** Answers requests to this service, shared with its other instances. */
  serve(handlers: readonly Handler[]): AsyncDisposable
  /** Answers all requests of one lane, in order, as its one owner. */
  serveLane(lane: number, handlers: readonly Handler[]): AsyncDisposable
  /** For what has no shape of its own: user subjects, broadcasts, JetStream. */
  nats: NatsConnection
  isConnected(): boolean
  /** Runs after each time the connection was lost and found. */
  onReconnect(listener: () => void): void
  check: Check
}

export interface BusOptions {
  service: string
  instance: string
  url: string
  log: Logger
  metrics: Metrics
}

const TIMEOUT_MS = 5_000

/** Connects to NATS and stays connected: it retries for ever, and fails fast while it is cut off. */
export async function connectBus({ service, instance, url, log, metrics }: BusOptions): Promise<Bus> {
  const nats = await connect({
    servers: url.split(','),
    name: instance || service,
    inboxPrefix: `_INBOX_${service}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    // Its traces cost an Error with a stack for every request.
    noAsyncTraces: true,
  })
  const listeners: (() => void)[] = []
  let connected = true
  const watch = async () => {
    for await (const status of nats.status()) {
      if (status.type === 'disconnect') {
        connected = false
        log.warn('NATS connection lost')
      } else if (status.type === 'reconnect') {
        connected = true
        log.info('NATS connection found again')
        for (const listener of listeners) listener()
      } else if (status.type === 'error') log.error({ err: status.error }, 'NATS error')
    }
  }
  watch().catch((err: unknown) => log.error({ err }, 'NATS status ended'))

  const request = async (subject: string, payload: string, timeoutMs: number): Promise<string> => {
    if (!connected) throw unavailable()
    try {
      return (await nats.request(subject, payload, { timeout: Math.max(1, timeoutMs) })).string()
    } catch (err) {
      throw toBusError(err)
    }
  }

  const describe = rpcs.find((rpc) => rpc.name === 'messaging.describe_lanes') as AnyRpc
  const lanes = createLaneClient({
    request,
    subject: subjects.lane,
    countLanes: async () => {
      const line = await request(
        subjects.rpc(describe.name),
        encode(describe, { trace_id: 'lanes', input: {} }),
        TIMEOUT_MS,
      )
      return (parseReply(line) as { lanes: number }).lanes
    },
  })
  listeners.push(() => lanes.recount())

  const forward = (rpc: AnyRpc, asked: Forwarded): Promise<string> => {
    const line = encode(rpc, asked)
    const timeoutMs = asked.timeoutMs ?? TIMEOUT_MS
    if (!rpc.shard) return request(subjects.rpc(rpc.name), line, timeoutMs)
    return lanes.forward(rpc.shard(asked.input, asked.caller?.user_id ?? 0), line, timeoutMs)
  }

  const serving = { nats, log, observe: metrics.observeRpc }
  return {
    forward,
    call: async (rpc, params, { caller, client, traceId = 'internal', timeoutMs } = {}) => {
      const asked = {
        trace_id: traceId,
        input: params,
        ...(caller && { caller }),
        ...(client && { client }),
        ...(timeoutMs !== undefined && { timeoutMs }),
      }
      return parseReply(await forward(rpc, asked)) as Output<typeof rpc>
    },
    serve: (handlers) => serveRpcs(service, handlers, serving),
    serveLane: (lane, handlers) => serveLane(lane, handlers, serving),
    nats,
    isConnected: () => connected,
    onReconnect: (listener) => void listeners.push(listener),
    check: async () => (connected ? undefined : 'NATS cannot be reached'),
    [Symbol.asyncDispose]: async () => {
      if (connected) await nats.drain()
      else await nats.close()
    },
  }
}

function encode(rpc: AnyRpc, { timeoutMs = TIMEOUT_MS, ...request }: Forwarded): string {
  const line: RequestLine = { rpc: rpc.name, timeout_ms: timeoutMs, ...request }
  return JSON.stringify(line)
}

/** The output in a reply; throws the error it carries. */
export function parseReply(reply: string): unknown {
  const end = reply.indexOf('\n')
  const line = end === -1 ? reply : reply.slice(0, end)
  if (isOkLine(line)) return JSON.parse(lineJson(line))
  const { code, ...more } = JSON.parse(lineJson(line)) as ErrorBody
  throw new RpcError(isErrorCode(code) ? code : 'internal', more)
}

/** `unavailable` when nobody listens or the bus is cut off: nothing was done. `timeout` when it may have been. */
function toBusError(err: unknown): RpcError {
  const { NoRespondersError, RequestError, TimeoutError } = natsErrors
  if (err instanceof NoRespondersError || (err instanceof RequestError && err.isNoResponders()))
    return unavailable(err)
  if (err instanceof TimeoutError || (err instanceof RequestError && err.cause instanceof TimeoutError)) {
    return new RpcError('timeout', { cause: err })
  }
  return unavailable(err)
}
