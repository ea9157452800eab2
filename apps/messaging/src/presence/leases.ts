import { presenceBroadcasts, subjects, type GatewayBeat } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'

export interface LeaseListeners {
  /** A gateway was heard, again or for the first time. */
  onHeard: (gateway: string) => void
  /** A gateway is there no more; it was heard last at `seenAt`. */
  onGone: (gateway: string, seenAt: number) => void
}

export interface LeaseOptions extends LeaseListeners {
  bus: Bus
  leaseMs: number
}

/** The gateways that are alive: each has been heard within a lease. */
export class Leases implements AsyncDisposable {
  readonly #options: LeaseOptions
  readonly #heardAt = new Map<string, number>()
  readonly #stop: () => void

  constructor(options: LeaseOptions) {
    this.#options = options
    const subscription = options.bus.nats.subscribe(subjects.broadcast(presenceBroadcasts.beat), {
      callback: (err, msg) => void (err ?? this.#receive(msg.json<GatewayBeat>())),
    })
    this.#stop = () => subscription.unsubscribe()
  }

  alive(): Iterable<string> {
    return this.#heardAt.keys()
  }

  heard(gateway: string): void {
    this.#heardAt.set(gateway, performance.now())
  }

  /** Ends what has lapsed. */
  sweep(now: number): void {
    for (const [gateway, at] of this.#heardAt) if (now - at >= this.#options.leaseMs) this.#end(gateway, at)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop()
  }

  #receive({ gateway, is_leaving }: GatewayBeat): void {
    if (is_leaving) return this.#end(gateway, performance.now())
    this.heard(gateway)
    this.#options.onHeard(gateway)
  }

  #end(gateway: string, seenAt: number): void {
    this.#heardAt.delete(gateway)
    this.#options.onGone(gateway, seenAt)
  }
}
