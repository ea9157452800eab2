import {
  addMembers,
  attach,
  getConversation,
  limits,
  listConversations,
  listMembers,
  markRead,
  openConversation,
  pinMessage,
  react,
  removeMember,
  sendMessage,
  setTyping,
  sync,
  updateConversation,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syncFrom } from './sync-from.ts'
import { clientId, startWorld, type Frames, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, content: string, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })

const ids = (people: readonly Person[]): number[] => people.map(({ user_id }) => user_id)
const people = (count: number): Person[] => Array.from({ length: count }, () => world.person())
const typesOf = ({ list }: Frames): unknown[] => list.map(({ type, event }) => event ?? type)

async function grow(id: number, owner: Person, joining: readonly Person[]): Promise<void> {
  for (let at = 0; at < joining.length; at += limits.members_at_once) {
    const user_ids = ids(joining.slice(at, at + limits.members_at_once))
    await world.bus.call(addMembers, { conversation_id: id, user_ids }, { caller: owner })
  }
}

async function group(size: number) {
  const [owner, first, ...others] = people(size) as [Person, Person, ...Person[]]
  const { conversation } = await world.bus.call(
    openConversation,
    { kind: 'group', title: 'Chess', user_ids: [first.user_id], client_id: clientId() },
    { caller: owner },
  )
  await grow(conversation.id, owner, others)
  return { owner, others: [first, ...others], id: conversation.id }
}

test('the 257th member makes frames go to those who attach, and one who leaves makes them go to everyone again', async () => {
  const { owner, others, id } = await group(limits.small_conversation)
  const passive = others[0] as Person
  const topic = await world.topic(id)
  const frames = await world.frames(passive)
  const last = world.person()
  const lastFrames = await world.frames(last)

  await say(id, 'to each', owner)
  await grow(id, owner, [last])
  await say(id, 'to the topic', owner)
  await world.bus.call(removeMember, { conversation_id: id, user_id: last.user_id }, { caller: last })
  await say(id, 'to each again', owner)

  await eventually(() =>
    expect(typesOf(frames)).toEqual([
      'chat_message',
      'conversation.member_joined',
      'conversation.member_left',
      'chat_message',
      'chat_message',
      'bump',
    ]),
  )
  expect(frames.list[1]).toMatchObject({ conversation: { member_count: 257, participants: { length: 20 } } })
  expect(frames.list[2]).toMatchObject({ conversation: { member_count: 256, participants: { length: 256 } } })
  expect(lastFrames.list).toMatchObject([
    { event: 'conversation.create' },
    { detach: id },
    { event: 'conversation.member_left' },
  ])
  expect(topic.list).toMatchObject([
    { message: { system: { event: 'joined', user_ids: [last.user_id] } } },
    { message: { content: 'to the topic' } },
  ])
})

test('a pin in a large conversation is told to every member, and found by who syncs or loads', async () => {
  const { owner, others, id } = await group(limits.small_conversation + 1)
  const passive = others[0] as Person
  const { message_id } = await say(id, 'to be pinned', owner)
  const { cursor } = await syncFrom(world.bus, passive)
  const frames = [await world.frames(owner), await world.frames(passive)]

  await world.bus.call(pinMessage, { message_id }, { caller: owner })

  for (const told of frames)
    await eventually(() =>
      expect(told.list).toMatchObject([{ conversation: { pinned_message_ids: [message_id] } }]),
    )
  const view = await world.bus.call(getConversation, { conversation_id: id }, { caller: passive })
  expect(view.pinned_message_ids).toEqual([message_id])
  expect((await syncFrom(world.bus, passive, cursor)).frames).toMatchObject([
    { event: 'conversation.update', conversation: { pinned_message_ids: [message_id] } },
  ])
})

test('what happens in a large conversation is told once to its topic, and by a bump a window to its members', async () => {
  const { owner, others, id } = await group(260)
  const [reader, writer] = others as [Person, Person]
  const frames = await world.frames(reader)
  // The bump for those who joined.
  await eventually(() => expect(typesOf(frames)).toEqual(['bump']))
  const topic = await world.topic(id)
  const ownersFrames = await world.frames(owner)

  const sent = await Promise.all(
    Array.from({ length: 30 }, (_, i) => say(id, i ? `${i}` : `for @${reader.card.username}`, writer)),
  )
  const { message_id } = sent.at(-1) as (typeof sent)[number]
  await world.bus.call(react, { message_id, emoji: '👍' }, { caller: reader })
  await world.bus.call(markRead, { message_id }, { caller: reader })
  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: reader })

  await eventually(() => expect(typesOf(frames)).toEqual(['bump', 'notify', 'read_receipt', 'bump']))
  expect(frames.list.at(-1)).toEqual({ type: 'bump', conversation_id: id, last_seq: 33, last_rev: 34 })
  expect(typesOf(ownersFrames)).toEqual(['bump'])
  expect(typesOf(topic)).toEqual([...Array<string>(30).fill('chat_message'), 'message_reaction'])
  expect(topic.list.map(({ rev }) => rev)).toEqual(Array.from({ length: 31 }, (_, i) => 4 + i))
  expect(topic.list[0]).toMatchObject({ message: { mentions: [reader.user_id] } })
})

