import { getMe, limits, pull } from '@parley/protocol'
import { RpcError, type Logger } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import type { JsonObject } from '../json.ts'
import type { LaneInfo } from '../lane-info.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { newTraceId } from '../trace-id.ts'
import { frameText, responseText, type Asked } from './answers.ts'
import type { Attachments } from './attachments.ts'
import type { Peer } from './peer.ts'
import type { Registry } from './registry.ts'
import { inTurn, readPage, retrying, RETRY_FOR_MS, sendPages, writeFrames } from './replay.ts'

export interface SessionOptions {
  forward: Forward
  registry: Registry
  attachments: Pick<Attachments, 'renew'>
  laneInfo: () => Promise<LaneInfo>
  metrics: GatewayMetrics
  log: Logger
  heartbeatMs: number
}

/** The life of a socket's session: it opens, is made whole again, and repairs single conversations. */
export interface Sessions {
  hello(peer: Peer, cursor: string | undefined): Promise<void>
  sync(peer: Peer, cursor: string | undefined): Promise<void>
  pull(peer: Peer, asked: Asked, input: JsonObject): Promise<void>
  /** Makes a socket whole from the end of its last replay on; closes it where that cannot be done. */
  heal(peer: Peer): Promise<void>
  /** Makes sockets whole after a break on this side. */
  healAll(peers: Iterable<Peer>): Promise<void>
}

const HEALED_AT_ONCE = 64
const HEAL_FOR_MS = 25_000

export function createSessions(options: SessionOptions): Sessions {
  const { forward, registry, attachments, laneInfo, metrics, log, heartbeatMs } = options

  const open = async (peer: Peer, cursor: string | undefined): Promise<void> => {
    // Frames of the person arrive, and are held, before the question is asked what was missed: nothing falls between.
    await registry.join(peer)
    const [user, lanes, first] = await Promise.all([
      ask(() => readUser(forward, peer)),
      ask(laneInfo),
      ask(() => readPage(forward, peer, { cursor })).catch(orReset),
    ])
    const epoch = first instanceof RpcError ? lanes.epoch : first.output.epoch
    peer.send(welcomeText({ peer, user, lanes, epoch, heartbeatMs }))
    if (first instanceof RpcError) {
      metrics.sessions.reset++
      return reset(peer, first)
    }
    metrics.sessions[cursor === undefined ? 'new' : 'resumed']++
    await sendPages(forward, peer, first)
  }
  const catchUp = async (peer: Peer, cursor: string | undefined): Promise<void> => {
    const first = await readPage(forward, peer, { cursor }).catch(orReset)
    if (first instanceof RpcError) return reset(peer, first)
    await sendPages(forward, peer, first)
  }
  const heal = async (peer: Peer): Promise<void> => {
    const makeWhole = async (): Promise<void> => {
      await attachments.renew(peer)
      if (!peer.isClosing) await catchUp(peer, peer.cursor)
    }
    try {
      await inTurn(peer, () => retrying(HEAL_FOR_MS, makeWhole))
    } catch (err) {
      if (peer.isClosing) return
      log.warn({ err }, 'a socket could not be made whole')
      peer.close('overloaded')
    }
  }

  return {
    heal,
    hello: (peer, cursor) => inTurn(peer, () => open(peer, cursor)),
    sync: (peer, cursor) => inTurn(peer, () => catchUp(peer, cursor)),
    pull: async (peer, asked, input) => {
      const { caller, client } = peer
      const { json, frames } = await forward(pull, { caller, client, traceId: newTraceId(), input })
      await writeFrames(peer, frames)
      peer.send(responseText(asked, json))
    },
    healAll: async (peers) => {
      // Where a replay waits already, that one begins after the break and heals it too, but for what it is attached to.
      const due = [...peers].filter(
        ({ isJoined, replaysDue, attached }) => isJoined && (replaysDue < 2 || attached.size > 0),
      )
      const worker = async (): Promise<void> => {
        for (let peer = due.pop(); peer; peer = due.pop()) await heal(peer)
      }
      await Promise.all(Array.from({ length: HEALED_AT_ONCE }, worker))
    },
  }
}

const ask = <T>(question: () => Promise<T>): Promise<T> => retrying(RETRY_FOR_MS, question)

async function readUser(forward: Forward, { caller, client }: Peer): Promise<string> {
  return (await forward(getMe, { caller, client, traceId: newTraceId(), input: {} })).json
}

function orReset(err: unknown): RpcError {
  if (err instanceof RpcError && err.code === 'cursor_reset') return err
  throw err
}

function reset(peer: Peer, { detail, code }: RpcError): void {
  peer.send(frameText('reset', { reason: detail ?? code }))
  peer.close('reset')
}

interface Welcome {
  peer: Peer
  /** JSON text. */
  user: string
  lanes: LaneInfo
  epoch: string
  heartbeatMs: number
}

function welcomeText({ peer, user, lanes, epoch, heartbeatMs }: Welcome): string {
  const { frame_bytes, content_chars, watch, sockets_per_user, attached } = limits
  const { sends_per_second, burst } = lanes
  const rest = {
    heartbeat_ms: heartbeatMs,
    epoch,
    limits: { frame_bytes, content_chars, sends_per_second, burst, watch, sockets_per_user, attached },
  }
  const sessionId = JSON.stringify(peer.caller?.session_id)
  return `{"type":"welcome","session_id":${sessionId},"user":${user},${JSON.stringify(rest).slice(1)}`
}
