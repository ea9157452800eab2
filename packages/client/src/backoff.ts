const CEILING_MS = 30_000

/** Full jitter: anything up to 1 s, 2 s, 4 s, … 30 s, so that clients that were cut together do not return together. */
export const backoffMs = (attempt: number, random: () => number): number =>
  random() * Math.min(CEILING_MS, 1_000 * 2 ** attempt)

/** Five minutes, give or take half: when to ask for what may have been lost without a trace. */
export const syncMs = (random: () => number): number => 5 * 60_000 * (0.5 + random())
