import {
  addMembers,
  closeConversation,
  deleteMessage,
  editMessage,
  getConversation,
  listContacts,
  listConversations,
  listMembers,
  listMessages,
  listSaved,
  markRead,
  openConversation,
  react,
  removeMember,
  saveMessage,
  sendMessage,
  setBlock,
  setTyping,
  shardOf,
  updateConversation,
  watch,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agent, giveRole } from './staff.ts'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const open = (caller: Caller, subject?: string, where = world) =>
  where.bus.call(openConversation, { kind: 'support', subject }, { caller })
const say = (conversation_id: number, content: string, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })
const get = (conversation_id: number, caller: Caller) =>
  world.bus.call(getConversation, { conversation_id }, { caller })
const list = async (caller: Caller, kind?: 'support' | 'direct') =>
  (await world.bus.call(listConversations, { kind }, { caller })).items
const cardIds = (people: readonly { id: number }[]): number[] => people.map(({ id }) => id)

test('20 racing requests open one support conversation, in the lane of the person, and its subject is its title', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  const frames = await world.frames(amy)

  const opened = await Promise.all(Array.from({ length: 20 }, () => open(ada, 'A refund')))

  const ids = new Set(opened.map(({ conversation }) => conversation.id))
  expect(ids.size).toBe(1)
  expect(opened.filter(({ existed }) => !existed)).toHaveLength(1)
  const { conversation } = await open(ada, 'Another matter')
  expect(conversation).toMatchObject({ kind: 'support', title: 'A refund', state: 'open' })
  expect(conversation.participants).toEqual([ada.card])
  expect(shardOf(conversation.id)).toBe(shardOf(ada.user_id))
  await eventually(() =>
    expect(frames.list).toMatchObject([
      { event: 'conversation.create', conversation: { title: 'A refund' } },
    ]),
  )
})

test('S4: staff is in every support conversation: each reads, writes, counts and gets all frames; typing and receipts reach the other side of a support conversation; who wrote is named', async () => {
  const [ada, amy, ben] = [world.person(), await agent(world), await agent(world)]
  const { id } = (await open(ada)).conversation
  await say(id, 'Hello?', ada)
  const [ofAda, ofBen] = [await world.frames(ada), await world.frames(ben)]

  expect(await get(id, amy)).toMatchObject({ unread_count: 1, read_seq: 0, last_message: { seq: 1 } })
  expect((await world.bus.call(listMessages, { conversation_id: id }, { caller: amy })).items).toHaveLength(1)
  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: amy })
  const answer = await say(id, 'Good morning', amy)
  await world.bus.call(react, { message_id: answer.message_id, emoji: '👍' }, { caller: ada })
  await world.bus.call(markRead, { conversation_id: id, seq: 1 }, { caller: ben })

  const types = [
    ...['typing_indicator', 'conversation_update', 'read_receipt', 'chat_message', 'message_reaction'],
    'read_receipt',
  ]
  for (const frames of [ofAda, ofBen])
    await eventually(() => expect(frames.list.map(({ type }) => type)).toEqual(types))
  expect(ofAda.list[1]).toMatchObject({ event: 'conversation.member_joined' })
  expect(await get(id, ada)).toMatchObject({ participants: [ada.card, amy.card], unread_count: 1 })
  expect(await get(id, ben)).toMatchObject({
    participants: [ada.card, amy.card],
    unread_count: 1,
    read_seq: 1,
  })
  expect(await get(id, amy)).toMatchObject({ unread_count: 0, read_seq: 2 })
  const { items } = await world.bus.call(listMembers, { conversation_id: id }, { caller: ben })
  expect(cardIds(items.map(({ user }) => user))).toEqual([ada.user_id, amy.user_id])
})

