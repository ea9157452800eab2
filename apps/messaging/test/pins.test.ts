import {
  addMembers,
  deleteMessage,
  getConversation,
  limits,
  listPins,
  openConversation,
  pinMessage,
  sendMessage,
  setBlock,
  unpinMessage,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syncFrom } from './sync-from.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = async (conversation_id: number, caller: Caller) =>
  (await world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller }))
    .message_id
const pin = (message_id: number, caller: Caller) => world.bus.call(pinMessage, { message_id }, { caller })
const unpin = (message_id: number, caller: Caller) => world.bus.call(unpinMessage, { message_id }, { caller })
const view = (conversation_id: number, caller: Caller) =>
  world.bus.call(getConversation, { conversation_id }, { caller })
const pinned = async (conversation_id: number, caller: Caller) =>
  (await world.bus.call(listPins, { conversation_id }, { caller })).items.map(({ id }) => id)

async function group(kind: 'group' | 'broadcast' = 'group') {
  const [owner, ada] = [world.person(), world.person()]
  const input = { kind, title: 'g', user_ids: [ada.user_id] }
  const { conversation } = await world.bus.call(openConversation, input, { caller: owner })
  return { owner, ada, id: conversation.id }
}

test('either of two pins, the newest pin stands first, and both are told and caught up', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const [one, two] = [await say(id, ada), await say(id, ada)]
  const { cursor } = await syncFrom(world.bus, ben)
  const frames = await world.frames(ben)

  await pin(one, ada)
  expect((await pin(two, ben)).pinned_message_ids).toEqual([two, one])
  await pin(two, ada)

  const update = (...pinned_message_ids: number[]) => ({
    type: 'conversation_update',
    event: 'conversation.update',
    conversation: { pinned_message_ids },
  })
  await eventually(() => expect(frames.list).toMatchObject([update(one), update(two, one)]))
  expect((await syncFrom(world.bus, ben, cursor)).frames).toMatchObject([update(two, one)])
  expect(await pinned(id, ben)).toEqual([two, one])

  await unpin(two, ada)
  await unpin(two, ada)
  expect(await view(id, ben)).toMatchObject({ pinned_message_ids: [one], last_seq: 2 })
  await eventually(() => expect(frames.list).toHaveLength(3))
})

test.each(['group', 'broadcast'] as const)(
  'in a %s its owner pins, a plain member does not',
  async (kind) => {
    const { owner, ada, id } = await group(kind)
    const message = await say(id, owner)

    await expect(pin(message, ada)).rejects.toMatchObject({ code: 'forbidden' })
    await pin(message, owner)
    await expect(unpin(message, ada)).rejects.toMatchObject({ code: 'forbidden' })

    expect(await pinned(id, ada)).toEqual([message])
    const stranger = world.person()
    await expect(pin(message, stranger)).rejects.toMatchObject({ code: 'message_not_found' })
    await expect(pinned(id, stranger)).rejects.toMatchObject({ code: 'conversation_not_found' })
  },
)

test('what is deleted for everyone is not pinned any more, and cannot be pinned again', async () => {
  const { owner, ada, id } = await group()
  const message = await say(id, owner)
  await pin(message, owner)
  const frames = await world.frames(ada)

  await world.bus.call(deleteMessage, { message_id: message }, { caller: owner })

  expect(await view(id, ada)).toMatchObject({ pinned_message_ids: [] })
  await eventually(() =>
    expect(frames.list).toMatchObject([
      { type: 'message_delete' },
      { type: 'conversation_update', conversation: { pinned_message_ids: [] } },
    ]),
  )
  await expect(pin(message, owner)).rejects.toMatchObject({ code: 'message_deleted' })
})

test('who joins later sees no pin of what was said before, and nobody pins across a block', async () => {
  const { owner, id } = await group()
  const [late, message] = [world.person(), await say(id, owner)]
  await pin(message, owner)
  const input = { conversation_id: id, user_ids: [late.user_id] }
  await world.bus.call(addMembers, input, { caller: owner })
  const [ada, ben] = [world.person(), world.person()]
  const direct = await world.direct(ada, ben)
  const said = await say(direct.id, ada)
  await world.bus.call(setBlock, { blocker_id: ada.user_id, blocked_id: ben.user_id, is_blocked: true })

  expect(await view(id, late)).toMatchObject({ pinned_message_ids: [] })
  expect(await pinned(id, late)).toEqual([])
  expect(await view(id, owner)).toMatchObject({ pinned_message_ids: [message] })
  await expect(pin(said, ben)).rejects.toMatchObject({ code: 'forbidden' })
})

test('there are so many pins and no more; after a new start they are the same', async () => {
  await using other = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })
  const [ada, ben] = [other.person(), other.person()]
  const { id } = await other.direct(ada, ben)
  const ids: number[] = []
  for (let i = 0; i <= limits.pins; i++)
    ids.push(
      (await other.bus.call(sendMessage, { conversation_id: id, content: `${i}` }, { caller: ada }))
        .message_id,
    )
  const pinThere = (message_id: number) => other.bus.call(pinMessage, { message_id }, { caller: ada })
  for (const message of ids.slice(1)) await pinThere(message)

  const [first = 0] = ids
  await expect(pinThere(first)).rejects.toMatchObject({ code: 'too_many_pins' })
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()

  const { pinned_message_ids } = await pinThere(ids.at(-1) ?? 0)
  expect(pinned_message_ids).toEqual(ids.slice(1).reverse())
})
