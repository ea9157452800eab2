import { limits, Ref, rpcs, type AnyRpc, type ClientFrameType, type ErrorBody } from '@parley/protocol'
import { RpcError, type Logger, type Tracing } from '@parley/service-kit'
import type { RequestLimiter } from '../access/request-limits.ts'
import type { Forward } from '../forward.ts'
import { parseObject, type JsonObject } from '../json.ts'
import { outcomeOf, type GatewayMetrics, type Outcome } from '../metrics.ts'
import { newTraceId } from '../trace-id.ts'
import { ackText, errorText, frameText, responseText, type Asked } from './answers.ts'
import { refuse, type Authenticator } from './authenticate.ts'
import { attachCommands, type AttachFrame, type AttachOptions } from './attach-commands.ts'
import { acknowledge, invalid, readFields, type Command, type Run } from './command.ts'
import type { Peer } from './peer.ts'
import { listeningCommands, type ListeningFrame, type ListeningOptions } from './listening-commands.ts'
import { isTemporary, retrying } from './replay.ts'
import type { Sessions } from './session.ts'

export interface CommandOptions extends AttachOptions, ListeningOptions {
  sessions: Sessions
  limiter: RequestLimiter
  renew: Authenticator['renew']
  metrics: Pick<GatewayMetrics, 'commands' | 'sessions'>
  tracing: Tracing | undefined
  log: Logger
}

export interface Commands {
  /** One text frame of an authenticated socket. */
  dispatch(peer: Peer, text: string): void
  /** Does what a frame asks, again for a while where a retry may heal what went wrong; rejects with its refusal. */
  run(peer: Peer, frame: JsonObject, retryForMs?: number): Promise<void>
  /** Answers with an error what was asked. */
  refuse(peer: Peer, asked: Asked, err: unknown): void
  /** Answers a frame with an error, without doing what it asks. */
  refuseFrame(peer: Peer, text: string, error: ErrorBody): void
}

/** What a socket can ask: the frames of the gateway itself, and one for each RPC whose definition names a frame. */
export function createCommands(options: CommandOptions): Commands {
  const { log, metrics, tracing } = options
  const table = new Map<string, Counted>()
  const add = (type: string, run: Run) => table.set(type, { run, counts: metrics.commands(type) })
  for (const [type, run] of Object.entries(gatewayCommands(options))) add(type, run)
  for (const rpc of rpcs) if (rpc.socket) add(rpc.socket.type, rpcCommand(rpc, options.forward))
  const unknown = { run: refuseType, counts: metrics.commands('unknown') }

  const fail = (
    { peer, asked, traceId }: Pick<Command, 'peer' | 'asked' | 'traceId'>,
    err: unknown,
  ): void => {
    const error = err instanceof RpcError ? err.toJSON() : ({ code: 'internal' } as const)
    if (!(err instanceof RpcError)) log.error({ err, trace_id: traceId }, 'frame failed')
    peer.send(errorText(asked, error, traceId))
  }
  const read = (peer: Peer, text: string): Command | undefined => {
    const parsed = parseObject(text)
    if (!parsed.ok) return void peer.close('malformed', parsed.fault)
    return commandOf(peer, parsed.value)
  }
  const commandOf = (peer: Peer, frame: JsonObject): Command => {
    const { type } = frame
    const span = tracing?.begin(typeof type === 'string' && table.has(type) ? `frame ${type}` : 'frame')
    return { peer, frame, asked: askedBy(frame), traceId: span?.traceId ?? newTraceId(), span }
  }
  /** However often it is tried, one frame has one outcome. */
  const perform = async (command: Command, retryForMs = 0): Promise<void> => {
    const { type, ref } = command.frame
    const { run, counts } = (typeof type === 'string' && table.get(type)) || unknown
    try {
      if (ref !== undefined && run !== refuseType && !Ref.safeParse(ref).success) throw badRef()
      await (retryForMs > 0 ? retrying(retryForMs, () => run(command)) : run(command))
      counts.done++
      command.span?.end()
    } catch (err) {
      const outcome = outcomeOf(err)
      counts[outcome]++
      command.span?.end({ attributes: { outcome }, isFailed: outcome === 'failed' })
      throw err
    }
  }
  return {
    dispatch: (peer, text) => {
      const command = read(peer, text)
      // Whatever a command throws, at once or later, is an answer: nothing may leave this and end the process.
      if (command) void perform(command).catch((err: unknown) => fail(command, err))
    },
    run: (peer, frame, retryForMs) => perform(commandOf(peer, frame), retryForMs),
    refuse: (peer, asked, err) => fail({ peer, asked, traceId: newTraceId() }, err),
    refuseFrame: (peer, text, error) => {
      const command = read(peer, text)
      command?.span?.end({ attributes: { outcome: 'refused' } })
      if (command) fail(command, new RpcError(error.code, error))
    },
  }
}

