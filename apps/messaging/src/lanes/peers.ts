import { messagingBroadcasts, subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'

const BEAT_MS = 500
const SILENT_MS = 1_750
const beatSubject = subjects.broadcast(messagingBroadcasts.beat)

/** Counts the messaging processes that are alive, this one included, by the beat that each publishes. */
export class Peers implements AsyncDisposable {
  readonly #instance: string
  readonly #seen = new Map<string, number>()
  readonly #stop: () => void

  constructor(bus: Bus, instance: string) {
    this.#instance = instance
    const subscription = bus.nats.subscribe(beatSubject, {
      callback: (err, msg) => void (err ?? this.#seen.set(msg.string(), performance.now())),
    })
    const beat = (): void => {
      if (bus.isConnected()) bus.nats.publish(beatSubject, this.#instance)
    }
    beat()
    const timer = setInterval(beat, BEAT_MS)
    this.#stop = () => {
      clearInterval(timer)
      subscription.unsubscribe()
    }
  }

  count(): number {
    const now = performance.now()
    for (const [instance, at] of this.#seen) if (now - at > SILENT_MS) this.#seen.delete(instance)
    return Math.max(1, this.#seen.size + (this.#seen.has(this.#instance) ? 0 : 1))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop()
  }
}
