import { parseArgs } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { runFaults, SYSTEM_ENV } from './run.ts'

const USAGE = 'usage: npm run faults -- [--seed <whole number>] [--minutes <number>]'

function readOptions(): { seed: number; minutes: number } {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' } } })
  const { seed = String(Date.now() % 1_000_000), minutes = '5' } = values
  const numbers = { seed: Number(seed), minutes: Number(minutes) }
  if (Number.isSafeInteger(numbers.seed) && numbers.minutes >= 0) return numbers
  throw new Error('a seed is a whole number, and minutes are a number from 0 on')
}

try {
  const options = readOptions()
  await using system = await startSystem({ gateways: 2, env: SYSTEM_ENV })
  const { faults } = await runFaults(system, { ...options, print: (line) => console.log(line) })
  console.log(faults.length === 0 ? 'nothing was lost' : `${faults.length} faults found`)
  process.exitCode = faults.length === 0 ? 0 : 1
} catch (err) {
  console.error(`${(err as Error).message}\n${USAGE}`)
  process.exitCode = 1
}
