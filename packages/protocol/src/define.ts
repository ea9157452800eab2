import type * as z from 'zod'
import type { Role } from './auth/types.ts'
import type { ErrorCode } from './errors.ts'

/** Who may call: `anyone` on the network, a signed-in `user`, an `agent` (or admin), an `admin`, or only another `service`. */
export type Access = 'anyone' | 'user' | 'agent' | 'admin' | 'service'

/** On whose behalf a request runs. The gateway takes it from a verified token, never from the request. */
export interface Caller {
  user_id: number
  session_id: string
  role: Role
}

/** Where the gateway exposes an RPC over HTTP. Path parameters `{name}` are fields of the input. */
export interface HttpRoute<Output> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/${string}`
  /** 200 unless said; 204 has no body. */
  status?: 200 | 201 | 202 | 204
  /** The output field that is the response body; the whole output unless said. */
  body?: keyof Output & string
  /** The output field that is true when nothing new was made: the status is then 200. */
  repeated?: keyof Output & string
  /** Done only while who asks is still there: what was held on its way until they had hung up is nobody's any more. */
  whileAwaited?: true
}

/** The socket frame that calls an RPC; its answer is an `ack` with the named output fields. */
export interface SocketFrame<Input, Output> {
  type: string
  /** Optional input fields that a frame must carry. */
  requires?: readonly (keyof Input & string)[]
  ack: readonly (keyof Output & string)[]
}

export interface RpcOptions<I extends z.ZodType, O extends z.ZodType, E extends ErrorCode> {
  /** One sentence for the reference. */
  summary: string
  access: Access
  input: I
  output: O
  /** Codes this RPC may answer besides the common ones. */
  errors: readonly E[]
  http?: HttpRoute<z.output<O>>
  socket?: SocketFrame<z.output<I>, z.output<O>>
  /** Which of a person's limits a request counts against: reads and writes unless said. */
  requests?: 'search' | 'counted_by_service'
  /** Requests of one shard (0–255) are handled in order by the one owner of its lane. */
  shard?: (input: z.output<I>, caller: number) => number
  /**
   * Requests of one moment travel in one message, and their replies with each other: for what comes in storms and is answered
   * in one short line without frames.
   */
  batch?: (input: z.output<I>) => boolean
  /** The reply carries socket frames after the result, as bytes that nobody between writer and client parses. */
  frames?: boolean
}

export interface Rpc<
  N extends string = string,
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  E extends ErrorCode = ErrorCode,
> extends RpcOptions<I, O, E> {
  kind: 'rpc'
  name: N
}

/** A request with one reply. The name is `service.verb_noun`. */
export function rpc<N extends string, I extends z.ZodType, O extends z.ZodType, const E extends ErrorCode>(
  name: N,
  options: RpcOptions<I, O, E>,
): Rpc<N, I, O, E> {
  return { kind: 'rpc', name, ...options }
}

/** Any RPC, for code that walks the catalog. */
// oxlint-disable-next-line typescript/no-explicit-any -- the catalog mixes input and output types; nothing narrower fits all
export type AnyRpc = Rpc<string, any, any, ErrorCode>
/** What a handler gets. */
export type Input<R extends AnyRpc> = z.output<R['input']>
/** What a caller gives. */
export type Params<R extends AnyRpc> = z.input<R['input']>
export type Output<R extends AnyRpc> = z.output<R['output']>

export interface Event<N extends string = string, P extends z.ZodType = z.ZodType> {
  kind: 'event'
  name: N
  summary: string
  payload: P
}

/** A fact that one service tells the others, durably, through its outbox. The name is `service.noun_done`. */
export function event<N extends string, P extends z.ZodType>(
  name: N,
  options: { summary: string; payload: P },
): Event<N, P> {
  return { kind: 'event', name, ...options }
}

export type Payload<E extends Event | Push> = z.output<E['payload']>

/** Durable frames are replayed until applied; ephemeral ones may be dropped for a slow socket. */
export type FrameClass = 'durable' | 'ephemeral'

export interface Push<T extends string = string, P extends z.ZodObject = z.ZodObject> {
  kind: 'push'
  type: T
  class: FrameClass
  summary: string
  payload: P
}

/** A frame that the server sends unasked to a person's sockets. */
export function push<T extends string, P extends z.ZodObject>(
  type: T,
  options: { class: FrameClass; summary: string; payload: P },
): Push<T, P> {
  return { kind: 'push', type, ...options }
}

/** The JSON text of a push, as sockets receive it: `type` first. */
export function encodeFrame<P extends Push>(definition: P, payload: Payload<P>): string {
  const fields = JSON.stringify(payload).slice(1)
  return `{"type":"${definition.type}"${fields === '}' ? '' : ','}${fields}`
}
