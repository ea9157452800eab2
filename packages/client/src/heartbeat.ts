import type { Environment } from './environment.ts'

/** How long a check may take, and how long a first sign after a sleep. */
const CHECK_MS = 3_000

export interface HeartbeatOptions {
  after: Environment['after']
  now: Environment['now']
  ping: () => void
  dead: () => void
}

/**
 * Browsers hide the protocol's own pings, so the client asks for itself: a `ping` after one silent interval, the end after a
 * second. Only an unanswered ping is proof: timers of hidden tabs and sleeping machines come late. While a check lasts only
 * `pong` answers it: any other frame may have been under way before the network went.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  #intervalMs = 0
  #heardAt = 0
  #pinged = false
  #isChecking = false
  /** Whether anything has come since the timer was set. */
  #hasHeard = false
  #stop = () => {}

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  start(intervalMs: number): void {
    this.#intervalMs = intervalMs
    this.heard({ isPong: true })
    this.#arm(intervalMs)
  }

  /** Any frame is a sign of life. */
  heard({ isPong }: { isPong: boolean }): void {
    this.#heardAt = this.#options.now()
    this.#hasHeard = true
    if (isPong) this.#isChecking = false
    if (!this.#isChecking) this.#pinged = false
  }

  /** Wants an answer within seconds: the device woke up, or its network changed. */
  check(): void {
    if (this.#intervalMs === 0) return
    this.#isChecking = true
    this.#ping()
    this.#arm(CHECK_MS)
  }

  stop(): void {
    this.#intervalMs = 0
    this.#stop()
  }

  #arm(ms: number): void {
    this.#stop()
    this.#hasHeard = false
    this.#stop = this.#options.after(ms, () => this.#beat())
  }

  #beat(): void {
    // What was missed may be coming, and the answer behind it.
    if (this.#isChecking && this.#hasHeard) return this.#arm(CHECK_MS)
    if (this.#pinged) return this.#options.dead()
    // A clock that was set back makes silence negative; then the interval starts again.
    const silentMs = Math.max(0, this.#options.now() - this.#heardAt)
    if (silentMs < this.#intervalMs) return this.#arm(this.#intervalMs - silentMs)
    this.#ping()
    this.#arm(silentMs > 2 * this.#intervalMs ? Math.min(CHECK_MS, this.#intervalMs) : this.#intervalMs)
  }

  #ping(): void {
    this.#pinged = true
    this.#options.ping()
  }
}
