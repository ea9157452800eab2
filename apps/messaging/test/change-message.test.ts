import {
  addReaction,
  deleteMessage,
  editMessage,
  getMessage,
  getThread,
  listEdits,
  listMessages,
  react,
  removeReaction,
  sendMessage,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdLanes, query } from './query.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

type Extras = {
  parent_message_id?: number
  quoted_message_id?: number
  attachments?: { url: string; name?: string }[]
}

async function pair() {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const say = (content: string, caller: Caller, extras: Extras = {}) =>
    world.bus.call(
      sendMessage,
      { conversation_id: id, content, client_id: clientId(), ...extras },
      { caller },
    )
  return { ada, ben, id, say, frames: await world.frames(ben) }
}

test('S0, S2: an edit reaches everyone with the next rev, and what it said before stays visible', async () => {
  const { ada, ben, say, frames, id } = await pair()
  const { message_id } = await say('helo', ada)

  const edited = await world.bus.call(editMessage, { message_id, content: 'hello' }, { caller: ada })

  expect(edited).toMatchObject({
    conversation_id: id,
    rev: 2,
    message: { content: 'hello', is_edited: true, seq: 1 },
  })
  await eventually(() =>
    expect(frames.list.at(-1)).toMatchObject({ type: 'message_edit', message_id, content: 'hello', rev: 2 }),
  )
  const { items } = await world.bus.call(listEdits, { message_id }, { caller: ben })
  expect(items).toMatchObject([{ content: 'helo' }])
  expect(await world.bus.call(getMessage, { message_id }, { caller: ben })).toEqual(edited.message)
})

test('an edit to the same text changes nothing', async () => {
  const { ada, say } = await pair()
  const { message_id } = await say('same', ada)

  const edited = await world.bus.call(editMessage, { message_id, content: 'same' }, { caller: ada })

  expect(edited).toMatchObject({ rev: 1, edited_at: null })
})

test('T26, S1: only its sender edits or deletes a message; a stranger does not see that it exists', async () => {
  const { ada, ben, say } = await pair()
  const eve = world.person()
  const { message_id } = await say('mine', ada)

  for (const [caller, code] of [
    [ben, 'forbidden'],
    [eve, 'message_not_found'],
  ] as const) {
    await expect(world.bus.call(editMessage, { message_id, content: 'x' }, { caller })).rejects.toMatchObject(
      { code },
    )
    await expect(world.bus.call(deleteMessage, { message_id }, { caller })).rejects.toMatchObject({ code })
  }
  await expect(world.bus.call(react, { message_id, emoji: '👍' }, { caller: eve })).rejects.toMatchObject({
    code: 'message_not_found',
  })
})

test('S0, S2: a deleted message keeps its place, empty, and its history is gone', async () => {
  const { ada, ben, say, frames, id } = await pair()
  const { message_id } = await say('secret', ada, { attachments: [{ url: 'https://example.com/a.png' }] })
  await world.bus.call(editMessage, { message_id, content: 'more secret' }, { caller: ada })
  await world.bus.call(addReaction, { message_id, emoji: '❤️' }, { caller: ben })

  await world.bus.call(deleteMessage, { message_id }, { caller: ada })
  const again = await world.bus.call(deleteMessage, { message_id }, { caller: ada })

  expect(again.rev).toBe(4)
  await eventually(() =>
    expect(frames.list.at(-1)).toMatchObject({ type: 'message_delete', message_id, rev: 4 }),
  )
  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: ben })
  expect(items).toMatchObject([
    { id: message_id, seq: 1, content: '', attachments: [], reactions: {}, is_deleted: true },
  ])
  expect(await world.bus.call(listEdits, { message_id }, { caller: ben })).toEqual({ items: [] })
  await expect(
    world.bus.call(editMessage, { message_id, content: 'x' }, { caller: ada }),
  ).rejects.toMatchObject({ code: 'message_deleted' })
})

