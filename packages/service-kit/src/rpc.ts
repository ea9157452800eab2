import {
  isCommonErrorCode,
  isErrorCode,
  type AnyErrorCode,
  type AnyRpc,
  type Caller,
  type ErrorBody,
  type ErrorCode,
  type Input,
  type Output,
  type Role,
} from '@parley/protocol'
import type { Logger } from 'pino'
import type { Activity } from './activity.ts'
import { errorLine, okLine, type Client, type RequestLine } from './envelope.ts'
import { invalidInput } from './invalid-input.ts'
import { isOutage } from './outage.ts'
import type { NoteRefusal } from './refusal-log.ts'
import { RpcError, unavailable } from './rpc-error.ts'
import type { Tracing } from './tracing.ts'

type CallerOf<R extends AnyRpc> = R['access'] extends 'anyone' | 'service' ? Caller | undefined : Caller

export interface Context<R extends AnyRpc> {
  caller: CallerOf<R>
  /** Absent when another service asks on its own behalf. */
  client: Client | undefined
  log: Logger
  traceId: string
  /** When the caller gives up, in milliseconds of `performance.now()`. */
  deadline: number
  /** An error that this RPC declares. */
  fail: (code: R['errors'][number] & ErrorCode, more?: Omit<ErrorBody, 'code'>) => RpcError
}

export interface Handler {
  rpc: AnyRpc
  run: (input: unknown, context: Context<AnyRpc>) => Promise<unknown>
  frames: boolean
}

/** Binds an RPC to the function that answers it. */
export function handle<R extends AnyRpc>(
  rpc: R,
  run: (input: Input<R>, context: Context<R>) => Promise<Output<R>>,
): Handler {
  // The definition and the handler agree by this signature; a list of handlers cannot carry each one's types.
  return { rpc, run: run as Handler['run'], frames: false }
}

/** As `handle`, for an RPC whose reply carries frames after its output. */
export function handleFrames<R extends AnyRpc>(
  rpc: R,
  run: (input: Input<R>, context: Context<R>) => Promise<{ output: Output<R>; frames: string[] }>,
): Handler {
  return { rpc, run: run as Handler['run'], frames: true }
}

const ranks: Record<Role, number> = { user: 0, agent: 1, admin: 2 }

/** The refusal of a caller who may not call this RPC; undefined when they may. */
export function refusal(rpc: AnyRpc, caller: Caller | undefined): AnyErrorCode | undefined {
  if (rpc.access === 'anyone' || rpc.access === 'service') return undefined
  if (!caller) return 'unauthenticated'
  return ranks[caller.role] < ranks[rpc.access] ? 'forbidden' : undefined
}

const isDeclared = (rpc: AnyRpc, code: string): boolean =>
  isErrorCode(code) && (isCommonErrorCode(code) || rpc.errors.includes(code as ErrorCode))

export type Observe = (rpc: string, code: string, seconds: number) => void

export interface ReplyOptions {
  log: Logger
  observe: Observe
  noteRefusal: NoteRefusal
  tracing?: Tracing | undefined
  activity?: Activity | undefined
}

/** Runs one request to its reply line; never rejects. What the RPC does not declare is logged once and becomes `internal`. */
export async function reply(
  handler: Handler,
  request: RequestLine,
  { log, observe, noteRefusal, tracing, activity }: ReplyOptions,
): Promise<string> {
  const started = performance.now()
  const { rpc } = handler
  const { trace_id, traceparent, caller } = request
  const span = traceparent === undefined ? undefined : tracing?.begin(rpc.name, traceparent)
  try {
    const refused = refusal(rpc, caller)
    if (refused) throw new RpcError(refused)
    const input = rpc.input.safeParse(request.input)
    if (!input.success) throw invalidInput(input.error)
    const deadline = started + request.timeout_ms
    const result = await handler.run(input.data, new RequestContext(request, { deadline, log }))
    const line = resultLine(handler, request, result)
    observe(rpc.name, 'ok', (performance.now() - started) / 1_000)
    span?.end()
    activity?.(rpc, { caller, traceId: trace_id, input: input.data, result })
    return line
  } catch (err) {
    const error = toReplyError(rpc, err)
    observe(rpc.name, error.code, (performance.now() - started) / 1_000)
    span?.end({ attributes: { code: error.code }, isFailed: isFault(error.code) })
    if (error.code === 'internal') log.error({ err, rpc: rpc.name, trace_id }, 'request failed')
    else if (error.code === 'unavailable') noteRefusal(rpc.name, trace_id, err)
    return errorLine(error.toJSON())
  }
}

/** Whether a refusal is nobody's but the system's. */
export const isFault = (code: AnyErrorCode): boolean =>
  code === 'internal' || code === 'unavailable' || code === 'timeout'

/** A class, since an object with a getter of its own is the dearest kind to make. */
class RequestContext implements Context<AnyRpc> {
  readonly caller: Caller
  readonly client: Client | undefined
  readonly traceId: string
  readonly deadline: number
  readonly fail = fail
  readonly #log: Logger

  constructor(
    { caller, client, trace_id }: RequestLine,
    { deadline, log }: { deadline: number; log: Logger },
  ) {
    // Where there is none, the definition says so.
    this.caller = caller as Caller
    this.client = client
    this.traceId = trace_id
    this.deadline = deadline
    this.#log = log
  }

  /** Made for those who log. */
  get log(): Logger {
    return this.#log.child({ trace_id: this.traceId })
  }
}

const fail = (code: AnyErrorCode, more?: Omit<ErrorBody, 'code'>): RpcError => new RpcError(code, more)

function resultLine(handler: Handler, request: RequestLine, result: unknown): string {
  if (handler.frames) {
    const { output, frames } = result as { output: unknown; frames: string[] }
    return [okLine(JSON.stringify(output)), ...frames].join('\n')
  }
  if (request.pick !== 'ack') return okLine(JSON.stringify(result))
  const output = result as Record<string, unknown>
  const picked: Record<string, unknown> = {}
  for (const key of handler.rpc.socket?.ack ?? []) picked[key] = output[key]
  return okLine(JSON.stringify(picked))
}

function toReplyError(rpc: AnyRpc, err: unknown): RpcError {
  if (err instanceof RpcError && isDeclared(rpc, err.code)) return err
  if (isOutage(err)) return unavailable(err)
  return new RpcError('internal', { cause: err })
}
