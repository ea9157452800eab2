import { messagingBroadcasts, subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import { createBuckets, type BucketLimit } from './domain/bucket.ts'

const EXCHANGE_MS = 100
const SWEEP_MS = 10_000
const subject = subjects.broadcast(messagingBroadcasts.sends)

interface Exchange {
  instance: string
  sends: [userId: number, count: number][]
}

export interface SendLimiter extends AsyncDisposable {
  /** Takes one send of a person: 0, or the milliseconds to wait. */
  take(userId: number): number
}

/** The bucket of each person's sends. Processes tell each other what they let pass, so that the limit is one over all lanes. */
export function createSendLimiter(
  bus: Bus,
  limit: BucketLimit & { instance: string; hasPeers: () => boolean; onLimited: () => void },
): SendLimiter {
  const { instance, hasPeers, onLimited } = limit
  const buckets = createBuckets(limit)
  let sends = new Map<number, number>()

  const subscription = bus.nats.subscribe(subject, {
    callback: (err, msg) => {
      const exchange = err ? undefined : msg.json<Exchange>()
      if (!exchange || exchange.instance === instance) return
      for (const [userId, count] of exchange.sends) buckets.charge(userId, count, performance.now())
    },
  })
  const timers = [
    setInterval(() => {
      if (sends.size === 0) return
      if (hasPeers() && bus.isConnected())
        bus.nats.publish(subject, JSON.stringify({ instance, sends: [...sends] }))
      sends = new Map()
    }, EXCHANGE_MS),
    setInterval(() => buckets.sweep(performance.now()), SWEEP_MS),
  ]
  return {
    take: (userId) => {
      const wait = buckets.take(userId, performance.now())
      if (wait === 0) sends.set(userId, (sends.get(userId) ?? 0) + 1)
      else onLimited()
      return wait
    },
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearInterval(timer)
      subscription.unsubscribe()
    },
  }
}