test('S4: a person is in their own support conversation alone; staff sees no conversation of another kind', async () => {
  const [ada, ben, amy] = [world.person(), world.person(), await agent(world)]
  const support = (await open(ada)).conversation
  const direct = await world.direct(ada, ben)

  for (const [id, caller] of [
    [direct.id, amy],
    [support.id, ben],
  ] as const) {
    const code = 'conversation_not_found'
    await expect(get(id, caller)).rejects.toMatchObject({ code })
    await expect(say(id, 'x', caller)).rejects.toMatchObject({ code })
    await expect(world.bus.call(listMessages, { conversation_id: id }, { caller })).rejects.toMatchObject({
      code,
    })
    await expect(
      world.bus.call(closeConversation, { conversation_id: id }, { caller }),
    ).rejects.toMatchObject({ code })
  }
  expect(await list(ben, 'support')).toEqual([])
  expect(cardIds(await list(amy))).not.toContain(direct.id)
})

test('who is staff no more gets and sees nothing of it, and stays named where they wrote', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  const { id } = (await open(ada)).conversation
  const { message_id } = await say(id, 'How can I help?', amy)
  await world.bus.call(saveMessage, { message_id }, { caller: amy })
  await giveRole(world, amy, { role: 'user', version: 3 })
  const frames = await world.frames(amy)

  await say(id, `A secret, @${amy.card.username}`, ada)
  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: ada })

  await expect(get(id, amy)).rejects.toMatchObject({ code: 'conversation_not_found' })
  await expect(say(id, 'x', amy)).rejects.toMatchObject({ code: 'conversation_not_found' })
  await expect(
    world.bus.call(editMessage, { message_id, content: 'x' }, { caller: amy }),
  ).rejects.toMatchObject({ code: 'message_not_found' })
  expect(await list(amy)).toEqual([])
  expect((await world.bus.call(listSaved, {}, { caller: amy })).items).toEqual([])
  expect((await get(id, ada)).participants).toEqual([ada.card, amy.card])
  await world.bus.nats.flush()
  expect(frames.list).toEqual([])
})

test('staff closes it, after which the person opens another; nobody manages it like a group', async () => {
  const [ada, amy, ben] = [world.person(), await agent(world), world.person()]
  const { id } = (await open(ada, 'First')).conversation
  const { message_id } = await say(id, 'Hello?', ada)
  const conversation = { conversation_id: id }
  const frames = await world.frames(ada)

  for (const caller of [ada, amy]) {
    for (const attempt of [
      world.bus.call(updateConversation, { ...conversation, title: 'x' }, { caller }),
      world.bus.call(addMembers, { ...conversation, user_ids: [ben.user_id] }, { caller }),
      world.bus.call(removeMember, { ...conversation, user_id: amy.user_id }, { caller }),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'forbidden' })
  }
  await expect(world.bus.call(closeConversation, conversation, { caller: ada })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(world.bus.call(deleteMessage, { message_id }, { caller: amy })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await world.bus.call(closeConversation, conversation, { caller: amy })
  await expect(say(id, 'One more thing', ada)).rejects.toMatchObject({ code: 'conversation_closed' })
  const next = await open(ada, 'Second')

  expect(next).toMatchObject({ existed: false, conversation: { title: 'Second', state: 'open' } })
  expect(next.conversation.id).not.toBe(id)
  expect(await open(ada)).toMatchObject({ existed: true, conversation: { id: next.conversation.id } })
  await eventually(() =>
    expect(frames.list.map(({ event }) => event)).toEqual(['conversation.close', 'conversation.create']),
  )
  expect((await list(ada, 'support')).map(({ state }) => state)).toEqual(['open', 'closed'])
})

test('one is closed and the next opened in the same moment', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  let { id } = (await open(ada)).conversation
  for (let round = 0; round < 10; round++) {
    // While the batch of the message is written, the two gather for the next one, in either order.
    const said = say(id, 'Hello?', ada)
    await new Promise((resolve) => setImmediate(resolve))
    const closed = world.bus.call(closeConversation, { conversation_id: id }, { caller: amy })
    await Promise.all([said, closed, open(ada)])

    const { conversation } = await open(ada)
    expect(conversation.state).toBe('open')
    id = conversation.id
  }
})

test('S4: staff lists all support conversations, with what is unread, and its own ones by activity, page by page', async () => {
  await using other = await startWorld()
  const [ada, ben, amy] = [other.person(), other.person(), await agent(other)]
  const write = (conversation_id: number, caller: Person) =>
    other.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })
  const support = [
    (await open(ada, 'a', other)).conversation.id,
    (await open(ben, 'b', other)).conversation.id,
  ]
  const direct = (await other.direct(amy, ben)).id
  const own = (await open(amy, 'c', other)).conversation.id
  for (const [id, who] of [
    [support[1], ben],
    [direct, amy],
    [own, amy],
    [support[0], ada],
  ] as const)
    await write(id as number, who)

  const listed: number[] = []
  for (let cursor: string | undefined; ;) {
    const page = await other.bus.call(listConversations, { limit: 1, cursor }, { caller: amy })
    listed.push(...cardIds(page.items))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }

  expect(listed).toEqual([support[0], own, direct, support[1]])
  const { items } = await other.bus.call(listConversations, {}, { caller: amy })
  expect(items.map(({ unread_count }) => unread_count)).toEqual([1, 0, 0, 1])
  const kinds = async (kind: 'direct' | 'support') =>
    cardIds((await other.bus.call(listConversations, { kind }, { caller: amy })).items)
  expect(await kinds('support')).toEqual([support[0], own, support[1]])
  expect(await kinds('direct')).toEqual([direct])
})

