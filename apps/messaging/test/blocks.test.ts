import {
  addMembers,
  addReaction,
  deleteMessage,
  editMessage,
  listMessages,
  openConversation,
  react,
  sendMessage,
  setBlock,
  setTyping,
  type Caller,
} from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })

const block = (blocker: Person, blocked: Person, is_blocked = true) =>
  world.bus.call(setBlock, { blocker_id: blocker.user_id, blocked_id: blocked.user_id, is_blocked })

test('T78: after a block neither of the two can write to the other; what was said stays readable', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await say(id, ada)

  await block(ada, ben)

  for (const caller of [ada, ben]) {
    await expect(say(id, caller)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await world.bus.call(listMessages, { conversation_id: id }, { caller })).items).toHaveLength(1)
  }
})

test("T78: across a block nobody reacts or edits, both ways; what is one's own can be taken back and deleted", async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const [first, second] = [await say(id, ada), await say(id, ben)]
  const other = { message_id: second.message_id, emoji: '👍' }
  await world.bus.call(addReaction, other, { caller: ada })
  await block(ada, ben)

  for (const [caller, { message_id }, own] of [
    [ada, second, first],
    [ben, first, second],
  ] as const) {
    const forbidden = { code: 'forbidden' }
    const reaction = { message_id, emoji: '❤️' }
    await expect(world.bus.call(addReaction, reaction, { caller })).rejects.toMatchObject(forbidden)
    await expect(world.bus.call(react, reaction, { caller })).rejects.toMatchObject(forbidden)
    const edit = { message_id: own.message_id, content: `@${ada.card.username} @${ben.card.username}` }
    await expect(world.bus.call(editMessage, edit, { caller })).rejects.toMatchObject(forbidden)
  }
  expect(await world.bus.call(react, other, { caller: ada })).toMatchObject({ action: 'removed' })
  await world.bus.call(deleteMessage, { message_id: first.message_id }, { caller: ada })
  await world.bus.call(deleteMessage, { message_id: second.message_id }, { caller: ben })
  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: ben })
  expect(items.map(({ is_deleted }) => is_deleted)).toEqual([true, true])
})

test('what is told of a block again, and is older than what is known, changes nothing, in a later process neither', async () => {
  await using other = await startWorld()
  const [ada, ben] = [other.person(), other.person()]
  const { id } = await other.direct(ada, ben)
  const pair = { blocker_id: ada.user_id, blocked_id: ben.user_id }
  const tell = (is_blocked: boolean, version: number) =>
    other.bus.call(setBlock, { ...pair, is_blocked, version })
  const send = () =>
    other.bus.call(sendMessage, { conversation_id: id, content: 'x', client_id: clientId() }, { caller: ben })

  await tell(true, 5)
  await tell(false, 6)
  await tell(true, 5)
  await send()

  await tell(true, 7)
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()
  await tell(false, 6)
  await expect(send()).rejects.toMatchObject({ code: 'forbidden' })
  await tell(false, 8)
  await send()
})

test('a block holds for a conversation that is not opened yet, and for a process that starts later', async () => {
  await using other = await startWorld()
  const [ada, ben] = [other.person(), other.person()]
  await other.bus.call(setBlock, { blocker_id: ada.user_id, blocked_id: ben.user_id, is_blocked: true })
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()

  const open = other.bus.call(openConversation, { kind: 'direct', user_id: ada.user_id }, { caller: ben })
  await expect(open).rejects.toMatchObject({ code: 'forbidden' })
  const send = other.bus.call(
    sendMessage,
    { receiver_id: ben.user_id, content: 'x', client_id: clientId() },
    { caller: ada },
  )
  await expect(send).rejects.toMatchObject({ code: 'forbidden' })
})

test("taking one's block back leaves the other's in force", async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await block(ada, ben)
  await block(ben, ada)
  await block(ada, ben, false)
  await expect(say(id, ben)).rejects.toMatchObject({ code: 'forbidden' })

  await block(ben, ada, false)

  expect(await say(id, ben)).toMatchObject({ seq: 1 })
})

test('typing does not reach who is blocked', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await block(ada, ben)
  const frames = await world.frames(ben)

  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: ada })
  await world.bus.nats.flush()

  expect(frames.list).toEqual([])
})

test('in a group, typing passes between all but those of whom one blocks the other', async () => {
  const [ada, ben, cat] = [world.person(), world.person(), world.person()]
  const user_ids = [ben.user_id, cat.user_id]
  const made = await world.bus.call(
    openConversation,
    { kind: 'group', title: 'g', user_ids },
    { caller: ada },
  )
  await block(ada, ben)
  const frames = [await world.frames(ada), await world.frames(ben), await world.frames(cat)]

  for (const caller of [ada, ben])
    await world.bus.call(setTyping, { conversation_id: made.conversation.id, is_typing: true }, { caller })
  await world.bus.nats.flush()

  const typists = frames.map(({ list }) => list.map((frame) => frame['user_id']))
  expect(typists).toEqual([[], [], [ada.user_id, ben.user_id]])
})

test('T78: across a block nobody takes the other into a group; who is in one with them already stays', async () => {
  const [ada, ben, cat] = [world.person(), world.person(), world.person()]
  const make = (caller: Person, others: readonly Person[], client_id = clientId()) => {
    const user_ids = others.map(({ user_id }) => user_id)
    return world.bus.call(openConversation, { kind: 'group', title: 'g', user_ids, client_id }, { caller })
  }
  const key = clientId()
  const both = (await make(cat, [ada, ben])).conversation.id
  const bens = (await make(ben, [cat], key)).conversation.id
  const add = (conversation_id: number, caller: Person, { user_id }: Person) =>
    world.bus.call(addMembers, { conversation_id, user_ids: [user_id] }, { caller })

  await block(ada, ben)

  const nobody = { code: 'user_not_found' }
  await expect(make(ben, [ada, cat])).rejects.toMatchObject(nobody)
  await expect(make(ada, [ben])).rejects.toMatchObject(nobody)
  await expect(add(bens, ben, ada)).rejects.toMatchObject(nobody)
  expect(await make(ben, [cat], key)).toMatchObject({ existed: true })
  expect(await add(both, cat, ben)).toMatchObject({ items: [{ user: { id: ben.user_id } }] })
  expect(await add(bens, ben, cat)).toMatchObject({ items: [{ user: { id: cat.user_id } }] })
})
