import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { subjects } from '@parley/protocol'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createBell } from './bell.ts'
import type { Bus } from './bus.ts'
import type { Database } from './db.ts'
import { API_TIMEOUT_MS, deleteStream, ensureStream, findStream } from './event-stream.ts'
import { createOutboxMetrics, createStreamMetrics, type OutboxState } from './metrics.ts'
import { readKnownStream } from './outbox.ts'
import { findCondition, type KnownStream } from './stream-state.ts'

export interface RelayOptions {
  service: string
  /** How many NATS servers keep its stream. */
  replicas?: number
  database: Pick<Database<unknown>, 'connect' | 'pool'>
  bus: Bus
  log: Logger
}

export interface Relay extends AsyncDisposable {
  /** Looks for new events now instead of at the next tick. */
  wake(): void
}

interface Row {
  pos: number
  /** Part of its message id: what is filled again is no repeat, or it would be dropped where others before it are not. */
  refills: number
  event: string
  payload: unknown
}

const TICK_MS = 500
const STANDBY_MS = 2_000
/** A stream that was deleted, replaced or damaged is found by then, even if no event is published. */
const LOOK_MS = 60_000
/** Where its migration has to make it anew, it is filled soon after that. */
const LOOK_AGAIN_MS = 5_000
const MOST_ROWS = 100
const RETAINED = '48 hours'

/**
 * Publishes committed events in order: to JetStream, and as a live copy for instances that listen. One instance of a
 * service does it at a time, under a session lock; a repeat after a crash is dropped by the stream's message ids. A
 * stream that is found missing, or another, is filled again from the outbox; a damaged one is deleted before, where the
 * service may do so, and else said to be damaged until its migration has run.
 */
export function relayOutbox({ service, replicas = 1, database, bus, log }: RelayOptions): Relay {
  createOutboxMetrics(bus.metrics, () => readState(database.pool))
  const damaged = createStreamMetrics(bus.metrics)
  const bell = createBell()
  const ending = new AbortController()
  let isLeader = false
  let lookAt = 0
  let created = ''
  // Live copies have gone out up to here: a stream that is filled again is no news.
  let told = 0
  let isFailing = false

  const lead = async (client: pg.Client): Promise<void> => {
    const outbox = outboxOf(client, service)
    if (!(await outbox.lock())) {
      isFailing = false
      damaged.set(0)
      return
    }
    isLeader = true
    lookAt = 0
    while (!ending.signal.aborted) {
      if (bus.isConnected()) {
        if (performance.now() > lookAt) await rewindIfLost(outbox)
        const count = await publishNext(outbox)
        isFailing = false
        if (count > 0) continue
      }
      await bell.wait(TICK_MS)
    }
  }
  /** Notes how far live copies have gone out where the stream turns out to be lost, in whole or in part. */
  const rewindIfLost = async (outbox: Outbox): Promise<void> => {
    lookAt = performance.now() + LOOK_MS
    const manager = await jetstreamManager(bus.nats, { timeout: API_TIMEOUT_MS })
    const look = () => findStream(manager, service)
    const { condition, info } = await findCondition(look, await outbox.known(), ending.signal)
    const mayMake = !bus.isKnownByKey
    if (!info && !mayMake) throw new Error(`the stream of ${service} is missing: its migration makes it`)
    const staysDamaged = condition === 'damaged' && !mayMake
    damaged.set(Number(staysDamaged))
    if (condition === 'damaged') {
      log.error({ made_anew: mayMake }, 'the stream lacks events that it has acknowledged')
      if (mayMake) await deleteStream(manager, service)
    }
    if (staysDamaged) {
      // What is published meanwhile makes it look whole again: it is not.
      await outbox.noteDamage()
      lookAt = performance.now() + LOOK_AGAIN_MS
    } else if (condition !== 'whole') {
      told = Math.max(told, await outbox.rewind())
    }
    created = (mayMake ? await ensureStream(manager, { service, replicas }) : info)?.created ?? ''
  }
  const publishNext = async (outbox: Outbox): Promise<number> => {
    const rows = await outbox.next()
    const last = rows.at(-1)
    if (!last) return 0
    const stream = jetstream(bus.nats, { timeout: API_TIMEOUT_MS })
    let seq = 0
    for (const { pos, event, payload, refills } of rows) {
      const line = JSON.stringify({ event, payload })
      const ack = await stream.publish(subjects.log(service), line, { msgID: `${service}:${refills}:${pos}` })
      seq = Math.max(seq, ack.seq)
      if (pos > told) bus.nats.publish(subjects.broadcast(event), JSON.stringify(payload))
    }
    await outbox.notePublished(last.pos, { created, seq })
    return rows.length
  }

  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      let client: pg.Client | undefined
      try {
        client = await database.connect()
        await lead(client)
      } catch (err) {
        if (!isFailing && !ending.signal.aborted) log.warn({ err }, 'outbox cannot be published now')
        isFailing = true
      } finally {
        await client?.end().catch((err: unknown) => log.debug({ err }, 'connection was gone'))
      }
      // A leader that failed tries again at once, before another takes its place.
      if (!ending.signal.aborted) await bell.wait(isLeader ? TICK_MS : STANDBY_MS)
      isLeader = false
    }
  }
  const leave = bus.onReconnect(() => {
    lookAt = 0
    bell.ring()
  })
  const done = loop()
  return {
    wake: () => {
      // A standby has nothing to look for: it would only ask for the lock once more.
      if (isLeader) bell.ring()
    },
    [Symbol.asyncDispose]: async () => {
      leave()
      ending.abort()
      bell.ring()
      await done
    },
  }
}

