import type { Bus, Handler, Logger } from '@parley/service-kit'
import { subjects, type Card } from '@parley/protocol'
import type pg from 'pg'
import { changePrivacy, privacyIn } from '../domain/privacy.ts'
import type { Presence } from '../presence/presence.ts'
import { beginOwnership } from '../store/lanes.ts'
import { createConversationCache } from './cache.ts'
import { LaneWriter, type WriterOptions } from './writer.ts'

/** A lane that this process owns: its session, its writer, its subscription. */
export interface OwnedLane extends AsyncDisposable {
  writer: LaneWriter
  /** Answers the lane's requests from here on. */
  serve(): Promise<void>
  /** A person's card changed: frames carry the new one from here on. */
  updateCard(card: Card): void
  /** Frames go by what a person shares now, once this resolves. */
  applyPrivacy(userId: number, deadline: number): Promise<void>
}

export interface OwnOptions extends Omit<
  WriterOptions,
  'client' | 'lane' | 'nats' | 'isConnected' | 'cache' | 'tracing' | 'together'
> {
  bus: Bus
  log: Logger
  /** What answers the lane's requests, given the writer. */
  handlers: readonly Handler[]
  presence: Presence
  /** Conversations that a lane keeps in memory. */
  cacheSize: number
  /** Whether every gateway hears the frames of lanes. */
  framesByLane: boolean
}

/** Takes up a lane whose lock this session has just got: publishes what its last owner may not have. */
export async function ownLane(client: pg.Client, lane: number, options: OwnOptions): Promise<OwnedLane> {
  const { bus, log, handlers, presence, cacheSize, framesByLane } = options
  const cache = createConversationCache(cacheSize)
  const row = await beginOwnership(client, lane)
  const writer = new LaneWriter({
    ...options,
    nats: bus.nats,
    isConnected: bus.isConnected,
    tracing: bus.tracing,
    together: framesByLane ? subjects.laneFrames(lane) : undefined,
    client,
    lane: row,
    cache,
  })
  await writer.republish()
  let serving: Promise<AsyncDisposable> | undefined
  return {
    writer,
    serve: async () => {
      presence.open(lane, row.owner_epoch)
      serving = bus.serveLane(lane, handlers)
      await serving
      presence.gather(lane)
      log.info({ lane, owner_epoch: row.owner_epoch, pos: row.pos }, 'lane taken')
    },
    updateCard: (card) => {
      for (const conversation of cache.values()) {
        const member = conversation.members.get(card.id) ?? conversation.support?.readers.get(card.id)
        if (!member) continue
        member.user = card
        delete conversation.derived.idByUsername
      }
    },
    applyPrivacy: (userId, deadline) =>
      writer.write({
        target: { id: 0 },
        joining: [userId],
        deadline,
        apply: (_, draft) => {
          const privacy = privacyIn(draft, userId)
          for (const conversation of cache.values()) changePrivacy(conversation, userId, privacy)
        },
      }),
    [Symbol.asyncDispose]: async () => {
      // Where serving could not begin there is nothing to end.
      await serving?.then(
        (begun) => begun[Symbol.asyncDispose](),
        () => undefined,
      )
      presence.close(lane, row.owner_epoch)
      await writer[Symbol.asyncDispose]()
      await client.end().catch((err: unknown) => log.debug({ err, lane }, 'session was gone'))
      log.info({ lane }, 'lane given up')
    },
  }
}
