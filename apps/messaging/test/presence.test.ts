import {
  addMembers,
  closeConversation,
  closeMatchConversation,
  getPresence,
  listContacts,
  openConversation,
  openMatchConversation,
  presenceBroadcasts,
  removeMember,
  reportPresence,
  setBlock,
  setPrivacy,
  shardOf,
  subjects,
  timestamp,
  watch,
  type Caller,
  type Params,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agent, giveRole } from './staff.ts'
import { startWorld, type Person, type World } from './world.ts'

const times = { PRESENCE_LEASE_MS: '1500', PRESENCE_GRACE_MS: '500' }
let world: World
beforeAll(async () => (world = await startWorld(times)))
afterAll(() => world[Symbol.asyncDispose]())

type Told = { status: string; last_seen?: string }

/** What is told of somebody to those who watch them. */
async function follow(who: Caller, { bus } = world): Promise<Told[]> {
  const told: Told[] = []
  bus.nats.subscribe(subjects.presence(who.user_id), {
    callback: (_err, msg) => void told.push(msg.json<Told>()),
  })
  await bus.nats.flush()
  return told
}

/** What the gateways of somebody are told to ask anew. */
async function unwatched(who: Caller): Promise<unknown[]> {
  const list: unknown[] = []
  world.bus.nats.subscribe(subjects.user(who.user_id, 'c'), {
    callback: (_err, msg) => {
      for (const line of msg.string().split('\n')) {
        const { unwatch } = JSON.parse(line) as { unwatch?: unknown }
        if (unwatch !== undefined) list.push(unwatch)
      }
    },
  })
  await world.bus.nats.flush()
  return list
}

interface Reported {
  online?: readonly Caller[]
  away?: readonly Caller[]
  offline?: readonly Caller[]
}

/** A gateway that is alive until it is told to fall silent, and that tells all that it holds when it is asked. */
function startGateway({ bus } = world) {
  const gateway = `gateway-${Math.random()}`
  let held: Reported = {}
  const ids = (people: readonly Caller[] = []) => people.map(({ user_id }) => user_id)
  const report = async (reported: Reported, more: Partial<Params<typeof reportPresence>> = {}) => {
    const everybody = [...ids(reported.online), ...ids(reported.away), ...ids(reported.offline)]
    const shards = more.shard === undefined ? new Set(everybody.map(shardOf)) : [more.shard]
    for (const shard of shards) {
      const of = (people?: readonly Caller[]) =>
        ids(people).filter((id) => more.whole !== undefined || shardOf(id) === shard)
      await bus.call(reportPresence, {
        ...{
          shard,
          gateway,
          online: of(reported.online),
          away: of(reported.away),
          offline: of(reported.offline),
        },
        ...more,
      })
    }
  }
  const asked: unknown[] = []
  const subscription = bus.nats.subscribe(subjects.broadcast(presenceBroadcasts.wanted), {
    callback: (_err, msg) => {
      const { lane, lanes, gateway: only } = msg.json<{ lane: number; lanes: number; gateway?: string }>()
      if (only !== undefined && only !== gateway) return
      asked.push(lane)
      const ofLane = (people: readonly Caller[] = []) =>
        people.filter(({ user_id }) => shardOf(user_id) % lanes === lane)
      const all = { online: ofLane(held.online), away: ofLane(held.away) }
      void report(all, { shard: lane, whole: { part: 0, of: 1 } }).catch(() => undefined)
    },
  })
  const beat = () =>
    bus.nats.publish(subjects.broadcast(presenceBroadcasts.beat), JSON.stringify({ gateway }))
  beat()
  const timer = setInterval(beat, 200)
  return {
    asked,
    /** Reports a change, which is from here on what it holds. */
    report: async (reported: Reported) => {
      held = reported
      await report(reported)
    },
    [Symbol.dispose]: () => {
      clearInterval(timer)
      subscription.unsubscribe()
    },
  }
}

const statusOf = async ({ user_id }: Caller, { bus } = world) => {
  const { items } = await bus.call(getPresence, { shard: shardOf(user_id), user_ids: [user_id] })
  return items[0]?.status
}
const see = async (caller: Caller, people: readonly Caller[]) => {
  const { visible, hidden } = await world.bus.call(
    watch,
    { user_ids: people.map(({ user_id }) => user_id) },
    { caller },
  )
  return { visible: visible.map(({ user_id }) => user_id), hidden }
}
const group = async (owner: Person, others: readonly Person[], kind: 'group' | 'broadcast' = 'group') => {
  const asked = { kind, title: 'g', user_ids: others.map(({ user_id }) => user_id) }
  return (await world.bus.call(openConversation, asked, { caller: owner })).conversation.id
}

