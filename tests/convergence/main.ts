import { startSystem } from '@parley/local-stack'
import { readRunOptions } from '../client/run-options.ts'
import { runStories, SYSTEM_ENV } from './run.ts'

const USAGE = 'usage: npm run converge -- [--seed <whole number>] [--minutes <number>]'

try {
  const options = readRunOptions()
  await using system = await startSystem({ gateways: 2, env: SYSTEM_ENV })
  const { failure } = await runStories(system, { ...options, print: (line) => console.log(line) })
  console.log(failure ?? 'every client shows what Postgres has')
  process.exitCode = failure === undefined ? 0 : 1
} catch (err) {
  console.error(`${(err as Error).message}\n${USAGE}`)
  process.exitCode = 1
}
