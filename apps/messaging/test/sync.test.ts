import {
  editMessage,
  getConversation,
  listMessages,
  markRead,
  openMatchConversation,
  closeMatchConversation,
  pull,
  rpcs,
  sendMessage,
  type Caller,
} from '@parley/protocol'
import { parseReply } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syncFrom as syncPerson } from './sync-from.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const syncFrom = (who: Caller, cursor?: string) => syncPerson(world.bus, who, cursor)

const say = (conversation_id: number, content: string, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })

test('without a cursor nothing is replayed; from it, what came since is, in order of rev', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await say(id, 'before', ada)
  const start = await syncFrom(ben)
  expect(start.frames).toEqual([])
  await say(id, 'one', ada)
  await say(id, 'two', ada)

  const missed = await syncFrom(ben, start.cursor)

  expect(missed.frames.filter(({ type }) => type === 'chat_message')).toMatchObject([
    { rev: 2, message: { content: 'one' } },
    { rev: 3, message: { content: 'two' } },
  ])
  expect((await syncFrom(ben, missed.cursor)).frames).toEqual([])
})

test('what came since is replayed also where its revs lie far back, behind many changes of one message', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const changed = await say(id, 'before', ada)
  await say(id, 'before, and not again', ada)
  const { cursor } = await syncFrom(ben)
  await say(id, 'far back', ada)
  for (let n = 1; n <= 100; n++)
    await world.bus.call(
      editMessage,
      { message_id: changed.message_id, content: `edit ${n}` },
      { caller: ada },
    )
  await say(id, 'newest', ada)

  const { frames } = await syncFrom(ben, cursor)

  expect(frames.filter(({ type }) => type === 'chat_message')).toMatchObject([
    { rev: 3, message: { content: 'far back' } },
    { rev: 103, message: { content: 'edit 100' } },
    { rev: 104, message: { content: 'newest' } },
  ])
})

test('a cursor from before the conversation brings its match, itself, its messages and its watermarks', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { cursor } = await syncFrom(ben)
  const user_ids = [ada.user_id, ben.user_id].sort((a, b) => a - b) as [number, number]
  const match = { match_id: 777, user_ids, generation: 1, created_at: new Date().toISOString() }
  const { conversation_id } = await world.bus.call(openMatchConversation, match)
  await say(conversation_id, 'hi', ada)
  await world.bus.call(markRead, { conversation_id, seq: 1 }, { caller: ben })

  const { frames } = await syncFrom(ben, cursor)

  expect(frames).toMatchObject([
    { type: 'new_match', match: { id: 777, user: ada.card, conversation_id } },
    {
      type: 'conversation_update',
      event: 'conversation.create',
      conversation: { id: conversation_id, last_seq: 1 },
    },
    { type: 'chat_message', rev: 1 },
    { type: 'read_receipt', seq: 1 },
    { type: 'read_receipt', seq: 1 },
    { type: 'delivery_receipt' },
    { type: 'delivery_receipt' },
    { type: 'notify', notification_type: 'match', data: { match_id: 777, conversation_id } },
  ])
})

test('a match tells new_match, then the conversation; its end closes it; a later match reopens the same one', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const frames = await world.frames(ada)
  const user_ids = [ada.user_id, ben.user_id].sort((a, b) => a - b) as [number, number]
  const match = (match_id: number, generation: number) => ({
    match_id,
    user_ids,
    generation,
    created_at: new Date().toISOString(),
  })

  const opened = await world.bus.call(openMatchConversation, match(1, 1))
  const again = await world.bus.call(openMatchConversation, match(1, 1))
  await world.bus.call(closeMatchConversation, match(1, 1))
  await expect(say(opened.conversation_id, 'x', ben)).rejects.toMatchObject({ code: 'conversation_closed' })
  await world.bus.call(closeMatchConversation, match(1, 1))
  const reopened = await world.bus.call(openMatchConversation, match(2, 2))

  expect(again).toEqual(opened)
  expect(reopened).toEqual(opened)
  await eventually(() =>
    expect(frames.list).toMatchObject([
      { type: 'new_match', match: { id: 1, user: ben.card } },
      { type: 'conversation_update', event: 'conversation.create' },
      { type: 'notify', notification_type: 'match' },
      { type: 'match_removed', match_id: 1 },
      { type: 'conversation_update', event: 'conversation.close', conversation: { state: 'closed' } },
      { type: 'new_match', match: { id: 2 } },
      { type: 'conversation_update', event: 'conversation.update', conversation: { state: 'open' } },
      { type: 'chat_message', seq: 1, message: { kind: 'system', system: { event: 'matched', user_ids } } },
      { type: 'notify', notification_type: 'match' },
    ]),
  )
})