interface Outbox {
  lock(): Promise<boolean>
  next(): Promise<Row[]>
  known(): Promise<KnownStream>
  noteDamage(): Promise<void>
  notePublished(pos: number, to: { created: string; seq: number }): Promise<void>
  /** Back to before the first event that is retained; gives the position before. */
  rewind(): Promise<number>
}

/** The outbox as the session that publishes it sees it. */
function outboxOf(client: pg.Client, service: string): Outbox {
  return {
    lock: async () => {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtext($1)) as locked',
        [`outbox ${service}`],
      )
      return rows[0]?.locked === true
    },
    next: async () => {
      const { rows } = await client.query<Row>(
        `select outbox.pos, event, payload, refills from outbox, outbox_head
         where outbox.pos > published_pos order by outbox.pos limit ${MOST_ROWS}`,
      )
      return rows
    },
    known: () => readKnownStream(client),
    noteDamage: async () => {
      await client.query('update outbox_head set stream_damaged = true where not stream_damaged')
    },
    notePublished: async (pos, { created, seq }) => {
      await client.query(
        `update outbox_head set published_pos = $1, stream_created = $2, stream_seq = greatest(stream_seq, $3)
         where published_pos < $1`,
        [pos, created, seq],
      )
      // Up to the first row that is retained: what a deletion reads does not grow with what stays.
      await client.query(
        `delete from outbox where pos <= $1 and pos <
          (select pos from outbox where created_at >= now() - interval '${RETAINED}' order by pos limit 1)`,
        [pos],
      )
    },
    rewind: async () => {
      // Never forward: a commit that this waits for may hold an event that the statement does not see.
      const { rows } = await client.query<{ before: number }>(
        `with head as (select published_pos as before from outbox_head)
         update outbox_head set published_pos = least(published_pos, (select min(pos) - 1 from outbox)),
           stream_created = null, stream_seq = 0, stream_damaged = false, refills = refills + 1
         returning (select before from head)`,
      )
      return rows[0]?.before ?? 0
    },
  }
}

/** As all instances see it, whichever of them publishes. */
async function readState(pool: pg.Pool): Promise<OutboxState> {
  const { rows } = await pool.query<{ pending: number; lag: number }>(
    `select pos - published_pos as pending, coalesce(extract(epoch from now() -
      (select created_at from outbox where outbox.pos > published_pos order by outbox.pos limit 1)), 0)::float8 as lag
     from outbox_head`,
  )
  return { pending: rows[0]?.pending ?? 0, lagSeconds: rows[0]?.lag ?? 0 }
}
