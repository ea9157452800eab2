export interface BucketLimit {
  burst: number
  perSecond: number
}

interface Bucket {
  tokens: number
  /** In milliseconds. */
  at: number
}

/** Token buckets by person. Full ones are forgotten, so memory follows those who send. */
export interface Buckets {
  /** Takes one token: 0, or the milliseconds after which one is there. */
  take(id: number, nowMs: number): number
  /** Takes what was taken elsewhere, even below zero. */
  charge(id: number, count: number, nowMs: number): void
  sweep(nowMs: number): void
  size(): number
}

export function createBuckets({ burst, perSecond }: BucketLimit): Buckets {
  const buckets = new Map<number, Bucket>()
  const refill = (id: number, nowMs: number): Bucket => {
    const bucket = buckets.get(id) ?? { tokens: burst, at: nowMs }
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.at) * perSecond) / 1_000)
    bucket.at = nowMs
    buckets.set(id, bucket)
    return bucket
  }
  return {
    take: (id, nowMs) => {
      const bucket = refill(id, nowMs)
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1_000)
      bucket.tokens -= 1
      return 0
    },
    charge: (id, count, nowMs) => void (refill(id, nowMs).tokens -= count),
    sweep: (nowMs) => {
      for (const id of buckets.keys()) if (refill(id, nowMs).tokens >= burst) buckets.delete(id)
    },
    size: () => buckets.size,
  }
}
