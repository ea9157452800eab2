import { expect } from 'vitest'
import { nameOf } from './plan.ts'
import type { Recovery } from './recovery.ts'
import type { Report } from './report.ts'

export function recoveryAfter({ recoveries }: Report, kind: string): Recovery {
  const found = recoveries.find(({ faults }) => nameOf(faults) === kind)
  if (!found) throw new Error(`${kind} did not happen`)
  return found
}

/** The fault did happen, and each part came back by itself, within the time that the contract gives. */
export const recovered = {
  messages: expect.any(Number) as number,
  logIn: expect.any(Number) as number,
  match: expect.any(Number) as number,
  newcomer: expect.any(Number) as number,
  health: expect.any(Number) as number,
  misses: [],
}
export const recoveredOpen = { ...recovered, closes: 0 }
