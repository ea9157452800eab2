import {
  getConversation,
  listConversations,
  markRead,
  markUnread,
  openConversation,
  putDraft,
  recountUnread,
  sendMessage,
  updateConversation,
  type Caller,
  type Params,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from './query.ts'
import { syncFrom } from './sync-from.ts'
import { clientId, startWorld, type Frames, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, caller: Caller, more: Partial<Params<typeof sendMessage>> = {}) =>
  world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId(), ...more }, { caller })
const view = (conversation_id: number, caller: Caller) =>
  world.bus.call(getConversation, { conversation_id }, { caller })
const update = (caller: Caller, input: Params<typeof updateConversation>) =>
  world.bus.call(updateConversation, input, { caller })
const read = (conversation_id: number, seq: number, caller: Caller) =>
  world.bus.call(markRead, { conversation_id, seq }, { caller })
const unread = (conversation_id: number, caller: Caller, seq?: number) =>
  world.bus.call(markUnread, { conversation_id, seq }, { caller })

const updates = ({ list }: Pick<Frames, 'list'>) => list.filter(({ type }) => type === 'conversation_update')
const later = '2999-01-01T00:00:00.000Z'

async function pair() {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  return { ada, ben, id }
}

test('what a conversation is to one person: their devices are told and caught up, nobody else learns of it', async () => {
  const { ada, ben, id } = await pair()
  const [before, others] = [await syncFrom(world.bus, ada), await syncFrom(world.bus, ben)]
  const [own, foreign] = [await world.frames(ada), await world.frames(ben)]
  const mine = { muted_until: later, is_pinned: true, is_archived: true }

  const updated = await update(ada, { conversation_id: id, ...mine })
  await update(ada, { conversation_id: id, is_pinned: true })

  expect(updated).toMatchObject(mine)
  const told = { type: 'conversation_update', event: 'conversation.update', conversation: mine }
  await eventually(() => expect(own.list).toMatchObject([told]))
  expect(await view(id, ada)).toMatchObject(mine)
  expect(await view(id, ben)).toMatchObject({ muted_until: null, is_pinned: false, is_archived: false })
  const missed = await syncFrom(world.bus, ada, before.cursor)
  expect(missed.frames).toMatchObject([told])
  expect((await syncFrom(world.bus, ada, missed.cursor)).frames).toEqual([])
  expect((await syncFrom(world.bus, ben, others.cursor)).frames).toEqual([])
  expect(foreign.list).toEqual([])
})

test('a time that is past unmutes; with no field at all there is nothing to do', async () => {
  const { ada, id } = await pair()
  await update(ada, { conversation_id: id, muted_until: later })

  const unmuted = await update(ada, { conversation_id: id, muted_until: '2000-01-01T00:00:00.000Z' })

  expect(unmuted.muted_until).toBeNull()
  await expect(update(ada, { conversation_id: id })).rejects.toMatchObject({ code: 'invalid' })
  await expect(update(world.person(), { conversation_id: id, is_pinned: true })).rejects.toMatchObject({
    code: 'conversation_not_found',
  })
})

test('a plain member mutes a group and cannot rename it; a refused field takes the others with it', async () => {
  const [owner, ada] = [world.person(), world.person()]
  const input = { kind: 'group' as const, title: 'Chess', user_ids: [ada.user_id] }
  const { conversation } = await world.bus.call(openConversation, input, { caller: owner })
  const { id } = conversation

  await expect(update(ada, { conversation_id: id, title: 'Go', is_pinned: true })).rejects.toMatchObject({
    code: 'forbidden',
  })

  expect(await view(id, ada)).toMatchObject({ title: 'Chess', is_pinned: false })
  expect(await update(ada, { conversation_id: id, is_archived: true })).toMatchObject({ is_archived: true })
})

test('the list keeps its order and can be narrowed to what is archived; a new message leaves it archived', async () => {
  const ada = world.person()
  const [first, second] = [await world.direct(ada, world.person()), await world.direct(ada, world.person())]
  const list = async (archived?: boolean) =>
    (await world.bus.call(listConversations, { archived }, { caller: ada })).items.map(({ id }) => id)

  await update(ada, { conversation_id: first.id, is_archived: true })

  expect(await list()).toEqual([second.id, first.id])
  expect(await list(true)).toEqual([first.id])
  expect(await list(false)).toEqual([second.id])
  await say(first.id, ada)
  expect(await list(true)).toEqual([first.id])
})

test('the list can be narrowed to what is unread: by messages, or by a mark', async () => {
  const ada = world.person()
  const [ben, cleo] = [world.person(), world.person()]
  const [bens, cleos] = [await world.direct(ada, ben), await world.direct(ada, cleo)]
  const list = async () =>
    (await world.bus.call(listConversations, { unread: true }, { caller: ada })).items.map(({ id }) => id)
  expect(await list()).toEqual([])

  await say(bens.id, ben)
  await say(cleos.id, ada)
  expect(await list()).toEqual([bens.id])
  await say(cleos.id, cleo)
  expect(await list()).toEqual([cleos.id, bens.id])
  await read(bens.id, 1, ada)
  expect(await list()).toEqual([cleos.id])
  await read(cleos.id, 2, ada)
  await unread(bens.id, ada)

  expect(await list()).toEqual([bens.id])
})

