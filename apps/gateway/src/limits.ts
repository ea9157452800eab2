/** What has been taken of a budget, as of a time. */
export interface Bucket {
  taken: number
  /** In milliseconds of `performance.now()`. */
  at: number
}

export interface Rate {
  perSecond: number
  burst: number
}

export const fullBucket = (now: number): Bucket => ({ taken: 0, at: now })

/** Takes one from the bucket; 0 when there was one, else the milliseconds until there is. */
export function take(bucket: Bucket, { perSecond, burst }: Rate, now: number): number {
  bucket.taken = Math.max(0, bucket.taken - ((now - bucket.at) / 1_000) * perSecond)
  bucket.at = now
  if (bucket.taken + 1 > burst) return Math.ceil(((bucket.taken + 1 - burst) / perSecond) * 1_000)
  bucket.taken += 1
  return 0
}
