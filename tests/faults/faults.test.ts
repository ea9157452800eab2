import { startSystem } from '@parley/local-stack'
import { expect, test } from 'vitest'
import { runFaults, SYSTEM_ENV } from './run.ts'

test('whatever process is killed under load, each acknowledged message is stored and shown once, in order, and each match is whole', async () => {
  await using system = await startSystem({ gateways: 2, env: SYSTEM_ENV })
  const print = (line: string) => void process.stdout.write(`${line}\n`)

  const { faults } = await runFaults(system, { seed: 1, minutes: 0, print })

  expect(faults).toEqual([])
}, 600_000)