test('a mark counts messages of others only, stays private, and goes when its owner reads', async () => {
  const { ada, ben, id } = await pair()
  for (const who of [ben, ada, ben, ada, ben]) await say(id, who)
  await read(id, 5, ada)
  const before = await syncFrom(world.bus, ada)
  const [own, foreign] = [await world.frames(ada), await world.frames(ben)]

  expect(await unread(id, ada)).toEqual({ conversation_id: id, read_seq: 5, unread_count: 1 })
  expect(await unread(id, ada)).toMatchObject({ unread_count: 1 })
  expect(await unread(id, ada, 2)).toMatchObject({ read_seq: 5, unread_count: 2 })

  expect(await view(id, ada)).toMatchObject({ read_seq: 5, unread_count: 2 })
  const { frames } = await syncFrom(world.bus, ada, before.cursor)
  expect(frames).toMatchObject([{ type: 'conversation_update', conversation: { unread_count: 2 } }])
  await say(id, ben)
  expect(await view(id, ada)).toMatchObject({ unread_count: 3 })
  expect(await read(id, 6, ada)).toMatchObject({ unread_count: 0 })
  await eventually(() =>
    expect(updates(own)).toMatchObject([1, 2, 0].map((unread_count) => ({ conversation: { unread_count } }))),
  )
  expect(foreign.list.map(({ type }) => type)).toEqual(['chat_message', 'read_receipt'])
})

test('a mark goes with an own message, and with a receipt that moves nothing', async () => {
  const { ada, ben, id } = await pair()
  await say(id, ben)
  await read(id, 1, ada)
  await unread(id, ada)
  const own = await world.frames(ada)

  await read(id, 1, ada)
  expect(await view(id, ada)).toMatchObject({ unread_count: 0 })
  await unread(id, ada)
  await say(id, ada)

  expect(await view(id, ada)).toMatchObject({ unread_count: 0 })
  await eventually(() => expect(updates(own)).toHaveLength(3))
  expect(updates(own).at(-1)).toMatchObject({ conversation: { unread_count: 0, last_seq: 2 } })
})

test('nothing of others: nothing to mark; what is not there cannot be marked', async () => {
  const { ada, id } = await pair()
  await say(id, ada)

  expect(await unread(id, ada)).toMatchObject({ unread_count: 0 })
  await expect(unread(id, ada, 2)).rejects.toMatchObject({ code: 'message_not_found' })
  await expect(unread(id, world.person())).rejects.toMatchObject({ code: 'conversation_not_found' })
})

test('a draft follows its writer, and goes with what they send, but not with an answer in a thread', async () => {
  const { ada, ben, id } = await pair()
  const { message_id } = await say(id, ben)
  const before = await syncFrom(world.bus, ada)
  const [own, foreign] = [await world.frames(ada), await world.frames(ben)]
  const put = (content: string) => world.bus.call(putDraft, { conversation_id: id, content }, { caller: ada })

  expect((await put('dear')).draft).toMatchObject({ content: 'dear' })
  await put('dear')
  await say(id, ada, { parent_message_id: message_id })
  const { frames } = await syncFrom(world.bus, ada, before.cursor)
  expect(frames[0]).toMatchObject({
    type: 'conversation_update',
    conversation: { draft: { content: 'dear' } },
  })
  expect(await view(id, ben)).toMatchObject({ draft: null })
  await say(id, ada, { content: 'dear Ben' })

  await eventually(() =>
    expect(updates(own)).toMatchObject([
      { conversation: { draft: { content: 'dear' } } },
      { conversation: { draft: null, last_seq: 3 } },
    ]),
  )
  expect((await view(id, ada)).draft).toBeNull()
  await put('again')
  expect((await put('')).draft).toBeNull()
  expect(updates(foreign)).toEqual([])
})

test('a recount finds nothing wrong, and mends what was stored wrongly', async () => {
  await using other = await startWorld()
  const [ada, ben] = [other.person(), other.person()]
  const { id } = await other.direct(ada, ben)
  const recount = () => other.bus.call(recountUnread, { conversation_id: id }, { caller: ada })
  for (const content of ['one', 'two'])
    await other.bus.call(sendMessage, { conversation_id: id, content }, { caller: ben })
  expect(await recount()).toEqual({ conversation_id: id, read_seq: 0, unread_count: 2, was: 2 })
  await other.service[Symbol.asyncDispose]()
  await query(
    other,
    'update conversation set text_count = 7; update member set unread_extra = 1, read_texts = 1',
  )
  await using _next = await other.start()
  const own = await other.frames(ada)

  expect(await recount()).toMatchObject({ unread_count: 2, was: 7 })

  expect(await recount()).toMatchObject({ unread_count: 2, was: 2 })
  await eventually(() => expect(updates(own)).toMatchObject([{ conversation: { unread_count: 2 } }]))
  await other.bus.call(markRead, { conversation_id: id, seq: 1 }, { caller: ada })
  const mended = await other.bus.call(getConversation, { conversation_id: id }, { caller: ada })
  expect(mended.unread_count).toBe(1)
})