test('S0, S2, S3: a reaction toggles', async () => {
  const { ada, ben, say, frames } = await pair()
  const { message_id } = await say('react to me', ada)

  const added = await world.bus.call(react, { message_id, emoji: '👍' }, { caller: ben })
  const removed = await world.bus.call(react, { message_id, emoji: '👍' }, { caller: ben })

  expect(added).toMatchObject({ action: 'added', rev: 2, message: { reactions: { '👍': [ben.user_id] } } })
  expect(removed).toMatchObject({ action: 'removed', rev: 3, message: { reactions: {} } })
  await eventually(() =>
    expect(frames.list.filter(({ type }) => type === 'message_reaction')).toMatchObject([
      { emoji: '👍', user_id: ben.user_id, action: 'added', rev: 2 },
      { emoji: '👍', user_id: ben.user_id, action: 'removed', rev: 3 },
    ]),
  )
})

test.each(['constructor', 'hasOwnProperty', 'toString'])(
  'the reaction %s is a text like others',
  async (emoji) => {
    const { ada, ben, say } = await pair()
    const { message_id } = await say('react to me', ada)

    const added = await world.bus.call(react, { message_id, emoji }, { caller: ben })
    const removed = await world.bus.call(react, { message_id, emoji }, { caller: ben })

    expect(Object.entries(added.message.reactions)).toEqual([[emoji, [ben.user_id]]])
    expect(Object.entries(removed.message.reactions)).toEqual([])
  },
)

test('a reaction that is no key in JavaScript is refused by name', async () => {
  const { ada, say } = await pair()
  const { message_id } = await say('react to me', ada)

  await expect(
    world.bus.call(react, { message_id, emoji: '__proto__' }, { caller: ada }),
  ).rejects.toMatchObject({ code: 'invalid', errors: [{ path: 'emoji' }] })
})

test('a reaction that changes nothing is acknowledged and makes no frame', async () => {
  const { ada, ben, say } = await pair()
  const { message_id } = await say('once', ada)

  await world.bus.call(addReaction, { message_id, emoji: '🎉' }, { caller: ben })
  const again = await world.bus.call(addReaction, { message_id, emoji: '🎉' }, { caller: ben })
  const none = await world.bus.call(removeReaction, { message_id, emoji: '🍕' }, { caller: ben })

  expect([again.rev, none.rev]).toEqual([2, 2])
})

test('a burst of reactions to one message keeps one frame and one rev each, and loses none', async () => {
  const { ada, ben, say, frames } = await pair()
  const { message_id } = await say('popular', ada)
  const emojis = ['1️⃣', '2️⃣', '3️⃣', '4️⃣', '5️⃣', '6️⃣', '7️⃣', '8️⃣']

  await Promise.all(
    emojis.flatMap((emoji) =>
      [ada, ben].map((caller) => world.bus.call(addReaction, { message_id, emoji }, { caller })),
    ),
  )

  const message = await world.bus.call(getMessage, { message_id }, { caller: ada })
  expect(Object.keys(message.reactions).sort()).toEqual([...emojis].sort())
  expect(Object.values(message.reactions).every((users) => users.length === 2)).toBe(true)
  expect(message.rev).toBe(17)
  await eventually(() => {
    const revs = frames.list.flatMap((frame) => (frame['type'] === 'message_reaction' ? [frame['rev']] : []))
    expect(revs).toEqual(Array.from({ length: 16 }, (_, i) => i + 2))
  })
})

const waiting =
  "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"

