// Processes are replaced one after the other while people talk: nothing is lost, doubled, or refused for good. The load is
// small here; `npm run roll` has more.
import { expect, test } from 'vitest'
import { rollGateways } from './rolling/gateways.ts'
import { rollMessaging } from './rolling/messaging.ts'

const print = (line: string) => void process.stdout.write(`roll: ${line}\n`)
const LOAD = { pairs: 4, sendsPerSecond: 10, steadySeconds: 0, drainSeconds: 4, print }
const LASTS_MS = 900_000

test(
  'F31: three gateways are restarted in turn under load, each with its drain: nothing is lost, doubled, or refused for good',
  { timeout: LASTS_MS },
  async () => {
    const { sends, moves, faults } = await rollGateways({ ...LOAD, seed: 31 })

    expect(faults).toEqual([])
    expect(sends).toBeGreaterThan(0)
    expect(moves).toBeGreaterThan(0)
  },
)

test(
  'F32: messaging of this build and of the one before share the lanes, take them over from each other, and see a migration, under load',
  { timeout: LASTS_MS },
  async () => {
    const { sends, faults } = await rollMessaging({ ...LOAD, seed: 32 })

    expect(faults).toEqual([])
    expect(sends).toBeGreaterThan(0)
  },
)
