import {
  deleteMessage,
  getConversation,
  listMessages,
  sendMessage,
  updateConversation,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syncFrom } from './sync-from.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

async function pair() {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const say = async (content: string) =>
    (await world.bus.call(sendMessage, { conversation_id: id, content }, { caller: ada })).message_id
  return { ada, ben, id, say }
}

const hide = (message_id: number, caller: Caller) =>
  world.bus.call(deleteMessage, { message_id, for: 'me' }, { caller })

test('a message deleted for me is gone from my history alone, and my devices alone are told', async () => {
  const { ada, ben, id, say } = await pair()
  const message_id = await say('noise')
  await say('signal')
  const [adas, bens] = [await world.frames(ada), await world.frames(ben)]

  await hide(message_id, ben)

  const seen = async (caller: Caller) =>
    (await world.bus.call(listMessages, { conversation_id: id }, { caller })).items.map(
      ({ content }) => content,
    )
  expect(await seen(ben)).toEqual(['signal'])
  expect(await seen(ada)).toEqual(['noise', 'signal'])
  const told = { event: 'conversation.update', conversation: { id }, hidden_message_ids: [message_id] }
  await eventually(() => expect(bens.list).toMatchObject([told]))
  expect(adas.list).toEqual([])
})

test('my device that was away learns what I deleted for myself; the other side learns nothing', async () => {
  const { ada, ben, say } = await pair()
  const message_id = await say('noise')
  await say('signal')
  const [adas, bens] = [await syncFrom(world.bus, ada), await syncFrom(world.bus, ben)]

  await hide(message_id, ben)

  const replayed = await syncFrom(world.bus, ben, bens.cursor)
  expect(replayed.frames).toMatchObject([
    { type: 'conversation_update', event: 'conversation.update', hidden_message_ids: [message_id] },
  ])
  expect((await syncFrom(world.bus, ada, adas.cursor)).frames).toEqual([])
  await hide(message_id, ben)
  const again = await syncFrom(world.bus, ben, replayed.cursor)
  expect(again.frames.flatMap((frame) => frame['hidden_message_ids'] ?? [])).toEqual([])
})

test('the newest message is none to me once I deleted it for myself, in views and frames, until there is a newer one', async () => {
  const { ada, ben, id, say } = await pair()
  const message_id = await say('noise')
  const [adas, bens] = [await world.frames(ada), await world.frames(ben)]

  await hide(message_id, ben)

  const last = async (caller: Caller) =>
    (await world.bus.call(getConversation, { conversation_id: id }, { caller })).last_message?.id ?? null
  expect([await last(ada), await last(ben)]).toEqual([message_id, null])
  await eventually(() => expect(bens.list.at(-1)).toMatchObject({ conversation: { last_message: null } }))
  // The next owner of the lane reads it from the store.
  await world.service[Symbol.asyncDispose]()
  await using _next = await world.start()
  for (const caller of [ada, ben])
    await world.bus.call(updateConversation, { conversation_id: id, is_pinned: true }, { caller })
  await eventually(() => {
    expect(adas.list.at(-1)).toMatchObject({ conversation: { last_message: { id: message_id } } })
    expect(bens.list.at(-1)).toMatchObject({ conversation: { is_pinned: true, last_message: null } })
  })
  const next = await say('signal')
  expect([await last(ada), await last(ben)]).toEqual([next, next])
})
