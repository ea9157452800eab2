import type { Socket } from 'node:net'

/** What becomes of bytes on their way. Without anything they pass at once. */
export interface Weather {
  /** Nothing passes: it waits, as what TCP sends again and again waits for a way that is back. */
  isCut?: boolean
  /** On average; each piece takes between half of it and one and a half times as long. Order stays. */
  delayMs?: number
  /** How many pieces arrive only when they are sent again, from 0 to 1. */
  lossPart?: number
  bytesPerSecond?: number
}

const SENT_AGAIN_MS = 200
const MOST_WAITING_BYTES = 1_048_576

interface Waiting {
  /** Undefined: there is no more; null: the connection has broken. */
  bytes: Buffer | undefined | null
  at: number
}

export interface FlowOptions {
  from: Socket
  to: Socket
  chance: () => number
  /** What passes in place of these bytes. */
  filter: (bytes: Buffer) => readonly Buffer[]
}

/** One of the two ways of a connection. */
export class Flow {
  readonly #options: FlowOptions
  readonly #waiting: Waiting[] = []
  #weather: Weather = {}
  #waitingBytes = 0
  #latestAt = 0
  #breaks = false
  #isStuck = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: FlowOptions) {
    this.#options = options
    const { from, to, filter } = options
    from.on('data', (bytes) => {
      for (const piece of filter(bytes)) this.#add(piece)
    })
    from.on('end', () => this.#add(undefined))
    from.on('close', () => this.#add(null))
    // What goes wrong is followed by `close`.
    from.on('error', () => undefined)
    to.on('drain', () => {
      this.#isStuck = false
      this.#pass()
    })
  }

  set weather(weather: Weather) {
    this.#weather = weather
    this.#pass()
  }

  /** In the midst of what comes next the connection breaks. */
  breakNext(): void {
    this.#breaks = true
  }

  #add(bytes: Waiting['bytes']): void {
    this.#waitingBytes += bytes?.length ?? 0
    this.#waiting.push({ bytes, at: this.#dueAt(bytes?.length ?? 0) })
    this.#pass()
  }

  #dueAt(length: number): number {
    const { delayMs = 0, lossPart = 0, bytesPerSecond = Infinity } = this.#weather
    const { chance } = this.#options
    const lostMs = chance() < lossPart ? SENT_AGAIN_MS : 0
    const now = performance.now()
    const at = Math.max(now + delayMs * (0.5 + chance()) + lostMs, this.#latestAt)
    this.#latestAt = at + (length / bytesPerSecond) * 1_000
    return this.#latestAt
  }

  #pass(): void {
    const { from } = this.#options
    clearTimeout(this.#timer)
    const now = performance.now()
    while (!this.#weather.isCut && !this.#isStuck && (this.#waiting[0]?.at ?? Infinity) <= now)
      this.#deliver(this.#waiting.shift()?.bytes)
    const isFull = this.#isStuck || this.#waitingBytes > MOST_WAITING_BYTES
    // What is not read stays with its sender, who so learns that nothing passes.
    if (this.#weather.isCut || isFull) from.pause()
    else from.resume()
    const next = this.#waiting[0]
    if (next && !this.#weather.isCut && !this.#isStuck)
      this.#timer = setTimeout(() => this.#pass(), next.at - now)
  }

  #deliver(bytes: Waiting['bytes']): void {
    const { from, to } = this.#options
    if (bytes === null) return void to.destroy()
    if (bytes === undefined) return void to.end()
    this.#waitingBytes -= bytes.length
    if (!this.#breaks) return void (this.#isStuck = !to.write(bytes) && !to.destroyed)
    to.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
      to.destroy()
      from.destroy()
    })
  }
}