test('who comes, is away and goes is told once each; offline after the grace, with the time, which is stored', async () => {
  const [ada, ben] = [world.person(), world.person()]
  await world.direct(ada, ben)
  const told = await follow(ada)
  using gateway = startGateway()
  await gateway.report({ online: [ada] })
  await gateway.report({ online: [ada] })
  await gateway.report({ away: [ada] })
  expect(told).toMatchObject([{ status: 'online' }, { status: 'away' }])
  expect(await statusOf(ada)).toBe('away')

  await gateway.report({ offline: [ada] })
  const goneAt = Date.now()

  await eventually(() => expect(told).toHaveLength(3), { timeoutMs: 6_000 })
  const seenAt = Date.parse(told[2]?.last_seen ?? '')
  expect(told[2]?.status).toBe('offline')
  expect(Math.abs(seenAt - goneAt)).toBeLessThan(200)
  await eventually(async () => {
    const { visible } = await world.bus.call(watch, { user_ids: [ada.user_id] }, { caller: ben })
    expect(visible).toEqual([{ user_id: ada.user_id, last_seen: told[2]?.last_seen }])
  })
}, 15_000)

test('the people of a gateway that falls silent are offline after lease and grace; who came back elsewhere is not', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const [ofAda, ofBen] = [await follow(ada), await follow(ben)]
  using other = startGateway()
  {
    using silent = startGateway()
    await silent.report({ online: [ada, ben] })
  }
  await other.report({ online: [ben] })

  await eventually(() => expect(ofAda.map(({ status }) => status)).toEqual(['online', 'offline']), {
    timeoutMs: 8_000,
  })
  expect(ofBen.map(({ status }) => status)).toEqual(['online'])
  expect(await statusOf(ben)).toBe('online')
}, 15_000)

test('a new owner asks the gateways, and calls nobody offline whom they hold', async () => {
  await using other = await startWorld(times)
  const [ada, ben] = [other.person(), other.person()]
  const told = await follow(ada, other)
  using gateway = startGateway(other)
  await gateway.report({ online: [ada] })
  await other.service[Symbol.asyncDispose]()
  const settled = new Set<number>()
  other.bus.nats.subscribe(subjects.broadcast(presenceBroadcasts.settled), {
    callback: (_err, msg) => void settled.add(msg.json<{ lane: number }>().lane),
  })
  const before = gateway.asked.length
  await using _next = await other.start()

  // Until every gateway that lives has been heard, it is not known who is offline.
  expect(await statusOf(ben, other)).toBeNull()
  await eventually(() => expect(new Set(gateway.asked.slice(before)).size).toBe(4))
  await eventually(async () => expect(await statusOf(ada, other)).toBe('online'))
  await eventually(async () => expect(await statusOf(ben, other)).toBe('offline'))
  expect(settled.size).toBe(0)
  await eventually(() => expect(settled.size).toBe(4), { timeoutMs: 6_000 })
  expect(await statusOf(ada, other)).toBe('online')
  expect(told.map(({ status }) => status)).toEqual(['online', 'online'])
}, 20_000)

test('seen are those with whom one shares an open conversation, as long as neither blocks nor hides', async () => {
  const [ada, ben, cat, dan, eve] = Array.from({ length: 5 }, () => world.person())
  const people = [ben, cat, dan, eve] as Person[]
  const see4 = (who = ada as Person) => see(who, people)
  await world.direct(ada as Person, ben as Person)
  await group(ada as Person, [cat as Person])
  await group(ada as Person, [dan as Person], 'broadcast')
  expect(await see4()).toEqual({ visible: [ben?.user_id, cat?.user_id], hidden: [] })

  await world.bus.call(setBlock, { ...pair(ben, ada), is_blocked: true })
  await world.bus.call(setPrivacy, { presence: false }, { caller: cat as Person })
  expect(await see4()).toEqual({ visible: [], hidden: [ben?.user_id, cat?.user_id] })

  await world.bus.call(setBlock, { ...pair(ben, ada), is_blocked: false })
  await world.bus.call(setPrivacy, { presence: true }, { caller: cat as Person })
  await world.bus.call(setPrivacy, { presence: false }, { caller: ada as Person })
  expect(await see4()).toEqual({ visible: [], hidden: [ben?.user_id, cat?.user_id] })
  expect(await see(ada as Person, [ada as Person])).toEqual({ visible: [], hidden: [] })
})

const pair = (blocker?: Person, blocked?: Person) => ({
  blocker_id: blocker?.user_id as number,
  blocked_id: blocked?.user_id as number,
})

