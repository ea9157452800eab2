import { expect, test } from 'vitest'
import { createWorkQueue } from './work-queue.ts'

const inTime = () => performance.now() + 60_000

function setup(options: { concurrency: number; mostWaiting: number }) {
  const depths: number[] = []
  const queue = createWorkQueue({ ...options, onDepth: (depth) => depths.push(depth) })
  const started: number[] = []
  const ends: (() => void)[] = []
  const add = (name: number, deadline = inTime()) =>
    queue.run(() => {
      started.push(name)
      return new Promise<number>((resolve) => ends.push(() => resolve(name)))
    }, deadline)
  return { queue, depths, started, ends, add }
}

test('work runs in the order it came, so many at once', async () => {
  const { add, started, ends, depths } = setup({ concurrency: 2, mostWaiting: 10 })
  const all = [add(1), add(2), add(3), add(4)]
  await Promise.resolve()

  expect(started).toEqual([1, 2])
  ends[0]!()
  await all[0]
  await new Promise(setImmediate)
  expect(started).toEqual([1, 2, 3])
  for (let i = 1; i < 4; i++) {
    ends[i]!()
    expect(await all[i]).toBe(i + 1)
    await new Promise(setImmediate)
  }
  expect(Math.max(...depths)).toBe(4)
  expect(depths.at(-1)).toBe(0)
})

test('T19: beyond the bound work is refused at once, and says when to come again', async () => {
  const { add, ends } = setup({ concurrency: 1, mostWaiting: 1 })
  const first = add(1)
  const second = add(2)

  await expect(add(3)).rejects.toMatchObject({ code: 'unavailable', retry_after_ms: expect.any(Number) })

  ends[0]!()
  await first
  await new Promise(setImmediate)
  ends[1]!()
  expect(await second).toBe(2)
})

test('work whose caller has given up is not done', async () => {
  const { add, started, ends } = setup({ concurrency: 1, mostWaiting: 10 })
  const first = add(1)
  const late = add(2, performance.now() + 50)
  const refusal = late.catch((err: unknown) => err)

  await new Promise((resolve) => setTimeout(resolve, 60))
  ends[0]!()
  await first

  expect(await refusal).toMatchObject({ code: 'unavailable' })
  expect(started).toEqual([1])
})

test('a failure of work is its own, and gives its turn to the next', async () => {
  const { queue } = setup({ concurrency: 1, mostWaiting: 10 })
  const failing = queue.run(() => Promise.reject(new Error('broken')), inTime())
  const next = queue.run(() => Promise.resolve('done'), inTime())

  await expect(failing).rejects.toThrow('broken')
  expect(await next).toBe('done')
})
