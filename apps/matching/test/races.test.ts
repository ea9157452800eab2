import { setTimeout as delay } from 'node:timers/promises'
import { block, like, listBlocks, listMatches, pairShard, shardOf, unblock, unmatch } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

/** A like as a client gives it: repeated when and while it is told to. */
async function likeUntilAnswered(by: number, about: number) {
  for (;;) {
    try {
      const answer = await world.as(by, { timeoutMs: 20_000 })(like, { user_id: about })
      return answer.status === 'matched' ? [answer.match.id] : []
    } catch (err) {
      if (!(err instanceof RpcError && err.code === 'unavailable')) throw err
      await delay(err.retry_after_ms)
    }
  }
}

const pairKey = ({ user_ids }: { user_ids: readonly number[] }) => user_ids.join()

test('T77: 64 people who all like each other at once make 2,016 matches, each reported once', async () => {
  const people = Array.from({ length: 64 }, () => world.stranger())
  const likes = people.flatMap((by) =>
    people.filter((about) => about !== by).map((about) => [by, about] as const),
  )

  const reported = (await Promise.all(likes.map(([by, about]) => likeUntilAnswered(by, about)))).flat()

  expect(reported).toHaveLength(2_016)
  expect(new Set(reported).size).toBe(2_016)
  const made = await eventually(
    () => {
      const mine = world.messaging.made.filter(({ user_ids }) => people.includes(user_ids[0]))
      expect(mine.length).toBeGreaterThanOrEqual(2_016)
      return mine
    },
    { timeoutMs: 20_000 },
  )
  expect(made).toHaveLength(2_016)
  expect(new Set(made.map(pairKey)).size).toBe(2_016)
  expect(new Set(made.map(({ match_id }) => match_id))).toEqual(new Set(reported))
  expect(made.every(({ match_id, user_ids }) => shardOf(match_id) === pairShard(...user_ids))).toBe(true)
  const { items } = await world.as(people[0]!)(listMatches, { limit: 200 })
  expect(items).toHaveLength(63)
}, 120_000)

test('T77: of two opposite likes at the same instant exactly one is answered by the match, 400 times', async () => {
  const meet = async () => {
    const [ada, ben] = [world.stranger(), world.stranger()]
    const answers = await Promise.all([
      world.as(ada)(like, { user_id: ben }),
      world.as(ben)(like, { user_id: ada }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['liked', 'matched'])
  }

  for (let round = 0; round < 50; round++) await Promise.all(Array.from({ length: 8 }, meet))
}, 60_000)

test('a like that races an unmatch leaves a whole match or none, and as many events as matches', async () => {
  for (let round = 0; round < 50; round++) {
    const [ada, ben] = [world.stranger(), world.stranger()]
    await world.as(ada)(like, { user_id: ben })
    const first = await world.as(ben)(like, { user_id: ada })
    const match_id = first.status === 'matched' ? first.match.id : 0

    const [, again] = await Promise.all([
      world.as(ada)(unmatch, { match_id }),
      world.as(ben)(like, { user_id: ada }),
    ])
    const after = [await world.as(ada)(listMatches, {}), await world.as(ben)(listMatches, {})]

    // Either the like came first and found the match that then ended, or it came after and stands alone.
    expect(again.status === 'liked' || again.match.id === match_id).toBe(true)
    expect(after.map(({ items }) => items)).toEqual([[], []])
    const of = ({ user_ids }: { user_ids: readonly number[] }) => user_ids.includes(ada)
    await eventually(() => expect(world.messaging.ended.filter(of)).toHaveLength(1))
    expect(world.messaging.made.filter(of)).toHaveLength(1)
  }
})

test('of two unmatches at the same instant one ends the match and the other finds none', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  const first = await world.as(ben)(like, { user_id: ada })
  const match_id = first.status === 'matched' ? first.match.id : 0

  const ends = await Promise.allSettled([
    world.as(ada)(unmatch, { match_id }),
    world.as(ben)(unmatch, { match_id }),
  ])

  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = ends.find((end) => end.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'match_not_found' })
})

