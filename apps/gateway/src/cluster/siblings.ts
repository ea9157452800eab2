import { randomUUID } from 'node:crypto'
import { gatewayLimits, subjects } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'

/** What one part of the limits tells the other gateways, row by row. */
export interface Topic<Row> {
  /** Rows of another gateway. Whoever tells something is alive. */
  receive(gateway: string, rows: readonly Row[]): void
  /** All that a gateway has to know that has just come. */
  all(): Row[]
}

/** `isHeard` is false when nobody could be told. */
export type Echo = (isHeard: boolean) => void

export interface Teller<Row> {
  /**
   * Tells a row at the end of this turn. The echo runs when the row has come back by the bus: all gateways hear all rows
   * in one order.
   */
  tell(row: Row, echo?: Echo): void
}

export interface Siblings extends AsyncDisposable {
  /** One start of this gateway. */
  readonly id: string
  /** How many other gateways are alive. */
  count(): number
  topic<Row>(name: string, topic: Topic<Row>): Teller<Row>
  /** A gateway is there no more, and nothing that it told counts. */
  onGone(listener: (gateway: string) => void): void
}

interface Bulletin {
  gateway: string
  n: number
  rows: Record<string, unknown[]>
  is_leaving?: true
  /** The gateway that is to pass it on to all. */
  via?: string | undefined
}

interface InFlight {
  via: string | undefined
  echoes: readonly Echo[]
}

export interface SiblingOptions {
  bus: Pick<Bus, 'nats' | 'isConnected' | 'onLost' | 'onReconnect'>
  log: Logger
  beatMs: number
}

/** Silent beats after which a gateway counts as gone. */
const LEASE_BEATS = 4

/**
 * The other gateways, and what is told among them: all that is told in one turn of the event loop goes out as one message.
 *
 * NATS keeps the order of each publisher, but what two of them say at the same moment may reach different gateways in
 * different orders. So one gateway, that with the lowest id, passes on what the others tell.
 */
export function startSiblings({ bus, log, beatMs }: SiblingOptions): Siblings {
  const id = randomUUID()
  const subject = subjects.broadcast(gatewayLimits)
  const heardAt = new Map<string, number>()
  const topics = new Map<string, Topic<unknown>>()
  const goneListeners: ((gateway: string) => void)[] = []
  const inFlight = new Map<number, InFlight>()
  let rows: Record<string, unknown[]> = {}
  let echoes: Echo[] = []
  let isDue = false
  let n = 0

  const send = (bulletin: Bulletin): void => bus.nats.publish(subject, JSON.stringify(bulletin))
  const publish = (via?: string): void => {
    send({ gateway: id, n: ++n, rows, via })
    if (echoes.length > 0) inFlight.set(n, { via, echoes })
    rows = {}
    echoes = []
  }
  const passer = (): string | undefined => {
    let lowest: string = id
    for (const gateway of heardAt.keys()) if (gateway < lowest) lowest = gateway
    return lowest === id ? undefined : lowest
  }
  const flush = (): void => {
    isDue = false
    if (bus.isConnected() && heardAt.size > 0) return publish(passer())
    const alone = echoes
    rows = {}
    echoes = []
    for (const echo of alone) echo(false)
  }
  const add = (name: string, added: readonly unknown[], echo?: Echo): void => {
    if (added.length > 0) (rows[name] ??= []).push(...added)
    if (echo) echoes.push(echo)
    if (!isDue) setImmediate(flush)
    isDue = true
  }
  const tellAll = (): void => {
    for (const [name, topic] of topics) add(name, topic.all())
  }
  const giveUp = (isLost: (sent: InFlight) => boolean): void => {
    for (const [number, sent] of inFlight) {
      if (!isLost(sent)) continue
      inFlight.delete(number)
      for (const echo of sent.echoes) echo(false)
    }
  }
  const end = (gateway: string): void => {
    if (!heardAt.delete(gateway)) return
    for (const listener of goneListeners) listener(gateway)
    giveUp(({ via }) => via === gateway)
    tellAll()
  }
  const receive = (bulletin: Bulletin): void => {
    const { gateway, n: number, rows: told, is_leaving, via } = bulletin
    if (via === id) return send({ ...bulletin, via: undefined })
    if (via !== undefined) return
    if (gateway === id) {
      const own = inFlight.get(number)
      inFlight.delete(number)
      for (const echo of own?.echoes ?? []) echo(true)
      return
    }
    if (is_leaving) return end(gateway)
    const isNew = !heardAt.has(gateway)
    heardAt.set(gateway, performance.now())
    for (const [name, topic] of topics) if (told[name]) topic.receive(gateway, told[name])
    if (isNew) tellAll()
  }

  const subscription = bus.nats.subscribe(subject, {
    callback: (err, msg) => {
      if (err) return log.error({ err }, 'cannot hear the other gateways')
      receive(msg.json<Bulletin>())
    },
  })
  bus.onLost(() => giveUp(() => true))
  bus.onReconnect(tellAll)
  const beat = (): void => {
    const now = performance.now()
    for (const [gateway, at] of heardAt) if (now - at >= LEASE_BEATS * beatMs) end(gateway)
    if (bus.isConnected()) send({ gateway: id, n: ++n, rows: {} })
  }
  beat()
  const beating = setInterval(beat, beatMs)
  return {
    id,
    count: () => heardAt.size,
    topic: <Row>(name: string, topic: Topic<Row>) => {
      topics.set(name, topic as Topic<unknown>)
      return { tell: (row, echo) => add(name, [row], echo) }
    },
    onGone: (listener) => void goneListeners.push(listener),
    [Symbol.asyncDispose]: async () => {
      clearInterval(beating)
      subscription.unsubscribe()
      if (bus.isConnected()) send({ gateway: id, n: ++n, rows: {}, is_leaving: true })
    },
  }
}
