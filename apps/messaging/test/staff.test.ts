import {
  getConversation,
  listConversations,
  listSaved,
  openConversation,
  putDraft,
  sendMessage,
  setPrivacy,
  setTyping,
  sync,
  markRead,
  markUnread,
  saveMessage,
  updateConversation,
  type Caller,
} from '@parley/protocol'
import { parseReply } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agent, giveRole, isStaffCursor, tellChanged } from './staff.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const open = async (caller: Caller) =>
  (await world.bus.call(openConversation, { kind: 'support' }, { caller })).conversation.id
const say = (conversation_id: number, content: string, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })
const cursorOf = async (caller: Caller) => (await world.bus.call(sync, {}, { caller })).cursor
const isStaff = async (caller: Caller) => isStaffCursor(await cursorOf(caller))

async function replay(caller: Caller, cursor: string) {
  const reply = await world.bus.forward(sync, { caller, trace_id: 't', input: { cursor } })
  const { cursor: next } = parseReply(reply) as { cursor: string }
  const frames = reply
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { frames, next }
}

test('an older event does not overwrite a newer one', async () => {
  const person = world.person()
  await giveRole(world, person, { role: 'agent', version: 5 })

  tellChanged(world, { card: { ...person.card, username: 'old' }, role: 'user', version: 4 })
  tellChanged(world, { card: person.card, role: 'admin', version: 6 })
  await eventually(async () => expect(await isStaff(person)).toBe(true))
  await giveRole(world, person, { role: 'user', version: 7 })
  tellChanged(world, { card: person.card, role: 'agent', version: 6 })
  // What follows is handled after it.
  await agent(world)

  expect(await isStaff(person)).toBe(false)
})

test('a resume replays to staff what changed in every support conversation, what it wrote elsewhere included', async () => {
  const [ada, amy] = [world.person(), await agent(world)]
  const id = await open(ada)
  await say(id, 'before', ada)
  const cursor = await cursorOf(amy)
  await say(id, 'after', ada)
  await world.bus.call(markRead, { conversation_id: id, seq: 1 }, { caller: ada })

  const missed = await replay(amy, cursor)
  const again = await replay(amy, missed.next)
  await world.bus.call(putDraft, { conversation_id: id, content: 'Dear Ada' }, { caller: amy })
  const own = await replay(amy, missed.next)

  expect(missed.frames).toMatchObject([
    { type: 'chat_message', conversation_id: id, message: { content: 'after' } },
    ...[{ type: 'read_receipt', user_id: ada.user_id }, { type: 'delivery_receipt' }],
  ])
  expect(again.frames).toEqual([])
  expect(own.frames).toMatchObject([
    { type: 'conversation_update', conversation: { id, draft: { content: 'Dear Ada' } } },
  ])
})

test('who becomes staff finds all open support conversations in the list and in the next sync, once', async () => {
  await using other = await startWorld()
  const ask = async (caller: Caller) =>
    (await other.bus.call(openConversation, { kind: 'support' }, { caller })).conversation.id
  const ids = [await ask(other.person()), await ask(other.person())].sort((a, b) => a - b)
  const amy = other.person()
  const { cursor } = await other.bus.call(sync, {}, { caller: amy })
  await giveRole(other, amy, { role: 'admin', version: 2 })

  const reply = await other.bus.forward(sync, { caller: amy, trace_id: 't', input: { cursor } })

  const { cursor: next } = parseReply(reply) as { cursor: string }
  const frames = reply.split('\n').slice(1)
  expect(frames.map((line) => JSON.parse(line) as unknown)).toMatchObject(
    ids.map((id) => ({ event: 'conversation.create', conversation: { id, unread_count: 0 } })),
  )
  const after = await other.bus.forward(sync, { caller: amy, trace_id: 't', input: { cursor: next } })
  expect(after.split('\n')).toHaveLength(1)
  const { items } = await other.bus.call(listConversations, {}, { caller: amy })
  expect(items.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ids)
})

test('the cursor of who was staff begins anew', async () => {
  const amy = await agent(world)
  const cursor = await cursorOf(amy)

  await giveRole(world, amy, { role: 'user', version: 3 })

  await expect(world.bus.call(sync, { cursor }, { caller: amy })).rejects.toMatchObject({
    code: 'cursor_reset',
  })
})