function askedBy({ ref, client_id }: JsonObject): Asked {
  return {
    ref: typeof ref === 'string' && ref.length <= limits.ref_chars ? ref : undefined,
    client_id: typeof client_id === 'string' ? client_id.slice(0, limits.ref_chars) : undefined,
  }
}

/** What a type of frame does, and how often it came to what. */
interface Counted {
  run: Run
  counts: Record<Outcome, number>
}

const badRef = () => invalid('ref', `must be text of at most ${limits.ref_chars} characters`)

const refuseType: Run = async () => {
  throw invalid('type', 'is not a known type of frame')
}

function rpcCommand(rpc: AnyRpc, forward: Forward): Run {
  const { ack = [], requires = [] } = rpc.socket ?? { ack: [] }
  return ({ peer, frame, asked, traceId }) => {
    for (const field of requires) if (frame[field] == null) throw invalid(field, 'is required')
    const { caller, client } = peer
    const answered = forward(rpc, { caller, client, traceId, input: frame, pick: 'ack' })
    return answered.then(({ json }) => {
      if (ack.length > 0 || asked.ref !== undefined) peer.send(ackText(asked, json))
    })
  }
}

function gatewayCommands(options: CommandOptions): Record<ClientFrameType, Run> {
  return { ...sessionCommands(options), ...listeningCommands(options), ...attachCommands(options) }
}

function sessionCommands({
  forward,
  limiter,
  sessions,
  renew,
  metrics,
}: CommandOptions): Record<Exclude<ClientFrameType, ListeningFrame | AttachFrame>, Run> {
  return {
    authenticate: async ({ peer, frame, asked }) => {
      const credential = readFields('authenticate', frame)
      try {
        await renew(peer, credential)
      } catch (err) {
        // The credential so far is as good as it was.
        if (isTemporary(err)) throw err
        return refuse(peer, err)
      }
      acknowledge({ peer, asked })
    },
    hello: async ({ peer, frame }) => {
      const { cursor } = readFields('hello', frame) as { cursor?: string }
      if (peer.isJoined || peer.replaysDue > 0) throw invalid('type', 'hello was said before')
      try {
        await sessions.hello(peer, cursor)
      } catch (err) {
        if (outcomeOf(err) === 'failed') metrics.sessions.failed++
        // After the error is sent: a socket that is half open would wait for ever.
        setImmediate(() => peer.close('overloaded'))
        throw err
      }
    },
    ping: async ({ peer, frame, asked }) => {
      const { timestamp } = readFields('ping', frame)
      peer.send(frameText('pong', { ref: asked.ref, timestamp }))
    },
    sync: async ({ peer, frame }) => {
      const { cursor } = readFields('sync', frame) as { cursor?: string }
      await sessions.sync(peer, cursor)
    },
    pull: async ({ peer, frame, asked }) => sessions.pull(peer, asked, readFields('pull', frame)),
    request: async ({ peer, frame, asked, traceId }) => {
      const { method, params = {} } = readFields('request', frame) as { method: string; params?: JsonObject }
      const rpc = rpcs.find(({ name, http }) => http !== undefined && name === method)
      if (!rpc) throw new RpcError('not_found')
      const { caller, client } = peer
      await limiter.count(rpc, { caller, address: client.address })
      const { json } = await forward(rpc, { caller, client, traceId, input: params })
      peer.send(responseText(asked, bodyOf(rpc, json)))
    },
  }
}

/** What the HTTP route would answer with. */
function bodyOf({ http }: AnyRpc, json: string): string {
  if (http?.status === 204) return 'null'
  if (http?.body === undefined) return json
  return JSON.stringify((JSON.parse(json) as JsonObject)[http.body])
}
