import { parseArgs } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { runFaults, SYSTEM_ENV } from './run.ts'

const options = { seed: { type: 'string' }, minutes: { type: 'string' } } as const
const { values } = parseArgs({ options })
const { seed = String(Date.now() % 1_000_000), minutes = '5' } = values
const numbers = { seed: Number(seed), minutes: Number(minutes) }
if (!Number.isSafeInteger(numbers.seed) || !(numbers.minutes >= 0))
  throw new Error('usage: npm run faults -- --seed <whole number> --minutes <number>')

await using system = await startSystem({ gateways: 2, env: SYSTEM_ENV })
const { faults } = await runFaults(system, { ...numbers, print: (line) => console.log(line) })
console.log(faults.length === 0 ? 'nothing was lost' : `${faults.length} faults found`)
process.exitCode = faults.length === 0 ? 0 : 1
