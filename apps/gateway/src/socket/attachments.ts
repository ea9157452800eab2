import { attach, limits, subjects } from '@parley/protocol'
import { RpcError, type Bus, type Logger } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { newTraceId } from '../trace-id.ts'
import { invalid } from './command.ts'
import { Batch } from './batch.ts'
import { deliver, MOST_HELD_BYTES, offer } from './deliver.ts'
import type { NoteDelivery } from './delivery-notes.ts'
import type { Peer } from './peer.ts'
import { retrying, RETRY_FOR_MS } from './replay.ts'

/** One socket's look at a conversation. */
interface View {
  /** Frames that came before messaging has said that this socket may see them; undefined once it has. */
  early: string[] | undefined
  earlyBytes: number
}

interface Viewed {
  views: Map<Peer, View>
  /** One for all sockets here. */
  subscription: { unsubscribe(): void }
}

export interface Attachments {
  /** Takes one of the socket's places, at once; throws when it has no more. */
  reserve(peer: Peer, conversationId: number): void
  /** Attaches a socket that has a place: frames come from here on, above the rev that this gives. */
  attach(peer: Peer, conversationId: number): Promise<number>
  /** No frame of the conversation reaches the socket any more. */
  detach(peer: Peer, conversationId: number): void
  /** A socket has closed. */
  leave(peer: Peer): void
  /** The bus is lost, and with it perhaps the word that somebody was removed: nobody sees anything until asked anew. */
  suspend(): void
  /** Asks anew for a socket that was suspended. Rejects where messaging cannot be asked; what it denies is detached. */
  renew(peer: Peer): Promise<void>
}

export interface AttachmentsOptions {
  bus: Pick<Bus, 'nats'>
  confirm: () => Promise<void>
  forward: Forward
  log: Logger
  metrics: GatewayMetrics
  noteDelivery: NoteDelivery
}

/** Which sockets look at which large conversations. Each has one subscription in this process, whose frames are made once. */
export function createAttachments(options: AttachmentsOptions): Attachments {
  const { confirm, forward, log } = options
  const { nats } = options.bus
  const viewed = new Map<number, Viewed>()

  const open = (conversationId: number): Viewed => {
    const views = new Map<Peer, View>()
    const subscription = nats.subscribe(subjects.conversationAll(conversationId), {
      callback: (err, message) => {
        if (err) return log.error({ err }, "subscription to a conversation's frames failed")
        receive(views, { isDurable: message.subject.endsWith('d'), lines: message.data }, options.metrics)
        if (message.headers) options.noteDelivery(message.headers)
      },
    })
    return { views, subscription }
  }
  const join = (peer: Peer, conversationId: number): View => {
    let found = viewed.get(conversationId)
    if (!found) viewed.set(conversationId, (found = open(conversationId)))
    let view = found.views.get(peer)
    if (!view) found.views.set(peer, (view = { early: [], earlyBytes: 0 }))
    return view
  }
  const detach = (peer: Peer, conversationId: number): void => {
    peer.attached = without(peer.attached, conversationId)
    if (peer.legacy?.scope.conversation_id === conversationId) peer.close('not_yours')
    const found = viewed.get(conversationId)
    if (!found?.views.delete(peer) || found.views.size > 0) return
    viewed.delete(conversationId)
    found.subscription.unsubscribe()
  }
  /** Asks messaging, and lets the frames through that came meanwhile. */
  const ask = async (peer: Peer, conversationId: number, view: View): Promise<number> => {
    const { caller, client } = peer
    const input = { conversation_id: conversationId }
    const asked = forward(attach, { caller, client, traceId: newTraceId(), input })
    const { json } = await asked.catch((err: unknown) => {
      if (isDenied(err)) detach(peer, conversationId)
      throw err
    })
    // A removal that was ordered after the question may be heard before its answer.
    if (viewed.get(conversationId)?.views.get(peer) !== view) throw new RpcError('conversation_not_found')
    const { rev } = JSON.parse(json) as { rev: number }
    grant(peer, view, rev)
    return rev
  }

  return {
    detach,
    reserve: (peer, conversationId) => {
      if (peer.attached.has(conversationId)) return
      if (peer.attached.size >= limits.attached) {
        throw invalid('conversation_id', `a socket may be attached to ${limits.attached}; detach one first`)
      }
      peer.attached = new Set(peer.attached).add(conversationId)
    },
    attach: async (peer, conversationId) => {
      if (!peer.attached.has(conversationId)) throw invalid('conversation_id', 'was detached meanwhile')
      const view = join(peer, conversationId)
      return retrying(RETRY_FOR_MS, async () => {
        await confirm()
        return ask(peer, conversationId, view)
      })
    },
    leave: (peer) => {
      for (const conversationId of peer.attached) detach(peer, conversationId)
    },
    suspend: () => {
      for (const { views } of viewed.values()) for (const view of views.values()) view.early ??= []
    },
    renew: async (peer) => {
      for (const conversationId of peer.attached) {
        const view = viewed.get(conversationId)?.views.get(peer)
        if (!view?.early) continue
        await ask(peer, conversationId, view).catch((err: unknown) => {
          if (!isDenied(err)) throw err
        })
      }
    },
  }
}

const isDenied = (err: unknown): boolean => err instanceof RpcError && err.code === 'conversation_not_found'

const without = (ids: ReadonlySet<number>, id: number): ReadonlySet<number> =>
  ids.has(id) ? new Set([...ids].filter((other) => other !== id)) : ids

interface Received {
  isDurable: boolean
  lines: Uint8Array
}

function receive(views: Map<Peer, View>, { isDurable, lines }: Received, metrics: GatewayMetrics): void {
  const batch = new Batch(lines)
  const { count } = batch.encoded
  let sent = 0
  let dropped = 0
  for (const [peer, view] of views) {
    if (peer.topics && !peer.topics.has('conversations')) continue
    if (isDurable) {
      if (view.early) keep(peer, view, lines)
      else deliver(peer, batch)
      sent++
    } else if (!view.early && !peer.held && offer(peer, batch)) sent++
    else dropped++
  }
  metrics.framesOut(isDurable ? 'durable' : 'ephemeral', sent * count)
  metrics.framesDropped(dropped * count)
}

function keep(peer: Peer, view: View, lines: Uint8Array): void {
  view.early?.push(Buffer.from(lines).toString())
  view.earlyBytes += lines.length
  if (view.earlyBytes > MOST_HELD_BYTES) peer.close('too_slow')
}

/** Lets a socket see a conversation from a rev on; what came earlier may be older than its person's membership. */
function grant(peer: Peer, view: View, rev: number): void {
  const lines = (view.early ?? []).flatMap((text) => text.split('\n'))
  view.early = undefined
  view.earlyBytes = 0
  const due = lines.filter((line) => ((JSON.parse(line) as { rev?: number }).rev ?? Infinity) > rev)
  if (due.length > 0) deliver(peer, Batch.of(due))
}
