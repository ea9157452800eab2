import { startSystem } from '@parley/local-stack'
import { expect, test } from 'vitest'
import { runFuzz, SYSTEM_ENV } from './run.ts'

test('whatever is sent for half a minute, no process ends, nothing is answered by 5xx or logged as an error', async () => {
  await using system = await startSystem({ env: SYSTEM_ENV })
  const print = (line: string) => void process.stdout.write(`fuzz: ${line}\n`)
  const { steps, failure } = await runFuzz(system, { seed: Date.now() % 1_000_000, minutes: 0.5, print })

  expect(failure).toBeUndefined()
  expect(steps).toBeGreaterThan(100)
}, 300_000)
