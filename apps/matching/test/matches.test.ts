import { like, listMatches, pass, unmatch } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { likeHandler } from '../src/handlers/like.ts'
import { callerOf, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

async function match(ada: number, ben: number) {
  await world.as(ada)(like, { user_id: ben })
  const answer = await world.as(ben)(like, { user_id: ada })
  if (answer.status !== 'matched') throw new Error('no match')
  return answer.match
}

test('S1: matches are listed newest first, page by page, each once, as the other person', async () => {
  const ada = world.stranger()
  const others = Array.from({ length: 7 }, () => world.stranger())
  const made: number[] = []
  for (const other of others) made.push((await match(other, ada)).id)

  const seen: { id: number; user: { id: number } }[] = []
  const sizes: number[] = []
  let cursor: string | null | undefined
  do {
    const page = await world.as(ada)(listMatches, { limit: 3, cursor })
    seen.push(...page.items)
    sizes.push(page.items.length)
    cursor = page.next_cursor
  } while (cursor)

  expect(sizes).toEqual([3, 3, 1])
  expect(seen.map(({ id }) => id)).toEqual(made.toReversed())
  expect(seen.map(({ user }) => user.id)).toEqual(others.toReversed())
})

test('a match that is made between two pages does not shift the second', async () => {
  const ada = world.stranger()
  const first = await match(world.stranger(), ada)
  const second = await match(world.stranger(), ada)

  const one = await world.as(ada)(listMatches, { limit: 1 })
  await match(world.stranger(), ada)
  const two = await world.as(ada)(listMatches, { limit: 1, cursor: one.next_cursor })

  expect([one.items[0]?.id, two.items[0]?.id]).toEqual([second.id, first.id])
  expect(two.next_cursor).toBeNull()
})

test('a cursor that was never given out is refused, naming the field', async () => {
  const ada = world.stranger()
  const wrong = ['x', Buffer.from('[1]').toString('base64url'), Buffer.from('[-1,5]').toString('base64url')]

  for (const cursor of wrong) {
    await expect(world.as(ada)(listMatches, { cursor })).rejects.toMatchObject({
      code: 'invalid',
      errors: [{ path: 'cursor' }],
    })
  }
})

test('a match with somebody who has left is not listed', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await match(ada, ben)
  world.auth.remove(ben)

  expect(await world.as(ada)(listMatches, {})).toEqual({ items: [], next_cursor: null })
})

test('either of the two ends a match for both, and its conversation closes', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const { id: match_id } = await match(ada, ben)

  await world.as(ben)(unmatch, { match_id })

  const closing = { match_id, user_ids: [ada, ben], generation: 1 }
  expect(world.messaging.closed).toContainEqual(closing)
  await eventually(() => expect(world.messaging.ended).toContainEqual(closing))
  for (const one of [ada, ben]) expect((await world.as(one)(listMatches, {})).items).toEqual([])
})

test("another pair's match cannot be told from one that does not exist", async () => {
  const { id: match_id } = await match(world.stranger(), world.stranger())
  const eve = world.stranger()

  const answers = await Promise.allSettled([
    world.as(eve)(unmatch, { match_id }),
    world.as(eve)(unmatch, { match_id: 4_711 }),
  ])

  const errors = answers.map((answer) => answer.status === 'rejected' && answer.reason.toJSON())
  expect(errors).toEqual([{ code: 'match_not_found' }, { code: 'match_not_found' }])
})

test('an unmatch succeeds while messaging cannot be reached, and the event tells it later', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const { id: match_id } = await match(ada, ben)
  await world.messaging.stopAnswering()

  await world.as(ada)(unmatch, { match_id })

  await world.messaging.answerAgain()
  await eventually(() => expect(world.messaging.ended.map((end) => end.match_id)).toContain(match_id))
})

test('after an unmatch only two fresh likes match again: a later generation in the same conversation', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const before = await match(ada, ben)
  await world.as(ada)(unmatch, { match_id: before.id })

  const one = await world.as(ada)(like, { user_id: ben })
  const two = await world.as(ben)(like, { user_id: ada })

  expect(one).toEqual({ status: 'liked' })
  expect(two).toMatchObject({ status: 'matched', match: { conversation_id: before.conversation_id } })
  const again = two.status === 'matched' && two.match.id
  expect(again).not.toBe(before.id)
  expect(world.messaging.opened).toContainEqual(expect.objectContaining({ match_id: again, generation: 2 }))
  await expect(world.as(ada)(unmatch, { match_id: before.id })).rejects.toMatchObject({
    code: 'match_not_found',
  })
})

test('a pass does not end a match', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await match(ada, ben)

  await expect(world.as(ada)(pass, { user_id: ben })).rejects.toMatchObject({ code: 'forbidden' })
  expect((await world.as(ben)(listMatches, {})).items).toHaveLength(1)
})

test('a match whose id is in use takes another', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const taken = (await match(world.stranger(), world.stranger())).id
  await world.as(ada)(like, { user_id: ben })
  const ids = [taken, taken, 4_096]
  const handler = likeHandler({
    ...world,
    relay: { wake: () => {}, [Symbol.asyncDispose]: () => Promise.resolve() },
    now: () => new Date(),
    newId: () => ids.shift() ?? 0,
  })

  const answer = await handler.run({ user_id: ada }, {
    caller: callerOf(ben),
    log: world.log,
    traceId: 't',
    deadline: performance.now() + 5_000,
    fail: () => new Error('refused'),
  } as never)

  expect(answer).toMatchObject({ status: 'matched', match: { id: 4_096 } })
  await eventually(() => expect(world.messaging.made.filter((m) => m.match_id === 4_096)).toHaveLength(1))
})