test('T77: a like that races a block is refused, or makes a match that the block ends; none is seen', async () => {
  const seen = { refused: 0, ended: 0 }
  const meet = async (n: number) => {
    const [ada, ben] = [world.stranger(), world.stranger()]
    await world.as(ada)(like, { user_id: ben })
    const blocking = () => world.as(n % 2 ? ada : ben)(block, { user_id: n % 2 ? ben : ada })

    const [liked] = await Promise.allSettled([world.as(ben)(like, { user_id: ada }), blocking()])
    const lists = [await world.as(ada)(listMatches, {}), await world.as(ben)(listMatches, {})]

    expect(lists.map(({ items }) => items)).toEqual([[], []])
    if (liked.status === 'fulfilled') expect(liked.value).toMatchObject({ status: 'matched' })
    else expect(liked.reason.toJSON()).toEqual({ code: 'user_not_found' })
    const matches = liked.status === 'fulfilled' ? 1 : 0
    seen[matches ? 'ended' : 'refused']++
    const factsOf = () =>
      world.messaging.heard
        .filter((fact) => Object.values(fact).flat().includes(ada))
        .map(({ event }) => event)
    const facts = matches
      ? ['matching.match_made', 'matching.user_blocked', 'matching.match_ended']
      : ['matching.user_blocked']
    await eventually(() => expect(factsOf()).toEqual(facts))
  }

  for (let round = 0; round < 25; round++) {
    await Promise.all(Array.from({ length: 8 }, (_, n) => meet(n)))
  }

  expect(seen.refused + seen.ended).toBe(200)
  expect(Math.min(seen.refused, seen.ended)).toBeGreaterThan(0)
}, 60_000)

test('two who block each other at the same instant both do, and their match ends once', async () => {
  for (let round = 0; round < 25; round++) {
    const [ada, ben] = [world.stranger(), world.stranger()]
    await world.as(ada)(like, { user_id: ben })
    await world.as(ben)(like, { user_id: ada })

    await Promise.all([
      world.as(ada)(block, { user_id: ben }),
      world.as(ben)(block, { user_id: ada }),
      world.as(ada)(block, { user_id: ben }),
    ])

    const ended = () => world.messaging.ended.filter(({ user_ids }) => user_ids.includes(ada))
    await eventually(() => expect(ended()).toHaveLength(1))
    for (const [by, about] of [
      [ada, ben],
      [ben, ada],
    ] as const) {
      await expect(world.as(by)(like, { user_id: about })).rejects.toMatchObject({ code: 'user_not_found' })
      await world.as(by)(unblock, { user_id: about })
    }
    expect(await world.as(ada)(like, { user_id: ben })).toEqual({ status: 'liked' })
    expect(ended()).toHaveLength(1)
  }
})

test('whatever order blocks and unblocks come in, the last that is told is what holds', async () => {
  for (let round = 0; round < 25; round++) {
    const [ada, ben] = [world.stranger(), world.stranger()]
    const calls = [block, unblock, block, unblock, block, unblock]

    await Promise.all(calls.map((rpc) => world.as(ada)(rpc, { user_id: ben })))
    const { items } = await world.as(ada)(listBlocks, {})
    // What comes after it in the stream shows that nothing more is under way.
    await world.as(ben)(block, { user_id: ada })

    const events = await eventually(() => {
      const facts = world.messaging.heard.filter((fact) => Object.values(fact).includes(ada))
      expect(facts.at(-1)).toMatchObject({ blocker_id: ben })
      return facts.slice(0, -1).map(({ event }) => event)
    })
    const [blocked, unblocked] = ['matching.user_blocked', 'matching.user_unblocked']
    expect(events).toEqual(events.map((_, i) => (i % 2 ? unblocked : blocked)))
    expect(events.at(-1)).toBe(items.length ? blocked : unblocked)
  }
})
