// 1:1 chat of many pairs. Closed loop: the next message of a pair starts when the last one is delivered and
// acknowledged. Open loop: messages at a fixed rate, and latency counts from the intended time, so that a stall shows.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pair } from './people.ts'
import { RawSocket } from './raw-socket.ts'

interface Flight {
  pair: number
  startedAt: number
  isAcked: boolean
  isDelivered: boolean
}

export interface Counts {
  acked: number
  delivered: number
  /** Milliseconds from send to the other side. */
  latencies: number[]
  errors: string[]
}

const CONTENT_CHARS = 120
const CONNECTS_AT_ONCE = 50

export class Load {
  readonly #pairs: readonly Pair[]
  readonly #sockets: [RawSocket, RawSocket][] = []
  readonly #revs: [number, number][] = []
  readonly #flights = new Map<number, Flight>()
  readonly #side: number[] = []
  #next = 1
  #onDone: (pair: number) => void = () => undefined
  #counts: Counts = emptyCounts()

  constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs
  }

  async connect(urls: readonly string[]): Promise<void> {
    for (let at = 0; at < this.#pairs.length; at += CONNECTS_AT_ONCE) {
      const batch = this.#pairs.slice(at, at + CONNECTS_AT_ONCE)
      await Promise.all(batch.map((_, i) => this.#connectPair(at + i, urls)))
    }
  }

  close(): void {
    for (const socket of this.#sockets.flat()) socket.close()
  }

  /** Begins counting anew and gives what was counted so far. */
  takeCounts(): Counts {
    const counts = this.#counts
    this.#counts = emptyCounts()
    return counts
  }

  async closedLoop(seconds: number, warmUpSeconds: number, onWarm: () => void): Promise<Counts> {
    this.#onDone = (pair) => this.#send(pair, performance.now())
    for (const pair of this.#pairs.keys()) this.#send(pair, performance.now())
    await delay(warmUpSeconds * 1_000)
    this.takeCounts()
    onWarm()
    await delay(seconds * 1_000)
    const counts = this.takeCounts()
    this.#onDone = () => undefined
    await this.#settle()
    return counts
  }

  async openLoop(seconds: number, perSecond: number): Promise<Counts> {
    this.takeCounts()
    const started = performance.now()
    const total = seconds * perSecond
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, ((performance.now() - started) * perSecond) / 1_000)
      for (; sent < due; sent++) this.#send(sent % this.#pairs.length, started + (sent * 1_000) / perSecond)
      await delay(1)
    }
    await this.#settle()
    return this.takeCounts()
  }

  async #settle(): Promise<void> {
    const deadline = performance.now() + 10_000
    while (this.#flights.size > 0 && performance.now() < deadline) await delay(10)
    if (this.#flights.size > 0) this.#counts.errors.push(`${this.#flights.size} messages never arrived`)
  }

  #send(pair: number, startedAt: number): void {
    const n = this.#next++
    const side = (this.#side[pair] = 1 - (this.#side[pair] ?? 1))
    this.#flights.set(n, { pair, startedAt, isAcked: false, isDelivered: false })
    const content = `~${n}~`.padEnd(CONTENT_CHARS, 'x')
    const { conversationId } = this.#pairs[pair] as Pair
    const socket = this.#sockets[pair]?.[side as 0 | 1] as RawSocket
    socket.send(
      `{"type":"chat_message","ref":"${n}","conversation_id":${conversationId},"client_id":"${randomUUID()}","content":"${content}"}`,
    )
  }

  #receive(pair: number, side: 0 | 1, text: string): void {
    if (text.startsWith('{"type":"chat_message"')) {
      const revs = this.#revs[pair] as [number, number]
      const rev = numberAfter(text, '"rev":')
      if (revs[side] !== 0 && rev !== revs[side] + 1)
        this.#counts.errors.push(`rev ${rev} after ${revs[side]}`)
      revs[side] = rev
      const n = numberAfter(text, '"content":"~')
      const flight = this.#flights.get(n)
      // The side that sent it gets its own copy too; the other one's arrival is the delivery.
      if (!flight || flight.isDelivered || side === this.#side[pair]) return
      flight.isDelivered = true
      this.#counts.delivered++
      this.#counts.latencies.push(performance.now() - flight.startedAt)
      this.#finish(n, flight)
    } else if (text.startsWith('{"type":"ack"')) {
      const n = numberAfter(text, '"ref":"')
      const flight = this.#flights.get(n)
      if (!flight) return
      flight.isAcked = true
      this.#counts.acked++
      this.#finish(n, flight)
    } else if (text.startsWith('{"type":"error"')) this.#counts.errors.push(text)
  }

  #finish(n: number, flight: Flight): void {
    if (!flight.isAcked || !flight.isDelivered) return
    this.#flights.delete(n)
    this.#onDone(flight.pair)
  }

  async #connectPair(pair: number, urls: readonly string[]): Promise<void> {
    const { tokens, conversationId, isAttached } = this.#pairs[pair] as Pair
    this.#revs[pair] = [0, 0]
    const open = async (side: 0 | 1): Promise<RawSocket> => {
      const { hostname, port } = new URL(urls[(2 * pair + side) % urls.length] as string)
      return new Promise((resolve, reject) => {
        const socket: RawSocket = new RawSocket({
          host: hostname,
          port: Number(port),
          protocol: `parley.v1, bearer.${tokens[side]}`,
          onText: (text) => {
            if (text.startsWith('{"type":"caught_up"')) {
              if (!isAttached) resolve(socket)
              else socket.send(`{"type":"attach","ref":"a","conversation_id":${conversationId}}`)
            } else if (text.startsWith('{"type":"ack","ref":"a"')) resolve(socket)
            else this.#receive(pair, side, text)
          },
          onClose: (reason) => {
            this.#counts.errors.push(`socket ended: ${reason}`)
            reject(new Error(reason))
          },
        })
        socket.opened.then(() => socket.send('{"type":"hello"}'), reject)
      })
    }
    this.#sockets[pair] = [await open(0), await open(1)]
  }
}

const emptyCounts = (): Counts => ({ acked: 0, delivered: 0, latencies: [], errors: [] })

function numberAfter(text: string, mark: string): number {
  const at = text.indexOf(mark) + mark.length
  return Number.parseInt(text.slice(at, at + 16), 10)
}
