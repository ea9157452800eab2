import { expect, test } from 'vitest'
import { Keeper, memoryStorage, Stored } from './storage.ts'

test('writes are made in order, and those behind a slow one merge into the last', async () => {
  const written: unknown[] = []
  const storage = {
    ...memoryStorage(),
    set: async (_: string, value: unknown) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      written.push(value)
    },
  }
  const keeper = new Keeper({ storage, report: () => {} })
  const stored = new Stored<number>('n', keeper)

  const first = stored.save(1)
  await Promise.resolve()
  void stored.save(2)
  void stored.save(3)
  await first
  await keeper.flush()

  expect(written).toEqual([1, 3])
})

test('a write that fails is reported, and the next one is made', async () => {
  const reported: unknown[] = []
  const storage = memoryStorage()
  const broken = {
    ...storage,
    set: (key: string, value: unknown) =>
      value === 1 ? Promise.reject(new Error('full')) : storage.set(key, value),
  }
  const stored = new Stored<number>(
    'n',
    new Keeper({ storage: broken, report: (error) => void reported.push(error) }),
  )

  await stored.save(1)
  await stored.save(2)

  expect(reported).toEqual([new Error('full')])
  expect(await stored.load()).toBe(2)
  await stored.save(undefined)
  expect(await stored.load()).toBeUndefined()
})

test('what memory keeps is a copy', async () => {
  const storage = memoryStorage()
  const value = { items: [1] }
  await storage.set('k', value)
  value.items.push(2)

  expect(await storage.get('k')).toEqual({ items: [1] })
})
