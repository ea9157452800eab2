import {
  describeLanes,
  isErrorCode,
  messagingBroadcasts,
  subjects,
  type AnyRpc,
  type Caller,
  type ErrorBody,
  type Output,
  type Params,
} from '@parley/protocol'
import type { Activity } from './activity.ts'
import { createBatchClient } from './batch-client.ts'
import { openConnection, type Connection, type ConnectionOptions } from './connection.ts'
import { isOkLine, lineJson, type Client, type RequestLine } from './envelope.ts'
import { createLaneClient } from './lane-client.ts'
import type { Metrics } from './metrics.ts'
import type { Check } from './probes.ts'
import { RpcError, unavailable } from './rpc-error.ts'
import { serveLane, serveRpcs } from './serve.ts'
import type { Handler } from './rpc.ts'
import type { Tracing } from './tracing.ts'

export interface CallOptions {
  caller?: Caller
  client?: Client
  traceId?: string
  timeoutMs?: number
  /** Of the request on whose behalf this one is: the call ends a little before it, so that the outcome can still be told. */
  deadline?: number
}

/** What a gateway forwards: a request that is checked already, and how much of the output it wants back. */
export type Forwarded = Omit<RequestLine, 'rpc' | 'timeout_ms'> & { timeoutMs?: number }

/** `nats` is for what has no shape of its own: user subjects, broadcasts, JetStream. */
export interface Bus
  extends
    Pick<Connection, 'nats' | 'isKnownByKey' | 'isConnected' | 'onLost' | 'onReconnect'>,
    AsyncDisposable {
  /** The reply line (and frame lines) of one request, unparsed. Rejects with `unavailable` or `timeout` only. */
  forward(rpc: AnyRpc, request: Forwarded): Promise<string>
  /** Resolves once what waits for its turn in a lane is answered; undefined where nothing waits. */
  untilAnswered(): Promise<void> | undefined
  /** The output of one request; rejects with the RpcError that the other side answered. */
  call<R extends AnyRpc>(rpc: R, params: Params<R>, options?: CallOptions): Promise<Output<R>>
  /** Answers requests to this service, shared with its other instances. Who asks once it resolves is heard. */
  serve(handlers: readonly Handler[]): Promise<AsyncDisposable>
  /** Answers all requests of one lane, in order, as its one owner. Who asks once it resolves is heard. */
  serveLane(lane: number, handlers: readonly Handler[]): Promise<AsyncDisposable>
  check: Check
  /** Of the service that it is the bus of. */
  metrics: Metrics
  /** Undefined where no traces are kept. */
  tracing: Tracing | undefined
}

export interface BusOptions extends Omit<ConnectionOptions, 'metrics'> {
  metrics: Metrics
  tracing?: Tracing | undefined
  activity?: Activity | undefined
}

const TIMEOUT_MS = 5_000
/** Heard by those who still wait for the owner before. */
const laneTaken = subjects.broadcast(messagingBroadcasts.laneTaken)
/** Kept back from a deadline. */
const RESERVE_MS = 200

/** The bus of one service: requests and replies over NATS. */
export async function connectBus({ metrics, tracing, activity, ...options }: BusOptions): Promise<Bus> {
  const connection = await openConnection({ ...options, metrics })
  const { nats, isKnownByKey, isConnected, onLost, onReconnect, request } = connection

  const lanes = createLaneClient({
    request,
    subject: subjects.lane,
    countLanes: async () => {
      const line = encode(describeLanes, { trace_id: 'lanes', input: {} })
      const answer = await request(subjects.rpc(describeLanes.name), line, TIMEOUT_MS)
      return (parseReply(answer) as Output<typeof describeLanes>).lanes
    },
  })
  onReconnect(() => lanes.recount())
  nats.subscribe(laneTaken, {
    callback: (err, msg) => void (err ?? lanes.taken(msg.json<{ lane: number }>().lane)),
  })

  const together = createBatchClient((subject, lines) => request(subject, lines, TIMEOUT_MS))
  const forward = (rpc: AnyRpc, asked: Forwarded): Promise<string> => {
    const line = encode(rpc, asked, tracing?.traceparentOf(asked.trace_id))
    const timeoutMs = asked.timeoutMs ?? TIMEOUT_MS
    if (!rpc.shard) {
      const subject = subjects.rpc(rpc.name)
      // Who cannot wait as long as others goes alone.
      const mayShare = timeoutMs === TIMEOUT_MS && rpc.batch?.(asked.input)
      return mayShare ? together(subject, line) : request(subject, line, timeoutMs)
    }
    return lanes.forward(rpc.shard(asked.input, asked.caller?.user_id ?? 0), line, timeoutMs)
  }

  const serving = { nats, isConnected, log: options.log, observe: metrics.observeRpc, tracing, activity }
  return {
    nats,
    isKnownByKey,
    isConnected,
    onLost,
    onReconnect,
    forward,
    untilAnswered: lanes.untilAnswered,
    call: async (rpc, params, { caller, client, traceId = 'internal', timeoutMs, deadline } = {}) => {
      const reply = await forward(rpc, {
        trace_id: traceId,
        input: params,
        ...(caller && { caller }),
        ...(client && { client }),
        timeoutMs: timeFor(timeoutMs, deadline),
      })
      return parseReply(reply) as Output<typeof rpc>
    },
    serve: (handlers) => serveRpcs(options.service, handlers, serving),
    serveLane: (lane, handlers) => {
      // Before the first batch can come: nobody gives up what the owner from here on has got.
      nats.publish(laneTaken, JSON.stringify({ lane }))
      return serveLane(lane, handlers, serving)
    },
    metrics,
    tracing,
    check: async () => (isConnected() ? undefined : 'NATS cannot be reached'),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  }
}

function timeFor(timeoutMs = TIMEOUT_MS, deadline = Infinity): number {
  const left = Math.floor(deadline - performance.now() - RESERVE_MS)
  if (left < 1) throw unavailable()
  return Math.min(timeoutMs, left)
}

function encode(rpc: AnyRpc, asked: Forwarded, traceparent?: string): string {
  const { caller, client, trace_id, timeoutMs: timeout_ms = TIMEOUT_MS, pick, input } = asked
  const line: RequestLine = { rpc: rpc.name, caller, client, trace_id, traceparent, timeout_ms, pick, input }
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