test('a large conversation shows who joined first, counts the rest, and pages them in the order they joined', async () => {
  const { owner, others, id } = await group(300)
  const caller = others[5] as Person
  const first = [owner, ...others].toSorted((a, b) => a.user_id - b.user_id)
  const start = await world.bus.call(sync, {}, { caller })

  const { items } = await world.bus.call(listConversations, {}, { caller })
  const renamed = await world.bus.call(
    updateConversation,
    { conversation_id: id, title: 'Go' },
    { caller: owner },
  )
  const got = await world.bus.call(getConversation, { conversation_id: id }, { caller })

  for (const view of [items[0], renamed, got]) {
    expect(view).toMatchObject({ id, member_count: 300 })
    expect(view?.participants).toHaveLength(limits.shown_participants)
  }
  expect(renamed.participants).toEqual(got.participants)
  const seen: number[] = []
  for (let cursor: string | undefined; ;) {
    const page = await world.bus.call(listMembers, { conversation_id: id, limit: 90, cursor }, { caller })
    seen.push(...page.items.map(({ user }) => user.id))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }
  expect(seen).toHaveLength(300)
  expect(seen.slice(0, 20)).toEqual(got.participants.map((card) => card.id))
  expect(seen.toSorted((a, b) => a - b)).toEqual(ids(first))
  await expect(
    world.bus.call(listMembers, { conversation_id: id, cursor: 'no cursor' }, { caller }),
  ).rejects.toMatchObject({ code: 'invalid', errors: [{ path: 'cursor' }] })
  const replay = await world.bus.forward(sync, { caller, trace_id: 't', input: { cursor: start.cursor } })
  expect(
    replay
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { type: 'conversation_update', conversation: { title: 'Go', member_count: 300 } },
    { type: 'chat_message', message: { system: { event: 'renamed' } } },
  ])
})

test('T22: in a large conversation the word to detach goes out after what was said before a removal, and before what is said next', async () => {
  const { owner, others, id } = await group(260)
  const [removed, writer] = others as [Person, Person]
  const seen = await world.topic(id, removed)

  const sends = Array.from({ length: 60 }, (_, i) => say(id, `${i}`, i % 2 ? owner : writer))
  const removal = world.bus.call(
    removeMember,
    { conversation_id: id, user_id: removed.user_id },
    { caller: owner },
  )
  sends.push(...Array.from({ length: 60 }, (_, i) => say(id, `later ${i}`, writer)))
  await Promise.all([...sends, removal])

  const isNote = ({ message }: Record<string, unknown>) =>
    (message as { system: { event: string } | null } | undefined)?.system?.event === 'left'
  await eventually(() => expect(seen.list.filter(({ seq }) => seq !== undefined)).toHaveLength(121))
  const seqOfNote = Number(seen.list.find(isNote)?.['seq'])
  const at = seen.list.findIndex(({ detach }) => detach === id)
  const seqs = (list: Frames['list']) => list.flatMap(({ seq }) => (seq === undefined ? [] : [Number(seq)]))
  expect(Math.max(...seqs(seen.list.slice(0, at)))).toBe(seqOfNote - 1)
  expect(Math.min(...seqs(seen.list.slice(at)))).toBe(seqOfNote)
  await expect(world.bus.call(attach, { conversation_id: id }, { caller: removed })).rejects.toMatchObject({
    code: 'conversation_not_found',
  })
})

test('who is a member may attach, from the present rev on; anyone else finds nothing', async () => {
  const { owner, others, id } = await group(3)
  const { rev } = await say(id, 'hello', owner)

  expect(await world.bus.call(attach, { conversation_id: id }, { caller: others[0] as Person })).toEqual({
    conversation_id: id,
    rev,
  })
  for (const conversation_id of [id, 4_711])
    await expect(
      world.bus.call(attach, { conversation_id }, { caller: world.person() }),
    ).rejects.toMatchObject({
      code: 'conversation_not_found',
    })
})

test('a group of 10,000 is made a hundred at a time, loaded, written to, and takes no more', async () => {
  const { owner, others, id } = await group(limits.members)
  const reader = others[7_000] as Person
  const topic = await world.topic(id)

  await expect(grow(id, owner, [world.person()])).rejects.toMatchObject({ code: 'group_full' })
  await world.service[Symbol.asyncDispose]()
  await using _ = await world.start()
  await say(id, 'hello', owner)
  const frames = await world.frames(reader)
  await world.bus.call(updateConversation, { conversation_id: id, title: 'Go' }, { caller: owner })

  expect(await world.bus.call(getConversation, { conversation_id: id }, { caller: reader })).toMatchObject({
    member_count: limits.members,
    participants: { length: limits.shown_participants },
  })
  await eventually(() =>
    expect(frames.list[0]).toMatchObject({
      event: 'conversation.update',
      conversation: { title: 'Go', member_count: limits.members, participants: { length: 20 } },
    }),
  )
  expect(topic.list).toMatchObject([
    { message: { content: 'hello' } },
    { message: { system: { event: 'renamed' } } },
  ])
}, 120_000)
