import { setTimeout as delay } from 'node:timers/promises'
import { jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream'
import type { Subscription } from '@nats-io/nats-core'
import { streamName, type Event, type Payload } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Bus } from './bus.ts'
import { API_TIMEOUT_MS, ensureConsumer } from './event-stream.ts'
import type { EventResult } from './metrics.ts'
import { isOutage } from './outage.ts'
import { RpcError } from './rpc-error.ts'

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

const RESTART_MS = 1_000
/** A request for events is given up and made anew when nothing, no beat either, has come for so long. */
const EXPIRES_MS = 10_000
/** An event that fails for a reason of its own; the events behind it wait that long and no longer. */
const RETRIES_MS = [100, 200, 400, 800]
/** One that fails because something cannot be reached now: it would fail no less for the events behind it. */
const OUTAGE_RETRY_MS = 500
/** How often the server hears that an event is still under way. */
const WORKING_MS = 3_000

/**
 * Reads another service's events until disposed: in order, each at least once, one at a time over all instances. During
 * an outage it waits; an event that fails by itself is given up after five tries, and logged.
 */
export function consumeEvents(options: ConsumerOptions): AsyncDisposable {
  const { bus, log, from } = options
  const work = createWork(options)
  const ending = new AbortController()
  let messages: ConsumerMessages | undefined
  let isFailing = false

  const consume = async (): Promise<void> => {
    if (!bus.isConnected()) return
    messages = await openMessages(options)
    isFailing = false
    // Not awaited: messages are closed by the loop that reads them (@nats-io/jetstream 3.4).
    if (ending.signal.aborted) void drain(messages)
    for await (const msg of messages) await work(msg)
  }
  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await consume()
      } catch (err) {
        if (!isFailing) log.warn({ err, from }, 'events cannot be read now')
        isFailing = true
      }
      await delay(RESTART_MS, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  // The client's own repair waits up to half a minute where JetStream comes up later than NATS (3.4).
  const leave = bus.onReconnect(() => void messages?.close())
  const done = loop()
  return {
    [Symbol.asyncDispose]: async () => {
      leave()
      ending.abort()
      if (messages) void drain(messages)
      await done
    },
  }
}

async function openMessages({ bus, from, by }: ConsumerOptions): Promise<ConsumerMessages> {
  const manager = await jetstreamManager(bus.nats, { timeout: API_TIMEOUT_MS })
  const stream = streamName(from)
  if (!bus.isKnownByKey) await ensureConsumer(manager, stream, by)
  const consumer = await manager.jetstream().consumers.get(stream, by)
  return consumer.consume({ max_messages: 16, expires: EXPIRES_MS, abort_on_missing_resource: true })
}

/** Lets come what the server has sent already: closing drops it, and it would be sent again only after the ack wait. */
function drain(messages: ConsumerMessages): Promise<unknown> {
  // The subscription is not in the type (@nats-io/jetstream 3.4).
  const { sub } = messages as ConsumerMessages & { sub?: Subscription }
  return sub && !sub.isClosed() ? sub.drain() : messages.close()
}

function createWork({
  bus: { metrics },
  log,
  from,
  handlers,
}: ConsumerOptions): (msg: JsMsg) => Promise<void> {
  const byName = new Map(handlers.map((handler) => [handler.event.name, handler]))
  let failing = { seq: 0, times: 0 }

  const run = async (msg: JsMsg): Promise<void> => {
    const { event, payload } = msg.json<{ event: string; payload: unknown }>()
    const handler = byName.get(event)
    if (handler) await handler.run(handler.event.payload.parse(payload))
  }
  const refuse = (msg: JsMsg, err: unknown): void => {
    const { seq } = msg
    const note = (result: EventResult) => metrics.eventHandled(from, result, msg.info.pending)
    if (isUnreachable(err)) {
      note('retried')
      log.warn({ err, from, seq }, 'event cannot be handled now; it comes again')
      return msg.nak(OUTAGE_RETRY_MS)
    }
    failing = { seq, times: failing.seq === seq ? failing.times + 1 : 1 }
    const pause = RETRIES_MS[failing.times - 1]
    if (pause !== undefined) {
      note('retried')
      log.warn({ err, from, seq }, 'event failed; it comes again')
      return msg.nak(pause)
    }
    note('given_up')
    log.error({ err, from, seq }, 'event given up')
    msg.term()
  }
  return async (msg) => {
    const working = setInterval(() => msg.working(), WORKING_MS)
    try {
      await run(msg)
      msg.ack()
      metrics.eventHandled(from, 'done', msg.info.pending)
    } catch (err) {
      refuse(msg, err)
    } finally {
      clearInterval(working)
    }
  }
}

const isUnreachable = (err: unknown): boolean =>
  isOutage(err) || (err instanceof RpcError && ['unavailable', 'timeout', 'rate_limited'].includes(err.code))