test('a burst of reactions to one message is one transaction and one write', async () => {
  const { ada, ben, say } = await pair()
  const { message_id } = await say('popular', ada)
  await world.bus.nats.flush()
  const writes: string[][] = []
  const frames = world.bus.nats.subscribe(`u.*.${ada.user_id}.d`, {
    callback: (_err, msg) => void writes.push(msg.string().split('\n')),
  })
  const counted = 'select count(*)::int as batches from outbox'
  const [before] = await query<{ batches: number }>(world, counted)
  const react = (emoji: string) => world.bus.call(addReaction, { message_id, emoji }, { caller: ben })

  // Held back by the first one, which waits for its lane, all others meet in one batch.
  const first = await holdLanes(world, async () => {
    const held = react('first')
    await eventually(async () => expect(await query(world, waiting)).toHaveLength(1))
    const burst = Promise.all(['1', '2', '3', '4', '5', '6', '7', '8'].map(react))
    await world.bus.call(getMessage, { message_id }, { caller: ben })
    return { held, burst }
  })
  await Promise.all([first.held, first.burst])

  const [after] = await query<{ batches: number }>(world, counted)
  // One for the first, or none where the lane was busy with something else; one for all others.
  expect((after?.batches ?? 0) - (before?.batches ?? 0)).toBeLessThanOrEqual(2)
  await eventually(() => expect(writes.flat()).toHaveLength(9))
  expect(writes.length).toBeLessThanOrEqual(2)
  frames.unsubscribe()
})

test('a message takes no more different reactions than it may', async () => {
  const { ada, ben, say } = await pair()
  const { message_id } = await say('busy', ada)
  for (let i = 0; i < 20; i++)
    await world.bus.call(addReaction, { message_id, emoji: `${i}` }, { caller: ben })

  await expect(
    world.bus.call(addReaction, { message_id, emoji: 'x' }, { caller: ben }),
  ).rejects.toMatchObject({ code: 'too_many_reactions' })
})

test('S2: an answer stands in the thread of its parent, which counts it until it is deleted', async () => {
  const { ada, ben, say } = await pair()
  const parent = await say('question', ada)
  const first = await say('answer', ben, { parent_message_id: parent.message_id })
  await say('aside', ben)
  const second = await say('another', ada, { parent_message_id: parent.message_id })

  const thread = await world.bus.call(getThread, { message_id: parent.message_id }, { caller: ada })
  await world.bus.call(deleteMessage, { message_id: second.message_id }, { caller: ada })

  expect(thread.items.map(({ id }) => id)).toEqual([first.message_id, second.message_id])
  const after = await world.bus.call(getMessage, { message_id: parent.message_id }, { caller: ben })
  expect(after).toMatchObject({ reply_count: 1, rev: 1 })
})

test('a parent or quote of another conversation does not exist, and nothing is stored', async () => {
  const [one, other] = [await pair(), await pair()]
  const { message_id } = await other.say('elsewhere', other.ada)

  for (const extras of [{ parent_message_id: message_id }, { quoted_message_id: message_id }]) {
    await expect(one.say('x', one.ada, extras)).rejects.toMatchObject({ code: 'message_not_found' })
  }
  expect(
    (await world.bus.call(listMessages, { conversation_id: one.id }, { caller: one.ada })).items,
  ).toEqual([])
})

test('S4: an attachment goes by its link and needs no text; a quote keeps what it quoted; a name after @ is a mention', async () => {
  const { ada, ben, say } = await pair()
  const { message_id } = await say('original', ada)

  const quote = await say(`see @${ada.card.username}.`, ben, { quoted_message_id: message_id })
  await world.bus.call(editMessage, { message_id, content: 'changed' }, { caller: ada })
  const linked = await say('', ben, { attachments: [{ url: 'https://example.com/a.png', name: 'a.png' }] })

  const stored = await world.bus.call(getMessage, { message_id: quote.message_id }, { caller: ada })
  expect(stored).toMatchObject({
    quote: { message_id, sender_id: ada.user_id, content: 'original' },
    mentions: [ada.user_id],
  })
  expect(linked.message.attachments).toMatchObject([
    { url: 'https://example.com/a.png', name: 'a.png', size: null },
  ])
})

test.each([
  [{ content: '' }, 'content'],
  [{ content: 'x'.repeat(4_001) }, 'content'],
  [{ content: 'x', attachments: [{ url: 'javascript:alert(1)' }] }, 'attachments.0.url'],
])('%j is refused, naming %s', async (input, path) => {
  const { ada, id } = await pair()

  await expect(
    world.bus.call(sendMessage, { conversation_id: id, ...input }, { caller: ada }),
  ).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path }],
  })
})
