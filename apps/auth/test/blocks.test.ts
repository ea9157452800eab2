import { getUser, listCards, searchUsers, userBlocked, userUnblocked } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMatchingNeighbour } from './matching-neighbour.ts'
import { startWorld, type Person, type World } from './world.ts'

const NOBODY = 4_711

let world: World
let matching: Awaited<ReturnType<typeof startMatchingNeighbour>>
beforeAll(async () => {
  world = await startWorld()
  matching = await startMatchingNeighbour(world.config)
})
afterAll(async () => {
  await matching[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

/** Two who are found by a first name of their own. */
async function pair(first_name: string): Promise<[Person, Person]> {
  return [await world.person({ first_name }), await world.person({ first_name })]
}
const block = ({ user: a }: Person, { user: b }: Person, version?: number) =>
  matching.tell(userBlocked, { blocker_id: a.id, blocked_id: b.id, version })
const unblock = ({ user: a }: Person, { user: b }: Person, version?: number) =>
  matching.tell(userUnblocked, { blocker_id: a.id, blocked_id: b.id, version })

/** Events come in order: once this one has come, so have those before it. */
async function allCome() {
  const [eve, cleo] = await pair('Last')
  await block(eve, cleo)
  await eventually(async () => expect(await refusalOf(look(eve, cleo.user.id))).not.toBe('answered'))
}

const look = ({ caller }: Person, user_id: number) => world.bus.call(getUser, { user_id }, { caller })
const refusalOf = async (call: Promise<unknown>): Promise<unknown> => {
  const [answer] = await Promise.allSettled([call])
  return answer.status === 'rejected' ? answer.reason.toJSON() : 'answered'
}
const found = async ({ caller }: Person, q: string, limit = 50): Promise<number[]> => {
  const { items } = await world.bus.call(searchUsers, { q, limit }, { caller })
  return items.map(({ id }) => id)
}

test('T75: across a block a card is not found, both ways, just as that of nobody', async () => {
  const [ada, ben] = await pair('Quentin')
  const eve = await world.person()

  await block(ada, ben)

  const nobody = await refusalOf(look(ada, NOBODY))
  expect(nobody).toEqual({ code: 'user_not_found' })
  await eventually(async () => expect(await refusalOf(look(ada, ben.user.id))).toEqual(nobody))
  expect(await refusalOf(look(ben, ada.user.id))).toEqual(nobody)
  for (const { user } of [ada, ben]) expect(await look(eve, user.id)).toMatchObject({ id: user.id })
  expect(await look(ada, ada.user.id)).toMatchObject({ id: ada.user.id })
})

test('T75: across a block nobody is found by a search, both ways, and a page is full all the same', async () => {
  const [ada, ben] = await pair('Rosalind')
  const others = [
    await world.person({ first_name: 'Rosalind' }),
    await world.person({ last_name: 'Rosalind' }),
  ]
  const ids = others.map(({ user }) => user.id)

  await block(ben, ada)

  await eventually(async () =>
    expect(new Set(await found(ada, 'rosalind'))).toEqual(new Set([ada.user.id, ...ids])),
  )
  expect(new Set(await found(ben, 'rosalind'))).toEqual(new Set([ben.user.id, ...ids]))
  expect(await found(ada, 'rosalind', 3)).toHaveLength(3)
  expect(await found(ada, ben.username)).toEqual([])
})

test('an unblock of one leaves the block of the other; after both they find each other', async () => {
  const [ada, ben] = await pair('Sigrid')
  await block(ada, ben)
  await block(ben, ada)
  await unblock(ada, ben)
  await allCome()

  expect(await refusalOf(look(ada, ben.user.id))).toEqual({ code: 'user_not_found' })
  await unblock(ben, ada)

  await eventually(async () => expect(await look(ada, ben.user.id)).toMatchObject({ id: ben.user.id }))
  expect(await look(ben, ada.user.id)).toMatchObject({ id: ada.user.id })
  expect(await found(ada, 'sigrid')).toHaveLength(2)
})

test('an unblock ends that one block alone', async () => {
  const [ada, ben] = await pair('Torvald')
  const eve = await world.person()
  for (const [by, about] of [
    [ada, ben],
    [ada, eve],
    [eve, ben],
  ] as const) {
    await block(by, about)
  }

  await unblock(ada, ben)
  await allCome()

  expect(await look(ada, ben.user.id)).toMatchObject({ id: ben.user.id })
  for (const other of [ada, ben]) expect(await refusalOf(look(eve, other.user.id))).not.toBe('answered')
})

test('an event that comes again changes nothing', async () => {
  const [ada, ben] = await pair('Tamsin')

  for (const tell of [block, block, unblock, unblock, block]) await tell(ada, ben)
  await allCome()
  expect(await refusalOf(look(ada, ben.user.id))).toEqual({ code: 'user_not_found' })

  for (const tell of [block, unblock, unblock]) await tell(ada, ben)
  await allCome()
  expect(await look(ada, ben.user.id)).toMatchObject({ id: ben.user.id })
})

test('an event that comes again after one that is newer changes nothing', async () => {
  const [ada, ben] = await pair('Tabitha')

  await block(ada, ben, 5)
  await unblock(ada, ben, 6)
  await block(ada, ben, 5)
  await allCome()
  expect(await look(ada, ben.user.id)).toMatchObject({ id: ben.user.id })

  await block(ada, ben, 7)
  await unblock(ada, ben, 6)
  await allCome()
  expect(await refusalOf(look(ada, ben.user.id))).toEqual({ code: 'user_not_found' })
})

test('other services see every card, whoever blocks whom', async () => {
  const [ada, ben] = await pair('Ursula')
  await block(ada, ben)
  await allCome()

  const user_ids = [ada.user.id, ben.user.id]
  const { items } = await world.bus.call(listCards, { user_ids }, { caller: ada.caller })

  expect(new Set(items.map(({ id }) => id))).toEqual(new Set(user_ids))
})
