import { setTimeout as delay } from 'node:timers/promises'
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JsMsg,
} from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { subjects, type Event, type Payload } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Bus } from './bus.ts'

const streamName = (service: string): string => `LOG_${service.toUpperCase()}`

const DAY_MS = 86_400_000

/** Creates a service's stream where it is missing; true when it had to. Only the service itself publishes to it. */
export async function ensureStream(nats: NatsConnection, service: string): Promise<boolean> {
  const manager = await jetstreamManager(nats)
  const name = streamName(service)
  const found = await manager.streams.info(name).catch((err: unknown) => {
    if (isMissing(err)) return undefined
    throw err
  })
  if (found) return false
  await manager.streams.add({
    name,
    subjects: [subjects.log(service)],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(3 * DAY_MS),
    max_bytes: 1_073_741_824,
    max_msg_size: 1_048_576,
    duplicate_window: nanos(120_000),
  })
  return true
}

const isMissing = (err: unknown): boolean =>
  err instanceof Error && /stream not found|consumer not found/i.test(err.message)

/** What a service does with another's events, by event name. Each may run again for the same event: it must change nothing then. */
export interface EventHandler {
  event: Event
  run: (payload: unknown) => Promise<void>
}

export function onEvent<E extends Event>(
  event: E,
  run: (payload: Payload<E>) => Promise<void>,
): EventHandler {
  return { event, run: run as EventHandler['run'] }
}

export interface ConsumerOptions {
  bus: Bus
  log: Logger
  /** Whose events. */
  from: string
  /** Who reads: the durable consumer's name. */
  by: string
  handlers: readonly EventHandler[]
}

const BACKOFF_MS = [100, 1_000, 5_000, 15_000, 60_000]
const MOST_DELIVERIES = 20
const RESTART_MS = 1_000

/** Reads another service's events until disposed, each at least once; an event that keeps failing is logged and given up after 20 deliveries. */
export function consumeEvents({ bus, log, from, by, handlers }: ConsumerOptions): AsyncDisposable {
  const byName = new Map(handlers.map((handler) => [handler.event.name, handler]))
  let stopped = false
  const ending = new AbortController()
  let stop: () => Promise<unknown> = () => Promise.resolve()

  const work = async (msg: JsMsg): Promise<void> => {
    try {
      for (const line of msg.string().split('\n')) {
        const { event, payload } = JSON.parse(line) as { event: string; payload: unknown }
        const handler = byName.get(event)
        if (handler) await handler.run(handler.event.payload.parse(payload))
      }
      msg.ack()
    } catch (err) {
      const deliveries = msg.info.deliveryCount
      if (deliveries >= MOST_DELIVERIES) {
        log.error({ err, from, seq: msg.seq }, 'event given up')
        msg.term()
      } else {
        log.warn({ err, from, seq: msg.seq, deliveries }, 'event failed; it comes again')
        msg.nak(BACKOFF_MS[Math.min(deliveries, BACKOFF_MS.length) - 1] ?? 0)
      }
    }
  }

  const consume = async (): Promise<void> => {
    const manager = await jetstreamManager(bus.nats)
    await manager.consumers.add(streamName(from), {
      durable_name: by,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(30_000),
      max_ack_pending: 64,
      max_deliver: MOST_DELIVERIES + 1,
    })
    const consumer = await jetstream(bus.nats).consumers.get(streamName(from), by)
    const messages = await consumer.consume({ max_messages: 64, abort_on_missing_resource: true })
    stop = () => messages.close()
    // Messages are closed by the loop that reads them (@nats-io/jetstream 3.4): before it, this must not be awaited.
    if (stopped) void stop()
    for await (const msg of messages) await work(msg)
  }

  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await consume()
      } catch (err) {
        if (!stopped) log.warn({ err, from }, 'events cannot be read now')
      }
      if (!stopped) await delay(RESTART_MS, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  const done = loop()
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true
      ending.abort()
      await stop()
      await done
    },
  }
}
