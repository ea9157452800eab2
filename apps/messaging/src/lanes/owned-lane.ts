import type { Bus, Handler, Logger } from '@parley/service-kit'
import type { Card } from '@parley/protocol'
import type pg from 'pg'
import { beginOwnership } from '../store/lanes.ts'
import { createConversationCache } from './cache.ts'
import { LaneWriter, type WriterOptions } from './writer.ts'

/** A lane that this process owns: its session, its writer, its subscription. */
export interface OwnedLane extends AsyncDisposable {
  writer: LaneWriter
  /** A person's card changed: frames carry the new one from here on. */
  updateCard(card: Card): void
}

export interface OwnOptions extends Omit<WriterOptions, 'client' | 'lane' | 'nats' | 'cache'> {
  bus: Bus
  log: Logger
  /** What answers the lane's requests, given the writer. */
  handlers: readonly Handler[]
  /** Conversations that a lane keeps in memory. */
  cacheSize: number
}

/** Takes up a lane whose lock this session has just got: publishes what its last owner may not have, then serves. */
export async function ownLane(client: pg.Client, lane: number, options: OwnOptions): Promise<OwnedLane> {
  const { bus, log, handlers, cacheSize } = options
  const cache = createConversationCache(cacheSize)
  const row = await beginOwnership(client, lane)
  const writer = new LaneWriter({ ...options, nats: bus.nats, client, lane: row, cache })
  await writer.republish()
  const serving = await bus.serveLane(lane, handlers)
  log.info({ lane, owner_epoch: row.owner_epoch, pos: row.pos }, 'lane taken')
  return {
    writer,
    updateCard: (card) => {
      for (const { members } of cache.values()) {
        const member = members.get(card.id)
        if (member) member.user = card
      }
    },
    [Symbol.asyncDispose]: async () => {
      await serving[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()
      // A publish counts after a flush; a cut connection is healed by the next owner's replay.
      await writer.notePublished().catch((err: unknown) => log.debug({ err, lane }, 'publishing not noted'))
      await client.end().catch((err: unknown) => log.debug({ err, lane }, 'session was gone'))
      log.info({ lane }, 'lane given up')
    },
  }
}