test('what staff has read outlives the process, and so does who is staff', async () => {
  await using other = await startWorld()
  const [ada, amy] = [other.person(), await agent(other)]
  const conversation_id = (await open(ada, 'x', other)).conversation.id
  const write = (caller: Person) =>
    other.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })
  await write(ada)
  await other.bus.call(markRead, { conversation_id, seq: 1 }, { caller: amy })
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()
  const frames = await other.frames(amy)
  await eventually(() => write(ada))

  const read = await other.bus.call(markRead, { conversation_id, seq: 1 }, { caller: amy })

  expect(read).toMatchObject({ read_seq: 1, unread_count: 1 })
  await eventually(() => expect(frames.list).toMatchObject([{ type: 'chat_message', seq: 2 }]))
  expect(await open(ada, 'y', other)).toMatchObject({ existed: true, conversation: { id: conversation_id } })
  const seen = await other.bus.call(getConversation, { conversation_id }, { caller: ada })
  expect(seen.participants).toEqual([ada.card])
})

test('staff sees the presence of who has an open support conversation, until it is staff no more', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  const { id } = (await open(ada)).conversation
  await say(id, 'How can I help?', amy)
  const seenBy = async (caller: Caller, { user_id }: Caller) =>
    (await world.bus.call(watch, { user_ids: [user_id] }, { caller })).visible.length
  const others = async (caller: Caller) =>
    (await world.bus.call(listContacts, { limit: 10 }, { caller })).user_ids

  expect([await seenBy(amy, ada), await seenBy(ada, amy)]).toEqual([1, 1])
  expect(await others(ada)).toEqual([amy.user_id])
  await giveRole(world, amy, { role: 'user', version: 3 })

  expect([await seenBy(amy, ada), await seenBy(ada, amy)]).toEqual([0, 0])
  expect([await others(ada), await others(amy)]).toEqual([[], []])
})

test('a block stops nobody in support', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  const { id } = (await open(ada)).conversation
  await world.bus.call(setBlock, { blocker_id: ada.user_id, blocked_id: amy.user_id, is_blocked: true })

  await say(id, 'I have blocked you', ada)
  expect(await say(id, 'I answer all the same', amy)).toMatchObject({ seq: 2 })
})
