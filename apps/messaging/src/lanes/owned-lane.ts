import type { Bus, Handler, Logger } from '@parley/service-kit'
import type { Card } from '@parley/protocol'
import type pg from 'pg'
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
}

export interface OwnOptions extends Omit<WriterOptions, 'client' | 'lane' | 'nats' | 'cache'> {
  bus: Bus
  log: Logger
  /** What answers the lane's requests, given the writer. */
  handlers: readonly Handler[]
  /** Conversations that a lane keeps in memory. */
  cacheSize: number
}

/** Takes up a lane whose lock this session has just got: publishes what its last owner may not have. */
export async function ownLane(client: pg.Client, lane: number, options: OwnOptions): Promise<OwnedLane> {
  const { bus, log, handlers, cacheSize } = options
  const cache = createConversationCache(cacheSize)
  const row = await beginOwnership(client, lane)
  const writer = new LaneWriter({ ...options, nats: bus.nats, client, lane: row, cache })
  await writer.republish()
  let serving: Promise<AsyncDisposable> | undefined
  return {
    writer,
    serve: async () => {
      serving = bus.serveLane(lane, handlers)
      await serving
      log.info({ lane, owner_epoch: row.owner_epoch, pos: row.pos }, 'lane taken')
    },
    updateCard: (card) => {
      for (const { members } of cache.values()) {
        const member = members.get(card.id)
        if (member) member.user = card
      }
    },
    [Symbol.asyncDispose]: async () => {
      // Where serving could not begin there is nothing to end.
      await serving?.then(
        (begun) => begun[Symbol.asyncDispose](),
        () => undefined,
      )
      await writer[Symbol.asyncDispose]()
      await client.end().catch((err: unknown) => log.debug({ err, lane }, 'session was gone'))
      log.info({ lane }, 'lane given up')
    },
  }
}
