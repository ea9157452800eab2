import { expect, test } from 'vitest'
import { eventually } from './eventually.ts'

test('gives the value of the first check that does not throw', async () => {
  let calls = 0
  const value = await eventually(() => {
    calls += 1
    if (calls < 3) throw new Error('not yet')
    return calls
  })

  expect(value).toBe(3)
})

test('names the last failure when the time is over', async () => {
  let calls = 0
  const check = () => {
    calls += 1
    throw new Error(`failure ${calls}`)
  }

  await expect(eventually(check, { timeoutMs: 50 })).rejects.toThrow(/^not within 50 ms: failure [2-9]/)
})
