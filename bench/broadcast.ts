// Closed loop: the next message goes out when one has reached every member and is acknowledged.
import { setTimeout as delay } from 'node:timers/promises'
import type { Room, RoomEvents } from './room.ts'

export interface Broadcasts {
  delivered: number
  /** Milliseconds from send to a member. */
  latencies: number[]
  errors: string[]
}

interface Flight {
  startedAt: number
  missing: number
}

const WARM_UP_SECONDS = 2
const SETTLE_MS = 10_000

export class BroadcastLoad {
  readonly #flights = new Map<number, Flight>()
  #room: Room | undefined
  /** Of the last frame that came. */
  frameChars = 0
  #next = 1
  #isOver = false
  #counts: Broadcasts = emptyCounts()

  async open(openRoom: (on: RoomEvents) => Promise<Room>): Promise<void> {
    this.#room = await openRoom({
      delivered: (n, frameChars) => {
        this.frameChars = frameChars
        const flight = this.#flights.get(n)
        if (!flight) return
        this.#counts.delivered++
        this.#counts.latencies.push(performance.now() - flight.startedAt)
        this.#arrived(n, flight)
      },
      acked: (n) => {
        const flight = this.#flights.get(n)
        if (flight) this.#arrived(n, flight)
      },
      failed: (why) => {
        if (!this.#isOver) this.#counts.errors.push(why)
      },
    })
  }

  /** Keeps so many messages in flight; counts after the warm-up, which `onWarm` ends. */
  async run(inFlight: number, seconds: number, onWarm: () => void): Promise<Broadcasts> {
    for (let i = 0; i < inFlight; i++) this.#send()
    await delay(WARM_UP_SECONDS * 1_000)
    const { errors } = this.#counts
    this.#counts = { ...emptyCounts(), errors }
    onWarm()
    await delay(seconds * 1_000)
    const counts = this.#counts
    this.#counts = emptyCounts()
    return counts
  }

  /** Sends no more, waits for what is under way and gives how many messages did not come everywhere. */
  async close(): Promise<number> {
    this.#isOver = true
    const deadline = performance.now() + SETTLE_MS
    while (this.#flights.size > 0 && performance.now() < deadline) await delay(10)
    this.#room?.close()
    return this.#flights.size
  }

  #send(): void {
    const n = this.#next++
    this.#flights.set(n, { startedAt: performance.now(), missing: (this.#room?.members ?? 0) + 1 })
    this.#room?.send(n)
  }

  #arrived(n: number, flight: Flight): void {
    if (--flight.missing > 0) return
    this.#flights.delete(n)
    if (!this.#isOver) this.#send()
  }
}

const emptyCounts = (): Broadcasts => ({ delivered: 0, latencies: [], errors: [] })