test('what a staff member shares holds in support too, both ways and at once', async () => {
  const [ada, amy, ben] = [world.person(), await agent(world), await agent(world)]
  const id = await open(ada)
  await say(id, 'Hello?', ada)
  await world.bus.call(setPrivacy, { receipts: false, typing: false }, { caller: amy })
  const [ofAda, ofAmy] = [await world.frames(ada), await world.frames(amy)]

  for (const caller of [amy, ben]) {
    await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller })
    await world.bus.call(markRead, { conversation_id: id, seq: 1 }, { caller })
  }

  await eventually(() =>
    expect(ofAda.list).toMatchObject([
      { type: 'typing_indicator', user_id: ben.user_id },
      { type: 'read_receipt', user_id: ben.user_id },
    ]),
  )
  expect(ofAmy.list).toMatchObject([{ type: 'read_receipt', user_id: amy.user_id }])
  expect(await world.bus.call(getConversation, { conversation_id: id }, { caller: amy })).toMatchObject({
    unread_count: 0,
  })
})

// Last, because the other process takes half of the lanes with it when it ends.
test('every process goes by a change of role', async () => {
  await using _second = await world.start()
  const amy = world.person()
  const people = Array.from({ length: 8 }, () => world.person())
  // Half of the lanes are on their way to the other process.
  const ids = await Promise.all(people.map((person) => eventually(() => open(person))))
  const canRead = async () => {
    for (const conversation_id of ids)
      await world.bus.call(markRead, { conversation_id, seq: 1 }, { caller: amy })
  }
  const code = async () =>
    canRead().then(
      () => 'done',
      (err: { code: string }) => err.code,
    )

  tellChanged(world, { card: amy.card, role: 'agent', version: 2 })
  await eventually(async () => expect(await code()).toBe('message_not_found'), { timeoutMs: 10_000 })
  tellChanged(world, { card: amy.card, role: 'user', version: 3 })
  await eventually(async () =>
    expect(
      await Promise.all(
        ids.map((conversation_id) =>
          world.bus.call(setTyping, { conversation_id, is_typing: true }, { caller: amy }).then(
            () => 'done',
            (err: { code: string }) => err.code,
          ),
        ),
      ),
    ).toEqual(ids.map(() => 'conversation_not_found')),
  )
})

test('staff mutes, pins, drafts, marks and saves in a conversation where it has done nothing else, and keeps it', async () => {
  await using other = await startWorld()
  const [ada, amy] = [other.person(), await agent(other)]
  const { conversation } = await other.bus.call(openConversation, { kind: 'support' }, { caller: ada })
  const conversation_id = conversation.id
  const write = (content: string) =>
    other.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller: ada })
  const { message_id } = await write('one')
  const frames = await other.frames(amy)
  const own = { is_pinned: true, is_archived: true, muted_until: '2999-01-01T00:00:00.000Z' }

  const marked = await other.bus.call(markUnread, { conversation_id, seq: 1 }, { caller: amy })
  await other.bus.call(saveMessage, { message_id }, { caller: amy })
  await other.bus.call(updateConversation, { conversation_id, ...own }, { caller: amy })
  await other.bus.call(putDraft, { conversation_id, content: 'dear' }, { caller: amy })
  await other.bus.call(markRead, { conversation_id, seq: 1 }, { caller: amy })
  await other.bus.call(markUnread, { conversation_id }, { caller: amy })
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()

  expect(marked).toMatchObject({ read_seq: 0, unread_count: 1 })
  await eventually(() => expect(frames.list.at(-1)).toMatchObject({ conversation: { unread_count: 1 } }))
  const kept = { ...own, draft: { content: 'dear' }, read_seq: 1, unread_count: 1, participants: [ada.card] }
  expect(await other.bus.call(getConversation, { conversation_id }, { caller: amy })).toMatchObject(kept)
  const saved = await other.bus.call(listSaved, {}, { caller: amy })
  expect(saved.items.map(({ id }) => id)).toEqual([message_id])
  await eventually(() => write('two'))
  const { items } = await other.bus.call(listConversations, {}, { caller: amy })
  expect(items).toMatchObject([{ ...kept, unread_count: 2 }])
  const unread = await other.bus.call(listConversations, { unread: true }, { caller: amy })
  expect(unread.items).toEqual([])
})
