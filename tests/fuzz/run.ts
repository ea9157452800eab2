import type { System } from '@parley/local-stack'
import * as fc from 'fast-check'
import { createCast } from './cast.ts'
import { watchHealth } from './health.ts'
import { createStage } from './play.ts'
import { batch } from './steps.ts'

const RENEWED_AFTER = 400

/** Nothing is to be limited: what is refused as too much is not tried. */
export const SYSTEM_ENV = {
  ADDRESS_LIMIT_FACTOR: '100000',
  PERSON_LIMIT_FACTOR: '100000',
  SEND_RATE: '100000',
  SEND_BURST: '100000',
  ACCESS_TOKEN_TTL: '86400',
  DRAIN_SECONDS: '0',
}

export interface RunOptions {
  seed: number
  minutes: number
  print: (line: string) => void
}

export interface Report {
  batches: number
  steps: number
  /** The first batch that did what must not be, and the smallest one found; undefined when there is none. */
  failure: string | undefined
}

/**
 * Requests, frames and bytes, made from the protocol's schemas and then spoilt, on a whole system: whatever comes, no
 * process ends, nothing is answered by 5xx, and nothing is logged as an error.
 */
export async function runFuzz(system: System, { seed, minutes, print }: RunOptions): Promise<Report> {
  const [gateway = ''] = system.gateways
  const cast = await createCast(system.gateways)
  const health = await watchHealth(system)
  await using stage = createStage(gateway, cast)
  print(`seed ${seed}`)
  let batches = 0
  let steps = 0
  let first: string | undefined
  const holds = fc.asyncProperty(batch, async (tried) => {
    // What is tried ends matches, blocks and leaves: after a while nobody would have anything to do with anybody.
    if (++batches % RENEWED_AFTER === 0) {
      stage.clear()
      await cast.renew()
    }
    steps += tried.length
    const faults = [...(await stage.play(tried)), ...(await health.faults())]
    if (faults.length === 0) return
    // What fails first is worth most: the system is not as it was when smaller batches are tried.
    first ??= `${JSON.stringify(tried)}\n${faults.join('\n')}`
    throw new Error(faults.join('\n'))
  })
  const details = await fc.check(holds, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: minutes * 60_000,
    markInterruptAsFailure: false,
  })
  print(`${batches} batches of ${steps} requests, frames and runs of bytes`)
  const answers = [...stage.answers].toSorted(([, a], [, b]) => b - a)
  print(`answers: ${answers.map(([answer, count]) => `${count} ${answer}`).join(', ')}`)
  return {
    batches,
    steps,
    failure: details.failed ? `${first}\n${fc.defaultReportMessage(details)}` : undefined,
  }
}
