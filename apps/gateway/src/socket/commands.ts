import {
  clientFrames,
  limits,
  Ref,
  rpcs,
  type AnyRpc,
  type ClientFrameType,
  type ErrorBody,
} from '@parley/protocol'
import { invalidInput, RpcError, type Logger } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import { parseObject, type JsonObject } from '../json.ts'
import { newTraceId } from '../trace-id.ts'
import { ackText, errorText, frameText, responseText, type Asked } from './answers.ts'
import { refuse, type Authenticator } from './authenticate.ts'
import type { Peer } from './peer.ts'
import { isTemporary } from './replay.ts'
import type { Sessions } from './session.ts'

export interface CommandOptions {
  forward: Forward
  sessions: Sessions
  renew: Authenticator['renew']
  log: Logger
}

interface Command {
  peer: Peer
  frame: JsonObject
  asked: Asked
  traceId: string
}

type Run = (command: Command) => Promise<void>

export interface Commands {
  /** One text frame of an authenticated socket. */
  dispatch(peer: Peer, text: string): void
  /** Answers a frame with an error, without doing what it asks. */
  refuseFrame(peer: Peer, text: string, error: ErrorBody): void
}

/** What a socket can ask: the frames of the gateway itself, and one for each RPC whose definition names a frame. */
export function createCommands(options: CommandOptions): Commands {
  const { log } = options
  const table = new Map<string, Run>(Object.entries(gatewayCommands(options)))
  for (const rpc of rpcs) if (rpc.socket) table.set(rpc.socket.type, rpcCommand(rpc, options.forward))

  const fail = ({ peer, asked, traceId }: Command, err: unknown): void => {
    const error = err instanceof RpcError ? err.toJSON() : ({ code: 'internal' } as const)
    if (!(err instanceof RpcError)) log.error({ err, trace_id: traceId }, 'frame failed')
    peer.send(errorText(asked, error, traceId))
  }
  const read = (peer: Peer, text: string): Command | undefined => {
    const parsed = parseObject(text)
    if (!parsed.ok) return void peer.close('malformed', parsed.fault)
    return { peer, frame: parsed.value, asked: askedBy(parsed.value), traceId: newTraceId() }
  }
  // Whatever a command throws, at once or later, is an answer: nothing may leave this and end the process.
  const execute = async (command: Command): Promise<void> => {
    try {
      await findCommand(table, command.frame)(command)
    } catch (err) {
      fail(command, err)
    }
  }
  return {
    dispatch: (peer, text) => {
      const command = read(peer, text)
      if (command) void execute(command)
    },
    refuseFrame: (peer, text, error) => {
      const command = read(peer, text)
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

function findCommand(table: Map<string, Run>, { type, ref }: JsonObject): Run {
  const run = typeof type === 'string' ? table.get(type) : undefined
  if (!run) throw invalid('type', 'is not a known type of frame')
  if (!Ref.safeParse(ref).success)
    throw invalid('ref', `must be text of at most ${limits.ref_chars} characters`)
  return run
}

const invalid = (path: string, message: string) => new RpcError('invalid', { errors: [{ path, message }] })

function rpcCommand(rpc: AnyRpc, forward: Forward): Run {
  const { ack = [], requires = [] } = rpc.socket ?? { ack: [] }
  return async ({ peer, frame, asked, traceId }) => {
    for (const field of requires) if (frame[field] == null) throw invalid(field, 'is required')
    const { caller, client } = peer
    const { json } = await forward(rpc, { caller, client, traceId, input: frame, pick: 'ack' })
    if (ack.length > 0 || asked.ref !== undefined) peer.send(ackText(asked, json))
  }
}

function gatewayCommands({ forward, sessions, renew }: CommandOptions): Record<ClientFrameType, Run> {
  return {
    authenticate: async ({ peer, frame, asked }) => {
      const credential = read('authenticate', frame)
      try {
        await renew(peer, credential)
      } catch (err) {
        // The credential so far is as good as it was.
        if (isTemporary(err)) throw err
        return refuse(peer, err)
      }
      if (asked.ref !== undefined) peer.send(ackText(asked, '{}'))
    },
    hello: async ({ peer, frame }) => {
      const { cursor } = read('hello', frame) as { cursor?: string }
      if (peer.isJoined || peer.replaysDue > 0) throw invalid('type', 'hello was said before')
      try {
        await sessions.hello(peer, cursor)
      } catch (err) {
        // After the error is sent: a socket that is half open would wait for ever.
        setImmediate(() => peer.close('overloaded'))
        throw err
      }
    },
    ping: async ({ peer, frame, asked }) => {
      const { timestamp } = read('ping', frame)
      peer.send(frameText('pong', { ref: asked.ref, timestamp }))
    },
    sync: async ({ peer, frame }) => {
      const { cursor } = read('sync', frame) as { cursor?: string }
      await sessions.sync(peer, cursor)
    },
    pull: async ({ peer, frame, asked }) => sessions.pull(peer, asked, read('pull', frame)),
    request: async ({ peer, frame, asked, traceId }) => {
      const { method, params = {} } = read('request', frame) as { method: string; params?: JsonObject }
      const rpc = rpcs.find(({ name, http }) => http !== undefined && name === method)
      if (!rpc) throw new RpcError('not_found')
      const { caller, client } = peer
      const { json } = await forward(rpc, { caller, client, traceId, input: params })
      peer.send(responseText(asked, bodyOf(rpc, json)))
    },
  }
}

function read(type: ClientFrameType, frame: JsonObject): JsonObject {
  const result = clientFrames[type].payload.safeParse(frame)
  if (!result.success) throw invalidInput(result.error)
  return result.data as JsonObject
}

/** What the HTTP route would answer with. */
function bodyOf({ http }: AnyRpc, json: string): string {
  if (http?.status === 204) return 'null'
  if (http?.body === undefined) return json
  return JSON.stringify((JSON.parse(json) as JsonObject)[http.body])
}
