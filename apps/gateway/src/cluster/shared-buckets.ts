import type { Rate } from '../limits.ts'
import type { Siblings, Teller } from './siblings.ts'

export interface SharedBuckets<Kind extends string> extends AsyncDisposable {
  /** Takes one of what somebody has left of a kind: 0, or the milliseconds until there is one. */
  take(kind: Kind, who: string | number): number | Promise<number>
}

interface Bucket {
  tokens: number
  /** In milliseconds of `performance.now()`. */
  at: number
  /** Taken here, and not told yet. */
  untold: number
  /** Told, and not heard of yet in the order that all gateways hear. */
  pending: number
  /** Whether another gateway has told of it. */
  isShared: boolean
}

/** Taken, or given back where below zero. */
type TakeRow<Kind> = [kind: Kind, who: string | number, count: number]

const SWEEP_MS = 10_000
/** Of a full bucket: what all gateways together may have taken that the others have not heard of, and so what may be taken too much. */
const MOST_UNHEARD = 1 / 20

/**
 * Token buckets that hold over all gateways. Who has much left takes at once, and the others are told after. Who has
 * little left takes by the order in which the bus carries what gateways say: each decides the same.
 */
export function createSharedBuckets<Kind extends string>(
  siblings: Pick<Siblings, 'count' | 'topic'>,
  rates: Record<Kind, Rate>,
): SharedBuckets<Kind> {
  const buckets = new Map<string, Bucket>()
  const refilled = (kind: Kind, who: string | number): Bucket => {
    const { perSecond, burst } = rates[kind]
    const key = `${kind} ${who}`
    const at = performance.now()
    let bucket = buckets.get(key)
    if (!bucket) buckets.set(key, (bucket = { tokens: burst, at, untold: 0, pending: 0, isShared: false }))
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1_000) * perSecond)
    bucket.at = at
    if (bucket.tokens >= burst) Object.assign(bucket, { untold: 0, isShared: false })
    return bucket
  }
  /** 0, or how long to wait. */
  const takeFrom = (kind: Kind, bucket: Bucket): number => {
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / rates[kind].perSecond) * 1_000)
    bucket.tokens -= 1
    return 0
  }
  const tellTaken = (kind: Kind, who: string | number, bucket: Bucket): void => {
    const count = bucket.untold
    bucket.untold = 0
    bucket.pending += count
    teller.tell([kind, who, count], () => void (bucket.pending -= count))
  }
  /** Whoever hears of it counts it as taken, until it is given back. */
  const takeInOrder = (kind: Kind, who: string | number): Promise<number> =>
    new Promise((resolve) =>
      teller.tell([kind, who, 1], (isHeard) => {
        const waitMs = takeFrom(kind, refilled(kind, who))
        if (waitMs > 0 && isHeard) teller.tell([kind, who, -1])
        resolve(waitMs)
      }),
    )
  const teller: Teller<TakeRow<Kind>> = siblings.topic<TakeRow<Kind>>('takes', {
    receive: (_, rows) => {
      for (const [kind, who, count] of rows) {
        const bucket = refilled(kind, who)
        bucket.tokens -= count
        bucket.isShared = true
        if (bucket.untold > 0) tellTaken(kind, who, bucket)
      }
    },
    all: () => [],
  })
  const sweep = (): void => {
    const now = performance.now()
    for (const [key, { tokens, at, pending }] of buckets) {
      const { perSecond, burst } = rates[key.split(' ', 1)[0] as Kind]
      if (pending === 0 && tokens + ((now - at) / 1_000) * perSecond >= burst) buckets.delete(key)
    }
  }
  const timer = setInterval(sweep, SWEEP_MS)

  return {
    take: (kind, who) => {
      const bucket = refilled(kind, who)
      const gateways = siblings.count() + 1
      if (gateways === 1 || bucket.tokens < 1) return takeFrom(kind, bucket)
      const unheard = Math.min(rates[kind].burst * MOST_UNHEARD, bucket.tokens / 2) / gateways
      if (bucket.untold + bucket.pending + 1 > unheard) return takeInOrder(kind, who)
      bucket.untold += 1
      bucket.tokens -= 1
      // A little here and a little there is no news: most people are never spoken of.
      if (bucket.isShared || bucket.untold > unheard / 2) tellTaken(kind, who, bucket)
      return 0
    },
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  }
}
