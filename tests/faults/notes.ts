/** What a client has seen of the faults; counted over all clients for the report. */
export interface Notes {
  connects: number
  /** Sockets with a session that ended, other than with their token. */
  closes: number
  /** Frames that came again, or were overtaken by a replay. */
  dropped: number
  gaps: number
  pulls: number
  refused: number
  renewals: number
  /** Sessions that ended since no answer to a renewal came while one was still given. */
  outlived: number
  /** What must not happen, in words. */
  faults: string[]
}

export const newNotes = (): Notes => ({
  connects: 0,
  closes: 0,
  dropped: 0,
  gaps: 0,
  pulls: 0,
  refused: 0,
  renewals: 0,
  outlived: 0,
  faults: [],
})

/** The sums of what many have seen. */
export function sumNotes(all: readonly Notes[]): Notes {
  const sum = newNotes()
  for (const { faults, ...counts } of all) {
    for (const [key, count] of Object.entries(counts)) sum[key as keyof typeof counts] += count
    sum.faults.push(...faults)
  }
  return sum
}

/** Codes that say "again, with the same client_id". */
export const isRetryable = (code: unknown): boolean =>
  ['unavailable', 'timeout', 'rate_limited', 'internal'].includes(String(code))
