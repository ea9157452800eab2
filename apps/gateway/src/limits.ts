/** What is left of a budget, as of a time. */
export interface Bucket {
  tokens: number
  /** In milliseconds of `performance.now()`. */
  at: number
}

export interface Rate {
  perSecond: number
  burst: number
}

export const fullBucket = ({ burst }: Rate, now: number): Bucket => ({ tokens: burst, at: now })

/** Takes one from the bucket; 0 when there was one, else the milliseconds until there is. */
export function take(bucket: Bucket, { perSecond, burst }: Rate, now: number): number {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond)
  bucket.at = now
  if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1_000)
  bucket.tokens -= 1
  return 0
}
