import { block, like, listCandidates, listMatches, pass, unblock, undo } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const NOBODY = 999_999_999

async function match(ada: number, ben: number) {
  await world.as(ada)(like, { user_id: ben })
  const answer = await world.as(ben)(like, { user_id: ada })
  if (answer.status !== 'matched') throw new Error('no match')
  return answer.match
}

/** What was told of a person, in order. */
const heardOf = (user_id: number) =>
  world.messaging.heard.filter((fact) => Object.values(fact).flat().includes(user_id))

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const [answer] = await Promise.allSettled([call])
  return answer.status === 'rejected' ? answer.reason.toJSON() : 'answered'
}

test('a block is told once, however often it is given, and so is its end', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const told = { blocker_id: ada, blocked_id: ben, version: expect.any(Number) }

  for (const rpc of [block, block, unblock, unblock, block]) {
    expect(await world.as(ada)(rpc, { user_id: ben })).toEqual({})
  }

  await eventually(() =>
    expect(heardOf(ada)).toEqual([
      { event: 'matching.user_blocked', ...told },
      { event: 'matching.user_unblocked', ...told },
      { event: 'matching.user_blocked', ...told },
    ]),
  )
  const versions = heardOf(ada).map((fact) => (fact as { version?: number }).version ?? 0)
  expect(new Set(versions).size).toBe(3)
  expect(versions).toEqual(versions.toSorted((a, b) => a - b))
})

test('oneself is neither blocked nor unblocked, and the field is named', async () => {
  const ada = world.stranger()

  for (const rpc of [block, unblock]) {
    await expect(world.as(ada)(rpc, { user_id: ada })).rejects.toMatchObject({
      code: 'invalid',
      errors: [{ path: 'user_id' }],
    })
  }
})

test('nobody who never registered is blocked or unblocked; who has left is', async () => {
  const [ada, gone] = [world.stranger(), await world.person()]
  world.auth.remove(gone)

  for (const rpc of [block, unblock]) {
    expect(await refusalOf(world.as(ada)(rpc, { user_id: NOBODY }))).toEqual({ code: 'user_not_found' })
    expect(await world.as(ada)(rpc, { user_id: gone })).toEqual({})
  }
})

test('T75: across a block a like and a pass answer as for nobody, both ways', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(block, { user_id: ben })

  for (const rpc of [like, pass]) {
    const nobody = await refusalOf(world.as(ada)(rpc, { user_id: NOBODY }))
    expect(nobody).toEqual({ code: 'user_not_found' })
    expect(await refusalOf(world.as(ada)(rpc, { user_id: ben }))).toEqual(nobody)
    expect(await refusalOf(world.as(ben)(rpc, { user_id: ada }))).toEqual(nobody)
  }
})

test('T75: candidates leave out whom one blocks and who blocks one', async () => {
  await using own = await startWorld()
  const [ada, ben, cleo] = [await own.person(), await own.person(), await own.person()]
  const idsFor = async (user_id: number) => {
    const { items } = await own.as(user_id)(listCandidates, {})
    return new Set(items.map(({ user }) => user.id))
  }

  await own.as(ada)(block, { user_id: ben })

  expect([await idsFor(ada), await idsFor(ben)]).toEqual([new Set([cleo]), new Set([cleo])])
  expect(await idsFor(cleo)).toEqual(new Set([ada, ben]))
  await own.as(ada)(unblock, { user_id: ben })
  expect([await idsFor(ada), await idsFor(ben)]).toEqual([new Set([ben, cleo]), new Set([ada, cleo])])
})

test('a block ends the match, is told before its end, and other matches stay', async () => {
  const [ada, ben, cleo] = [world.stranger(), world.stranger(), world.stranger()]
  const { id: match_id } = await match(ada, ben)
  const { id: other } = await match(ben, cleo)

  await world.as(ada)(block, { user_id: ben })

  expect((await world.as(ada)(listMatches, {})).items).toEqual([])
  expect((await world.as(ben)(listMatches, {})).items).toMatchObject([{ id: other }])
  await eventually(() =>
    expect(heardOf(ada).slice(1)).toEqual([
      { event: 'matching.user_blocked', blocker_id: ada, blocked_id: ben, version: expect.any(Number) },
      { event: 'matching.match_ended', match_id, user_ids: [ada, ben], generation: 1 },
    ]),
  )
})

test('an unblock does not bring the match back: only two fresh likes do', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const before = await match(ada, ben)
  await world.as(ada)(block, { user_id: ben })
  await world.as(ada)(unblock, { user_id: ben })

  expect((await world.as(ada)(listMatches, {})).items).toEqual([])
  expect(await world.as(ben)(like, { user_id: ada })).toEqual({ status: 'liked' })
  const again = await world.as(ada)(like, { user_id: ben })

  expect(again).toMatchObject({
    status: 'matched',
    match: { conversation_id: before.conversation_id },
  })
  expect(world.messaging.opened).toContainEqual(
    expect.objectContaining({ user_ids: [ada, ben], generation: 2 }),
  )
})

test('a block forgets what the blocker chose: after an unblock their old like does not match', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(like, { user_id: ben })
  await world.as(ada)(block, { user_id: ben })
  await world.as(ada)(unblock, { user_id: ben })

  expect(await world.as(ben)(like, { user_id: ada })).toEqual({ status: 'liked' })
  await expect(world.as(ada)(undo, {})).rejects.toMatchObject({ code: 'nothing_to_undo' })
})

test('T75: who is blocked takes back their last choice as if nothing were', async () => {
  const [ada, ben, cleo] = [world.stranger(), world.stranger(), world.stranger()]
  await world.as(ben)(pass, { user_id: cleo })
  await world.as(ben)(like, { user_id: ada })

  await world.as(ada)(block, { user_id: ben })

  expect(await world.as(ben)(undo, {})).toEqual({ user_id: ada, undone: 'like' })
})

test('each takes back their own block only', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  await world.as(ada)(block, { user_id: ben })
  await world.as(ben)(block, { user_id: ada })

  await world.as(ben)(unblock, { user_id: ada })

  expect(await refusalOf(world.as(ben)(like, { user_id: ada }))).toEqual({ code: 'user_not_found' })
  await world.as(ada)(unblock, { user_id: ben })
  expect(await world.as(ben)(like, { user_id: ada })).toEqual({ status: 'liked' })
})
