import { expect, test } from 'vitest'
import { assertPortFree, freePort } from './free-port.ts'

// Of 20,000 ports so many would hold about fifteen pairs by chance.
const MANY = 800

test('a port is given once, and none that was looked at for somebody', async () => {
  const own = await freePort()
  await assertPortFree(own)
  const given = [own]
  for (let i = 0; i < MANY; i++) given.push(await freePort())

  expect(new Set(given).size).toBe(given.length)
})
