import { randomUUID } from 'node:crypto'
import type { NativeFrame } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import { parseObject, type JsonObject } from '../json.ts'
import { fullBucket, take as takeFrom, type Bucket } from '../limits.ts'
import type { Commands } from '../socket/commands.ts'
import type { FloodGuard } from '../socket/flood.ts'
import type { Peer } from '../socket/peer.ts'
import type { LegacySocket } from './legacy-socket.ts'
import { Receipts } from './receipts.ts'
import { Typing } from './typing.ts'

/** What one socket has under way. */
interface Incoming {
  peer: Peer
  legacy: LegacySocket
  receipts: Receipts
  typing: Typing
  /** Sends go one after the other: one that is tried again must not be overtaken. */
  sends: Promise<void>
  sendsDue: number
  /** Of receipts and signs of typing, which count as no flood. */
  quiet: Bucket
}

const RETRY_FOR_MS = 10_000
const MOST_SENDS_DUE = 100
/** Beyond it the network has to wait. */
const quietRate = { perSecond: 2_000, burst: 20_000 }

export interface IncomingOptions {
  commands: Pick<Commands, 'run' | 'refuse'>
  flood: FloodGuard
}

/** Takes the frames of legacy sockets: each is read by its dialect, and runs as the native frames that it means. */
export function createIncoming({ commands, flood }: IncomingOptions) {
  const { run, refuse } = commands
  const sockets = new WeakMap<Peer, Incoming>()

  const begin = (peer: Peer, legacy: LegacySocket): Incoming => {
    const receipts = new Receipts({
      isOneConversation: legacy.scope.conversation_id !== null,
      tell: (message_id) => run(peer, { type: 'read_receipt', message_id }, RETRY_FOR_MS),
      refuse: (err) => refuse(peer, {}, err),
    })
    const quiet = fullBucket(performance.now())
    return { peer, legacy, receipts, typing: new Typing(), sends: Promise.resolve(), sendsDue: 0, quiet }
  }
  const of = (peer: Peer, legacy: LegacySocket): Incoming => {
    let incoming = sockets.get(peer)
    if (!incoming) sockets.set(peer, (incoming = begin(peer, legacy)))
    return incoming
  }
  /** Counts a frame; true when there were too many, which has been answered then. */
  const isFlood = (peer: Peer): boolean => {
    const verdict = flood.count(peer, performance.now())
    if (verdict.kind === 'over') refuse(peer, {}, new RpcError(verdict.error.code, verdict.error))
    return verdict.kind !== 'pass'
  }
  /** Runs a command; whatever it throws is an answer. */
  const attempt = async (peer: Peer, frame: JsonObject): Promise<void> => {
    try {
      await run(peer, frame)
    } catch (err) {
      refuse(peer, {}, err)
    }
  }
  const send = async ({ peer, legacy }: Incoming, frame: NativeFrame): Promise<void> => {
    const client_id = typeof frame['client_id'] === 'string' ? frame['client_id'] : randomUUID()
    legacy.sends(client_id)
    try {
      await run(peer, { ...frame, client_id }, RETRY_FOR_MS)
    } catch (err) {
      legacy.hasNotSent(client_id)
      refuse(peer, {}, err)
    }
  }
  const queueSend = (incoming: Incoming, frame: NativeFrame): void => {
    if (incoming.sendsDue >= MOST_SENDS_DUE)
      return refuse(incoming.peer, {}, new RpcError('rate_limited', { retry_after_ms: 1_000 }))
    incoming.sendsDue += 1
    incoming.sends = incoming.sends.then(async () => {
      if (!incoming.peer.isClosing) await send(incoming, frame)
      incoming.sendsDue -= 1
    })
  }
  const take = (incoming: Incoming, frame: NativeFrame): void => {
    const { peer, receipts, typing } = incoming
    if (isQuiet(frame)) calm(incoming)
    else if (isFlood(peer)) return
    const { type, message_id, conversation_id, is_typing } = frame
    if (type === 'read_receipt') receipts.add(Number(message_id))
    else if (type === 'chat_message') queueSend(incoming, frame)
    else if (type !== 'typing_indicator' || conversation_id === undefined) void attempt(peer, frame)
    else if (typing.isNews(Number(conversation_id), is_typing === true, performance.now()))
      void attempt(peer, frame)
  }

  return (peer: Peer, legacy: LegacySocket, text: string): void => {
    const parsed = parseObject(text)
    if (!parsed.ok) return peer.close('malformed', parsed.fault)
    const decoded = legacy.dialect.decode(parsed.value, legacy.scope)
    if ('faults' in decoded) {
      if (!isFlood(peer)) refuse(peer, {}, new RpcError('invalid', { errors: decoded.faults }))
      return
    }
    if (decoded.commands.length === 0) isFlood(peer)
    for (const command of decoded.commands) take(of(peer, legacy), command)
  }
}

const isQuiet = ({ type }: NativeFrame): boolean => type === 'read_receipt' || type === 'typing_indicator'

/** Whoever sends receipts faster than they can be read is read more slowly. */
function calm({ peer, quiet }: Incoming): void {
  const waitMs = takeFrom(quiet, quietRate, performance.now())
  if (waitMs === 0 || peer.ws.isPaused) return
  peer.ws.pause()
  setTimeout(() => peer.ws.resume(), waitMs)
}