test('contacts are those whom one may see, of the newest conversation first, and no more than asked for', async () => {
  const [ada, ben, cat, dan] = [world.person(), world.person(), world.person(), world.person()]
  await world.direct(ada, ben)
  await group(ada, [cat, ben])
  await group(ada, [dan], 'broadcast')
  const list = async (limit: number) =>
    (await world.bus.call(listContacts, { limit }, { caller: ada })).user_ids

  expect(await list(10)).toEqual([ben.user_id, cat.user_id].toSorted((a, b) => a - b))
  expect(await list(1)).toHaveLength(1)
})

test('what ends the right to see makes gateways ask again: a block, a departure, an end, a switch', async () => {
  const [ada, ben, cat] = [world.person(), world.person(), world.person()]
  const [toAda, toBen, toCat] = [await unwatched(ada), await unwatched(ben), await unwatched(cat)]
  const all = () => [toAda, toBen, toCat].map((list) => list.splice(0))
  const ids = [ada, ben, cat].map(({ user_id }) => user_id)
  const [a, b, c] = ids as [number, number, number]
  const id = await group(ada, [ben, cat])
  const settle = () => world.bus.nats.flush()

  await world.bus.call(setBlock, { ...pair(ada, ben), is_blocked: true })
  await settle()
  expect(all()).toEqual([[[b]], [[a]], []])
  await world.bus.call(setBlock, { ...pair(ada, ben), is_blocked: false })

  await world.bus.call(removeMember, { conversation_id: id, user_id: c }, { caller: cat })
  await settle()
  expect(all()).toEqual([[[c]], [[c]], [[a, b]]])

  await world.bus.call(addMembers, { conversation_id: id, user_ids: [c] }, { caller: ada })
  await world.bus.call(closeConversation, { conversation_id: id }, { caller: ada })
  await settle()
  expect(all()).toEqual([[ids], [ids], [ids]])

  const match = {
    match_id: 9 * 256,
    user_ids: [a, b].toSorted((x, y) => x - y) as [number, number],
    generation: 1,
  }
  await world.bus.call(openMatchConversation, { ...match, created_at: timestamp(new Date()) })
  await world.bus.call(closeMatchConversation, match)
  await settle()
  expect(all()).toEqual([[[a, b]], [[a, b]], []])

  const ofCat = await follow(cat)
  await world.bus.call(setPrivacy, { presence: false }, { caller: cat })
  await settle()
  expect(all()).toEqual([[], [], ['all']])
  expect(ofCat).toEqual([{ unwatch: true }])
})

test('the end of a support conversation makes the gateways of its person and of all staff ask again', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  const { conversation } = await world.bus.call(openConversation, { kind: 'support' }, { caller: ada })
  const lists = [await unwatched(ada), await unwatched(amy)]

  await world.bus.call(closeConversation, { conversation_id: conversation.id }, { caller: amy })
  await world.bus.nats.flush()

  const both = [ada.user_id, amy.user_id]
  expect(lists).toEqual([[both], [both]])
  const { visible } = await world.bus.call(watch, { user_ids: [ada.user_id] }, { caller: amy })
  expect(visible).toEqual([])
})

test('who is staff no more has the gateways ask again, of whom they watch and of who watches them', async () => {
  const amy = await agent(world)
  const [toAmy, ofAmy] = [await unwatched(amy), await follow(amy)]

  await giveRole(world, amy, { role: 'user', version: 3 })

  await eventually(() => expect([toAmy, ofAmy]).toEqual([['all'], [{ unwatch: true }]]))
})

test('in a conversation that grows beyond 256 nobody sees another any more', async () => {
  const people = Array.from({ length: 257 }, () => world.person())
  const [ada, ben, ...others] = people as [Person, Person, ...Person[]]
  const last = others.pop() as Person
  const id = await group(ada, [ben])
  const add = (joining: readonly Person[]) => {
    const user_ids = joining.map(({ user_id }) => user_id)
    return world.bus.call(addMembers, { conversation_id: id, user_ids }, { caller: ada })
  }
  for (let i = 0; i < others.length; i += 100) await add(others.slice(i, i + 100))
  expect(await see(ada, [ben])).toEqual({ visible: [ben.user_id], hidden: [] })
  const toBen = await unwatched(ben)

  await add([last])
  await world.bus.nats.flush()

  expect(toBen).toHaveLength(1)
  expect(toBen[0]).toContain(ada.user_id)
  expect(await see(ada, [ben])).toEqual({ visible: [], hidden: [] })
})

test('what a gateway says of somebody of another lane is not taken: it goes by a number of lanes that was', async () => {
  await using two = await startWorld({ ...times, LANES: '2' })
  const told = { gateway: 'g1', online: [256 * 300 + 3], away: [], offline: [] }

  await expect(two.bus.call(reportPresence, { shard: 0, ...told })).rejects.toMatchObject({
    code: 'unavailable',
  })
  expect(await two.bus.call(reportPresence, { shard: 1, ...told })).toMatchObject({ lane: 1 })
})
