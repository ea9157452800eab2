import { like, pass, undo } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const nothing = { code: 'nothing_to_undo' }

test('undo takes back the last choice, then the one before, then there is none', async () => {
  const [ada, ben, cleo, dora] = [world.stranger(), world.stranger(), world.stranger(), world.stranger()]
  await world.as(cleo)(like, { user_id: dora })
  await world.as(cleo)(pass, { user_id: ada })
  await world.as(cleo)(like, { user_id: ben })

  const undone = [
    await world.as(cleo)(undo, {}),
    await world.as(cleo)(undo, {}),
    await world.as(cleo)(undo, {}),
  ]

  expect(undone).toEqual([
    { user_id: ben, undone: 'like' },
    { user_id: ada, undone: 'pass' },
    { user_id: dora, undone: 'like' },
  ])
  await expect(world.as(cleo)(undo, {})).rejects.toMatchObject(nothing)
})

test('a like that was taken back does not match', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  await world.as(ada)(undo, {})

  expect(await world.as(ben)(like, { user_id: ada })).toEqual({ status: 'liked' })
})

test('a choice that has become a match cannot be taken back, nor one before it', async () => {
  const [ada, ben, cleo] = [world.stranger(), world.stranger(), world.stranger()]
  await world.as(ada)(pass, { user_id: cleo })
  await world.as(ada)(like, { user_id: ben })
  await world.as(ben)(like, { user_id: ada })

  await expect(world.as(ada)(undo, {})).rejects.toMatchObject(nothing)
  await expect(world.as(ben)(undo, {})).rejects.toMatchObject(nothing)
})

test('repeating a choice does not make it the last one; changing it does', async () => {
  const [ada, ben, cleo] = [world.stranger(), world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  await world.as(ada)(pass, { user_id: cleo })
  await world.as(ada)(like, { user_id: ben })
  expect(await world.as(ada)(undo, {})).toEqual({ user_id: cleo, undone: 'pass' })

  await world.as(ada)(pass, { user_id: cleo })
  await world.as(ada)(pass, { user_id: ben })
  expect(await world.as(ada)(undo, {})).toEqual({ user_id: ben, undone: 'pass' })
})

test('an undo that races the like which makes the match leaves the match or takes the like back, not both', async () => {
  for (let round = 0; round < 50; round++) {
    const [ada, ben] = [world.stranger(), world.stranger()]
    await world.as(ada)(like, { user_id: ben })

    const [taken, liked] = await Promise.all([
      world
        .as(ada)(undo, {})
        .catch((err: unknown) => err),
      world.as(ben)(like, { user_id: ada }),
    ])

    if (liked.status === 'matched') expect(taken).toMatchObject(nothing)
    else expect(taken).toEqual({ user_id: ben, undone: 'like' })
  }
})

test('passing oneself or nobody is refused', async () => {
  const ada = world.stranger()

  await expect(world.as(ada)(pass, { user_id: ada })).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path: 'user_id' }],
  })
  await expect(world.as(ada)(pass, { user_id: 999_999_999 })).rejects.toMatchObject({
    code: 'user_not_found',
  })
})

test('T76: a pass answers the same whether or not the other has liked', async () => {
  const [ada, ben, cleo] = [world.stranger(), world.stranger(), world.stranger()]
  await world.as(ben)(like, { user_id: ada })

  expect(await world.as(ada)(pass, { user_id: ben })).toEqual(await world.as(ada)(pass, { user_id: cleo }))
})
