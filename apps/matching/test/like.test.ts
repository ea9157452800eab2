import { like, listMatches, pass } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

test('a like that is not returned is only a like, however often it is given', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]

  const answers = [await world.as(ada)(like, { user_id: ben }), await world.as(ada)(like, { user_id: ben })]

  expect(answers).toEqual([{ status: 'liked' }, { status: 'liked' }])
})

test('S1: a like that is returned is a match with an open conversation, and repeating it answers the same', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })

  const matched = await world.as(ben)(like, { user_id: ada })
  const again = await world.as(ben)(like, { user_id: ada })
  const other = await world.as(ada)(like, { user_id: ben })

  expect(matched).toEqual({
    status: 'matched',
    match: {
      id: expect.any(Number),
      user: expect.objectContaining({ id: ada, username: `user_${ada}` }),
      conversation_id: world.messaging.conversationOf(ada, ben),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  })
  expect(again).toEqual(matched)
  expect(other).toMatchObject({ status: 'matched', match: { user: { id: ben } } })
  expect(world.messaging.opened.filter(({ user_ids }) => user_ids.includes(ada))).toHaveLength(1)
})

test('messaging hears of a match by the call and once by the event, with the same facts', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ben)(like, { user_id: ada })
  const matched = await world.as(ada)(like, { user_id: ben })

  const of = ({ user_ids }: { user_ids: number[] }) => user_ids.includes(ada)
  const made = await eventually(() => {
    const found = world.messaging.made.filter(of)
    expect(found).toHaveLength(1)
    return found
  })

  expect(world.messaging.opened.filter(of)).toEqual(made)
  expect(made).toEqual([
    {
      match_id: matched.status === 'matched' && matched.match.id,
      user_ids: [ada, ben],
      generation: 1,
      created_at: matched.status === 'matched' && matched.match.created_at,
    },
  ])
})

test('liking oneself is refused, naming the field', async () => {
  const ada = world.stranger()

  await expect(world.as(ada)(like, { user_id: ada })).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path: 'user_id' }],
  })
})

test('somebody who does not exist cannot be liked', async () => {
  const ada = world.stranger()

  await expect(world.as(ada)(like, { user_id: 999_999_999 })).rejects.toMatchObject({
    code: 'user_not_found',
  })
})

test('nobody likes without a name', async () => {
  await expect(world.bus.call(like, { user_id: world.stranger() })).rejects.toMatchObject({
    code: 'unauthenticated',
  })
})

test('a like of somebody who was passed counts', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(pass, { user_id: ben })
  const first = await world.as(ben)(like, { user_id: ada })

  const second = await world.as(ada)(like, { user_id: ben })

  expect(first).toEqual({ status: 'liked' })
  expect(second).toMatchObject({ status: 'matched' })
})

test('while messaging cannot be reached a match is kept, answers unavailable, and heals', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  await world.messaging.stopAnswering()

  await expect(world.as(ben)(like, { user_id: ada })).rejects.toMatchObject({ code: 'unavailable' })
  await expect(world.as(ada)(listMatches, {})).rejects.toMatchObject({ code: 'unavailable' })
  await world.messaging.answerAgain()
  const again = await world.as(ben)(like, { user_id: ada })
  const { items } = await world.as(ada)(listMatches, {})

  expect(again).toMatchObject({ status: 'matched', match: { user: { id: ada } } })
  expect(items).toMatchObject([{ conversation_id: world.messaging.conversationOf(ada, ben) }])
})

test('a messaging that does not answer makes the like unavailable before its caller gives up', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  const hanging = Promise.withResolvers<void>()
  world.messaging.beforeOpen = () => hanging.promise

  const slow = world.as(ben, { timeoutMs: 1_000 })(like, { user_id: ada })

  await expect(slow).rejects.toMatchObject({ code: 'unavailable' })
  world.messaging.beforeOpen = () => Promise.resolve()
  hanging.resolve()
  await expect(world.as(ben)(like, { user_id: ada })).resolves.toMatchObject({ status: 'matched' })
})

test('a match with somebody who leaves before its conversation opens is answered and listed as none', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  world.messaging.beforeOpen = () => Promise.reject(new RpcError('user_not_found'))

  await expect(world.as(ben)(like, { user_id: ada })).rejects.toMatchObject({ code: 'user_not_found' })
  const { items } = await world.as(ben)(listMatches, {})

  world.messaging.beforeOpen = () => Promise.resolve()
  expect(items).toEqual([])
})
