import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { assertPortFree, freePort, freePorts } from './free-port.ts'

const MANY = 800

/** Asks for ports in a process of its own. */
async function givenElsewhere(): Promise<number[]> {
  const script = `
    import { freePorts } from ${JSON.stringify(import.meta.resolve('./free-port.ts'))}
    const given = []
    for (let i = 0; i < 40; i++) given.push(...(await freePorts(5)))
    console.log(JSON.stringify(given))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return JSON.parse(stdout) as number[]
}

test('a port is given once, and none that was looked at for somebody', async () => {
  const own = await freePort()
  await assertPortFree(own)
  const given = [own]
  for (let i = 0; i < MANY; i++) given.push(await freePort())
  const together = await Promise.all(Array.from({ length: 20 }, () => freePorts(5)))
  given.push(...together.flat())

  expect(new Set(given).size).toBe(given.length)
})

test('what one process has given, no other one gives while it lives', async () => {
  const own = new Set<number>()
  for (let i = 0; i < MANY; i++) own.add(await freePort())
  const others = await Promise.all([1, 2, 3].map(() => givenElsewhere()))

  expect(others.map((given) => given.filter((port) => own.has(port)))).toEqual([[], [], []])
})
