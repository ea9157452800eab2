import { startSystem } from '@parley/local-stack'
import { expect, test } from 'vitest'
import { runStories, SYSTEM_ENV } from './run.ts'

test('whatever several devices do, with drops, doubles and broken sockets anywhere: in the end every client shows what Postgres has', async () => {
  await using system = await startSystem({ gateways: 2, env: SYSTEM_ENV })
  const print = (line: string) => void process.stdout.write(`convergence: ${line}\n`)
  const { stories, failure } = await runStories(system, { seed: 1, minutes: 0.5, print })

  expect(failure).toBeUndefined()
  expect(stories).toBeGreaterThan(0)
}, 600_000)