test("a match of two who talk already is noted in their conversation, once, and is nobody's unread message", async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await say(id, 'hello stranger', ada)
  const user_ids = [ada.user_id, ben.user_id].sort((a, b) => a - b) as [number, number]
  const match = { match_id: 99, user_ids, generation: 1, created_at: new Date().toISOString() }

  await Promise.all([
    world.bus.call(openMatchConversation, match),
    world.bus.call(openMatchConversation, match),
  ])

  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: ben })
  expect(items).toMatchObject([
    { seq: 1, kind: 'text' },
    { seq: 2, kind: 'system', client_id: null, system: { event: 'matched', user_ids } },
  ])
  expect(await world.bus.call(getConversation, { conversation_id: id }, { caller: ben })).toMatchObject({
    ...{ unread_count: 1, last_seq: 2 },
  })
})

test('F43: more than 500 changes: the newest 500, then conversation.behind, over several pages when they are large', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const { cursor } = await syncFrom(ben)
  const content = 'x'.repeat(4_000)
  await Promise.all(Array.from({ length: 520 }, () => say(id, content, ada)))

  const { frames, pages } = await syncFrom(ben, cursor)

  const revs = frames.flatMap((frame) => (frame['type'] === 'chat_message' ? [frame['rev']] : []))
  expect(revs).toEqual(Array.from({ length: 500 }, (_, i) => i + 21))
  expect(frames.filter(({ event }) => event === 'conversation.behind')).toHaveLength(1)
  expect(pages).toBeGreaterThan(1)
}, 30_000)

test('pull gives what is above a rev, page by page, and the rev to go on from', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  for (let i = 1; i <= 5; i++) await say(id, `${i}`, ada)

  const reply = await world.bus.forward(pull, {
    caller: ben,
    trace_id: 't',
    input: { conversation_id: id, after_rev: 1, limit: 3 },
  })

  expect(parseReply(reply)).toEqual({ conversation_id: id, rev: 4, has_more: true })
  const revs = reply
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as { rev: number }).rev)
  expect(revs).toEqual([2, 3, 4])
})

test.each(['nonsense', 'other~0.0.0.0', '~', '0~1'])('the cursor %s cannot be continued', async (cursor) => {
  await expect(syncFrom(world.person(), cursor)).rejects.toMatchObject({ code: 'cursor_reset' })
})

test('F41: a cursor ahead of the store cannot be continued: the store has lost what it saw', async () => {
  const { cursor } = await syncFrom(world.person())
  const [epoch, positions = ''] = cursor.split('~')
  const ahead = positions.split('.').map((pos) => Number(pos) + 1_000)

  await expect(syncFrom(world.person(), `${epoch}~${ahead.join('.')}`)).rejects.toMatchObject({
    code: 'cursor_reset',
  })
})

test('every RPC of messaging is answered', async () => {
  // Without the ids that name its lane a request would wait for an owner that never comes.
  const ids = { id: 0, conversation_id: 0, message_id: 256, user_id: 1, user_ids: [1, 2] }
  const input = { ...ids, shard: 0, blocker_id: 1, blocked_id: 1 }
  for (const rpc of rpcs.filter(({ name }) => name.startsWith('messaging.'))) {
    const reply = await world.bus.forward(rpc, { trace_id: 't', input })
    expect(reply, rpc.name).not.toBe('-{"code":"not_found"}')
  }
})
