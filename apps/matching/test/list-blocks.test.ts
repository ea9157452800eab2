import { block, listBlocks, unblock, type Block } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

async function idsOf(user_id: number): Promise<number[]> {
  const { items } = await world.as(user_id)(listBlocks, {})
  return items.map(({ user }) => user.id)
}

test('one sees whom one blocks, newest first, page by page, each once', async () => {
  const ada = world.stranger()
  const others = Array.from({ length: 7 }, () => world.stranger())
  for (const user_id of others) await world.as(ada)(block, { user_id })

  const pages: Block[][] = []
  let cursor: string | null | undefined
  do {
    const page = await world.as(ada)(listBlocks, { limit: 3, cursor })
    pages.push(page.items)
    cursor = page.next_cursor
  } while (cursor)

  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1])
  expect(pages.flat().map(({ user }) => user.id)).toEqual(others.toReversed())
  expect(pages[0]?.[0]).toEqual({
    user: expect.objectContaining({ username: `user_${others.at(-1)}` }),
    blocked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  })
})

test('who is blocked does not see it, and who is unblocked is not listed', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(block, { user_id: ben })

  expect(await idsOf(ben)).toEqual([])
  await world.as(ada)(unblock, { user_id: ben })
  expect(await idsOf(ada)).toEqual([])
})

test('T75: who blocks back is not listed, like somebody who has left', async () => {
  const [ada, ben, cleo, gone] = [world.stranger(), world.stranger(), world.stranger(), world.stranger()]
  for (const user_id of [ben, cleo, gone]) await world.as(ada)(block, { user_id })

  await world.as(ben)(block, { user_id: ada })
  world.auth.remove(gone)

  expect(await idsOf(ada)).toEqual([cleo])
  expect(await idsOf(ben)).toEqual([])
  await world.as(ben)(unblock, { user_id: ada })
  expect(await idsOf(ada)).toEqual([cleo, ben])
})

test('a cursor that was never given out is refused, naming the field', async () => {
  for (const cursor of ['x', Buffer.from('[1]').toString('base64url')]) {
    await expect(world.as(world.stranger())(listBlocks, { cursor })).rejects.toMatchObject({
      code: 'invalid',
      errors: [{ path: 'cursor' }],
    })
  }
})
