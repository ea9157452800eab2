/** So many at once, and one more each `stepMs`. */
export interface Rate {
  burst: number
  stepMs: number
}

export function scaleRate(rate: Rate, factor: number): Rate {
  return { burst: Math.max(1, Math.floor(rate.burst * factor)), stepMs: rate.stepMs / factor }
}

/** Until one more may be taken, given when the limit is unused again. */
export function rateWaitMs({ burst, stepMs }: Rate, idleAtMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil(Math.max(idleAtMs, nowMs) + stepMs - burst * stepMs - nowMs))
}
