import { startSystem } from '@parley/local-stack'
import { readRunOptions } from '../client/run-options.ts'
import { runFuzz, SYSTEM_ENV } from './run.ts'

const USAGE = 'usage: npm run fuzz -- [--seed <whole number>] [--minutes <number>]'

try {
  const options = readRunOptions()
  await using system = await startSystem({ env: SYSTEM_ENV })
  const { failure } = await runFuzz(system, { ...options, print: (line) => console.log(line) })
  console.log(failure ?? 'nothing was found')
  process.exitCode = failure === undefined ? 0 : 1
} catch (err) {
  console.error(`${(err as Error).message}\n${USAGE}`)
  process.exitCode = 1
}
