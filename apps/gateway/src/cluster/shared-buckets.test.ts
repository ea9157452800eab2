import { expect, test } from 'vitest'
import { seeded, slowBus } from '../../test/slow-bus.ts'
import { createSharedBuckets } from './shared-buckets.ts'

const burst = 400
const rates = { read: { perSecond: 0, burst } }

/** Asks three gateways at once, each as late in hearing the others as a seed says, and counts what they let through. */
async function flood(seed: number, asked: number): Promise<number> {
  const random = seeded(seed)
  const { join, hear } = slowBus()
  const gateways = [0, 1, 2].map(() => createSharedBuckets(join(), rates))
  const haste = gateways.map(() => random() ** 3)
  const answers: (number | Promise<number>)[] = []
  while (answers.length < asked) {
    const at = Math.floor(random() * 3)
    if (random() < (haste[at] as number)) hear(at)
    else answers.push(gateways[at]?.take('read', 1) ?? 0)
  }
  while ([0, 1, 2].map(hear).includes(true));
  const waits: number[] = []
  for (const answer of answers) waits.push(await answer)
  for (const gateway of gateways) await gateway[Symbol.asyncDispose]()
  return waits.filter((waitMs) => waitMs === 0).length
}

test('gateways that hear each other late let through at most a twentieth more than one', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const passed = await flood(seed, 1_500)
    expect(passed, `seed ${seed}`).toBeGreaterThanOrEqual(burst)
    expect(passed, `seed ${seed}`).toBeLessThanOrEqual(burst * 1.05)
  }
})

test('few requests at one gateway are let through before any other has heard of them', async () => {
  const { join } = slowBus()
  const [gateway] = [join(), join()].map((siblings) => createSharedBuckets(siblings, rates))
  const first = Array.from({ length: 9 }, () => gateway?.take('read', 1))

  expect(first).toEqual(Array.from({ length: 9 }, () => 0))
})
